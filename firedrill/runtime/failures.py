"""What the Worker's own code does wrong, in words: each exception with its text and the place in the user's source."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from firedrill.runtime.source_map import MODULE, Sources
from firedrill.vendors.cloudflare.trace_items import Invocation, event_type

LONGEST = 300
"""Characters of an exception's text that are shown."""

_HOW = {
    "thrown": "thrown by {what}",
    "background": "left behind by {what}",
    "logged": "logged by {what}",
    "rejected": "a rejected promise that nothing handles",
    "caught": "thrown and caught",
}
_ADVICE = {
    "Must call super constructor in derived class": (
        "esbuild compiles fields of a decorated class to that (evanw/esbuild#4087), unless tsconfig.json says"
        " useDefineForClassFields: true; or wrap the class by observeObject"
    ),
}
"""By a part of an exception's text: who else than the code may have caused it, and what to change."""
_FIRST_FRAME = re.compile(r"^ +at (async )?", re.MULTILINE)


@dataclass(frozen=True)
class Thrown:
    """What the Worker threw and how often: `what` is the handler ("fetch") or method ("Room.join"), `how` of _HOW."""

    what: str
    how: str
    text: str
    stack: str
    times: int = 1


def failures(thrown: Sequence[Thrown], invocations: Sequence[Invocation], sources: Sources) -> list[str]:
    """One sentence per exception of a take and place that threw it: "src/a.ts:3:5: TypeError: no; thrown by fetch".

    Uncaught ones, rejected promises that nothing handles, and what was logged as an error.
    """
    every = [*thrown, *_traced(thrown, invocations)]
    known = {each.text for each in every if _is_origin(each)}
    found: dict[tuple[str, str], list[Thrown]] = {}
    for each in every:
        # who awaits an object's exception throws it again, with a stack of its own
        if _is_origin(each) or each.text not in known:
            found.setdefault((each.text, sources.thrown_at(each.stack)), []).append(each)
    return [_sentence(text, place, same) for (text, place), same in found.items()]


def start_failure(said: str, sources: Sources, bundle: bytes) -> str:
    """The exception that kept the Worker from starting, with its place, from what workerd said; "" without one."""
    uncaught = re.search(r"service \S+: Uncaught (?P<text>.*)(?P<rest>(?:\n +.*)*)", said)
    if not uncaught:
        return ""
    place = sources.thrown_at(uncaught["rest"])
    missing = re.search(r'No such module "(.*)"\.', uncaught["text"])
    if missing:
        place = _imported(missing[1], sources, bundle.decode(errors="replace"))
    return f"{place}: {uncaught['text']}" if place else uncaught["text"]


def _imported(module: str, sources: Sources, code: str) -> str:
    """Where the bundle imports a module, "" where it cannot be seen."""
    named = re.search(rf"""\b(?:from|import)\s*\(?\s*["'](?:\./)?{re.escape(module)}["']""", code)
    if not named:
        return ""
    before = code[: named.start()].split("\n")
    begins = before[-1].rfind("import") + 1 or len(before[-1]) + 1
    return sources.place(len(before), begins)


def _is_origin(thrown: Thrown) -> bool:
    """Whether the stack begins where the exception was made, in the bundle."""
    first = _FIRST_FRAME.search(thrown.stack)
    return bool(first and not first[1] and f"{MODULE}:" in thrown.stack)


def _traced(thrown: Sequence[Thrown], invocations: Sequence[Invocation]) -> Iterator[Thrown]:
    """What only the trace items know: work that is left behind and fails, what the runtime throws, what is logged."""
    noted = {each.text for each in thrown}
    for invocation in invocations:
        item = invocation.item
        what = _what(item)
        for each in item["exceptions"]:
            how = "background" if invocation.returned and item["outcome"] == "ok" else "thrown"
            told = _told(what, how, each)
            if told.text not in noted:
                yield told
        for log in item["logs"]:
            if log["level"] == "error":
                # one for each argument of the call, null for what is no error
                yield from (_told(what, "logged", each) for each in log.get("errorInfo") or [] if each)


def _told(what: str, how: str, exception: Mapping[str, Any]) -> Thrown:
    return Thrown(what, how, f"{exception['name']}: {exception['message']}", exception.get("stack") or "")


def _what(item: Mapping[str, Any]) -> str:
    """The handler or method of an invocation, as the wrapper of the drill calls it."""
    event, kind = item.get("event") or {}, event_type(item)
    method = {"worker_rpc": event.get("rpcMethod", ""), "hibernatable_web_socket": "webSocket"}.get(kind, kind)
    return ".".join(filter(None, [item.get("entrypoint"), method]))


def _sentence(text: str, place: str, same: list[Thrown]) -> str:
    words = " ".join(text.split())
    shown = words if len(words) <= LONGEST else f"{words[:LONGEST]}..."
    times = sum(each.times for each in same if each.how == same[0].how)
    how = _HOW[same[0].how].format(what=same[0].what)
    advice = "".join(f" ({advice})" for part, advice in _ADVICE.items() if part in words)
    return f"{f'{place}: ' if place else ''}{shown}; {how}{f', {times} times' if times > 1 else ''}{advice}"
