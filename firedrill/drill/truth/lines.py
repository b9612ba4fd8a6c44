"""Whether telemetry lines are whole: one per invocation, with the object's hash, and together what its storage did."""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

from firedrill.drill.truth.fact import overlapped
from firedrill.drill.truth.known import Known
from firedrill.runtime.deeds import Deed
from firedrill.runtime.take import Take
from firedrill.scenarios.marks import line_in

HASH = 12
"""Hex digits of the hash that names an object."""
_SUMS = ("read", "written", "calls")
_LEAST = 0.75
"""Share of what overlapping invocations did that has to be told: what comes last may wait for a record (ADR 8)."""


def lines_of(item: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The telemetry lines of a record on their level, as text and as data."""
    parts = (part for log in item.get("logs") or () if log["level"] == "debug" for part in log["message"])
    return ((part, line) for part in parts if (line := line_in(part)))


def wrong_lines(known: Known, take: Take) -> Iterator[str]:
    """What is wrong with the lines of a take in which none is lost."""
    mixed = overlapped(take)
    by_object: dict[str, list[Mapping[str, Any]]] = {}
    most = 0
    for each in take.invocations:
        found = [line for _, line in lines_of(each.item)]
        of = str(each.item.get("durableObjectId") or "")
        most = most if of in mixed else max(most, len(found))
        if of and each.item.get("entrypoint") in known.classes:
            by_object.setdefault(of, []).extend(found)
    if most > 1:
        yield f"an invocation wrote {most} telemetry lines, where it owes one"
    yield from _named(known.salt, by_object)
    for of in sorted(mixed & by_object.keys()):
        deeds = [each for each in take.deeds if each.class_name and each.object == of]
        if not take.open and not any(each.ended is None or each.threw for each in deeds):
            yield from _shared(by_object[of], deeds)


def digest(salt: str, of: str) -> str:
    """The hash by which telemetry names an object, of which lines have the first HASH digits."""
    return hmac.new(salt.encode(), of.encode(), sha256).hexdigest()


def _named(salt: str, lines: Mapping[str, list[Mapping[str, Any]]]) -> Iterator[str]:
    """Whether lines name their objects; one that has just started may have no hash yet."""
    every = [(of, line) for of, found in lines.items() for line in found if salt and not line.get("cold")]
    nameless = sum("id" not in line for _, line in every)
    others = sum("id" in line and line["id"] != digest(salt, of)[:HASH] for of, line in every)
    if nameless:
        yield f"lines of objects name none by its hash, although there is a salt: {nameless} of {len(every)}"
    if others:
        yield f"lines of objects name another one than they are of: {others} of {len(every)}"


def _shared(lines: list[Mapping[str, Any]], deeds: list[Deed]) -> Iterator[str]:
    """Whether the lines of an object whose invocations overlapped tell of nearly all that these did."""
    told = sum(1 + line.get("folded", 0) for line in lines)
    if told < _LEAST * len(deeds):
        yield f"the lines of an object whose invocations overlapped tell of {told}, there were {len(deeds)}"
        return
    for name, least in (("total", _LEAST), ("alike", 0)):
        counted = sum(line.get(name, 1) for line in lines)
        if not least * len(deeds) <= counted <= len(deeds):
            found = f"count {counted} ({name}), there were {len(deeds)}"
            yield f"the lines of an object whose invocations overlapped {found}"
    for name in _SUMS if any("read" in line for line in lines) else ():
        told, did = sum(line.get(name, 0) for line in lines), sum(getattr(each.storage, name) for each in deeds)
        if told < _LEAST * did:
            yield f"the lines of an object whose invocations overlapped sum {name} to {told}, there were {did}"
