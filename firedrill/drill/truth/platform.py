"""What metrics should say of the records themselves, which the platform writes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import cycle
from typing import Any

from firedrill.canaries import CANARY
from firedrill.drill.joined import joined
from firedrill.drill.record import CPU_MS
from firedrill.drill.truth.fact import Fact, fact, overlapped
from firedrill.drill.truth.known import Known
from firedrill.runtime.take import Take
from firedrill.scenarios.marks import line_in
from firedrill.vendors.cloudflare.trace_items import event_type
from firedrill.vendors.cloudflare.truncation import LIMIT
from firedrill.vendors.datadog.rules.pipelines import MAX_BUILT

OF_TIMES = ("invocations.cpu_time", "invocations.wall_time")
"""The metrics that need neither lines nor what tells of them."""
CUT = "invocations.cut"
OF_RECORDS = ("invocations", CUT, *OF_TIMES)
"""The metrics that need no telemetry line."""
_OUTCOMES = {
    "exception": "exception",
    "exceededCpu": "exceeded_cpu",
    "exceededMemory": "exceeded_memory",
    "canceled": "canceled",
    "responseStreamDisconnected": "canceled",
}


ENDED = "ended by the platform"
"""Of a take whose outcomes are modelled: nothing here exceeds a limit."""


LENGTHENED = "lines too long"
"""Of a take whose telemetry lines are longer than Datadog reads."""


def ended_by_the_platform(take: Take) -> Take:
    """The take with each outcome that only the platform gives, in turn, at every second invocation."""
    outcomes = cycle([*(each for each in _OUTCOMES if each != "exception"), "scriptNotFound"])
    ended = [
        replace(each, item={**each.item, "outcome": next(outcomes)}) if number % 2 else each
        for number, each in enumerate(take.invocations)
    ]
    return replace(take, invocations=tuple(ended))


def of_records(known: Known, take: Take) -> Iterator[Fact]:
    """The facts of every record; of objects whose records mix only their times, and of canaries no times."""
    deeds = {id(each.invocation): each.number for each in joined(take)}
    mixed = overlapped(take)
    for invocation in take.invocations:
        item = invocation.item
        class_name = item.get("entrypoint") or ""
        declared = class_name in known.classes
        tags = {"kind": "object" if declared else "gateway", "class_": class_name if declared else "none"}
        number = deeds.get(id(invocation))
        if not is_canary(item):
            yield fact("invocations.cpu_time", CPU_MS, number, **tags)
            yield fact("invocations.wall_time", invocation.wall_ms, number, **tags)
        if cut := _cut(item):
            yield fact(CUT, 1, number, **tags, cut=cut)
        if item.get("durableObjectId") not in mixed:
            told = {"outcome": outcome_of(item), "telemetry": telemetry_of(item, of_an_object=declared)}
            yield fact("invocations", 1, number, **tags, **told)


def is_canary(item: Mapping[str, Any]) -> bool:
    """Whether a record is of a canary, or of a call that was handed its id, and can hold the line that tells it."""
    if is_too_long(item):
        return False
    lines = (line_in(part) for log in item.get("logs") or () for part in log["message"])
    return any(str(line.get("request")).startswith(CANARY) for line in lines if line)


def lengthened(take: Take) -> Take:
    """The take with telemetry lines that are too long to be read, which no line of this contract is."""
    return replace(
        take, invocations=tuple(replace(each, item=_with_long_lines(each.item)) for each in take.invocations)
    )


def _with_long_lines(item: Mapping[str, Any]) -> dict[str, Any]:
    logs = item.get("logs") or ()
    return {**item, "logs": [{**log, "message": [*map(_long, log["message"])]} for log in logs]}


def _long(part: Any) -> Any:
    return f'{part[:-1]},"more":"{"x" * MAX_BUILT}"}}' if line_in(part) else part


def _cut(item: Mapping[str, Any]) -> str:
    """What of an invocation's logs is cut: its record, its telemetry line, or "" for nothing."""
    if item.get("logs") and is_too_long(item):
        return "record"
    parts = [part for log in item.get("logs") or () for part in log["message"]]
    return "line" if any(line_in(part) and len(part) > MAX_BUILT for part in parts) else ""


def is_too_long(item: Mapping[str, Any]) -> bool:
    """Whether what was thrown and logged is more than a record holds."""
    thrown = sum(len(str(each[name])) for each in item.get("exceptions") or () for name in ("name", "message"))
    return thrown + sum(len(str(part)) for log in item.get("logs") or () for part in log["message"]) > LIMIT


def by_status(take: Take) -> Iterator[Fact]:
    """Requests as records tell of them, where lines are missing: by the platform's own word for the answer."""
    for invocation in take.invocations:
        item = invocation.item
        if item.get("entrypoint") or event_type(item) != "fetch" or is_canary(item):
            continue
        status = (item["event"].get("response") or {}).get("status")
        if item["outcome"] == "exception":
            yield fact("worker.requests", status_class="5xx")
        elif telemetry_of(item, of_an_object=False) == "present":  # an upgrade to a WebSocket has no status
            yield fact("worker.requests", status_class=f"{(status or 101) // 100}xx")
        elif item["outcome"] == "ok":
            yield fact("worker.requests", status_class="unknown")


def outcome_of(item: Mapping[str, Any]) -> str:
    """How an invocation ended, as the platform tells and in the words of the metric's tag."""
    if item["outcome"] == "ok":
        return "background_error" if item.get("exceptions") else "ok"
    return _OUTCOMES.get(str(item["outcome"]), "other")


def telemetry_of(item: Mapping[str, Any], *, of_an_object: bool) -> str:
    """Whether the line came: on its level, where one can be expected at all."""
    if any(log["level"] == "debug" for log in item.get("logs") or ()):
        return "present"
    expected = item["outcome"] == "ok" and not of_an_object and event_type(item) == "fetch"
    return "missing" if expected else "not_expected"
