"""What `firedrill pipeline` prints: a log as JSON on one line, or as text to read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import orjson

from firedrill.schemas import VERSION
from firedrill.standalone.pipeline import Held, Holder
from firedrill.standalone.stream import Chunk, Line, entry_of
from firedrill.standalone.words import iso_ms
from firedrill.vendors.datadog.grok.watch import watched
from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.log_metrics import Reason

_CUT = "over the size limit of the intake, which cut it (modelled: its first megabyte is the message)"


class Printed(NamedTuple):
    """The lines of some logs, and what is said after them: of one of these logs, or of an entry that is none."""

    logs: int
    lines: str
    said: str = ""
    wrong: bool = False
    """Whether it is said of an entry that is no log."""


def print_chunk(holder: Holder, name: str, chunk: Chunk, *, explain: bool, json_lines: bool) -> list[Printed]:
    """What is printed of a chunk of the file `name`."""
    found, logs, lines = [], 0, list[str]()
    with watched():
        for number, each in enumerate(chunk.entries, start=chunk.first):
            entry = entry_of(each, name) if isinstance(each, Line) else each
            if entry.log is None:
                found.append(Printed(logs, "".join(lines), entry.problem, wrong=True))
                logs, lines = 0, []
                continue
            logs += 1
            held = holder.hold(number, entry.log, entry.size, explain=explain)
            if held.dropped or held.cut:
                why = f"dropped: {held.dropped}" if held.dropped else _CUT
                found.append(Printed(logs, "".join(lines), f"log {number} is {why}"))
                logs, lines = 0, []
            if not held.dropped:
                lines.append(held_json(held, explain=explain) if json_lines else "\n".join(held_text(held)))
                lines.append("\n")
    return [*found, Printed(logs, "".join(lines))]


def held_json(held: Held, *, explain: bool = False) -> str:
    """A log that is held, as one line: the log's own fields, and with `explain` how it got them."""
    assert held.log is not None
    log = held.log
    fields: dict[str, Any] = {
        "version": VERSION,
        "attributes": log.attributes,
        "message": log.message,
        "status": log.status,
        "service": log.service,
        "source": log.source,
        "host": log.host,
        "tags": log.tags,
        "timestamp": log.timestamp,
    }
    if explain:
        fields["explain"] = {
            "steps": [step._asdict() for step in held.steps],
            "points": [_point(reason) for reason in held.points],
            "index": None
            if held.placement is None
            else {"name": held.placement.index, "stored": held.placement.stored, "note": held.placement.reason},
        }
    try:
        return orjson.dumps(fields).decode()
    except TypeError:  # a number of more than 64 bits
        return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))


def held_text(held: Held) -> Iterator[str]:
    """The lines that show a log that is held, and how it got there as far as that is known."""
    assert held.log is not None
    yield f"log {held.number}"
    for name, value in _fields(held.log):
        first, *more = value.split("\n")
        yield f"  {name:<10} {first}"
        yield from (f"  {'':<10} {line}" for line in more)
    for step in held.steps:
        what = f"processor {step.processor!r} of {step.pipeline!r}" if step.processor else f"pipeline {step.pipeline!r}"
        yield f"  {'+' if step.changed else '-'} {what}: {step.note}"
    for reason in held.points:
        yield f"  {'+' if reason.point else '-'} metric {reason.metric!r}: {_made(reason)}"
    if held.placement:
        found = f"index {held.placement.index!r}" if held.placement.index else "no index"
        yield f"  {'+' if held.placement.stored else '-'} {found}: {held.placement.reason or 'stored'}"


def _fields(log: Log) -> Iterator[tuple[str, str]]:
    """The log's fields in words, those that are unset left out."""
    yield "timestamp", iso_ms(log.timestamp)
    for name in ("status", "service", "source", "host"):
        if value := getattr(log, name):
            yield name, value
    if log.tags:
        yield "tags", ", ".join(log.tags)
    yield "message", log.message
    yield "attributes", json.dumps(log.attributes, ensure_ascii=False, indent=2)


def _point(reason: Reason) -> dict[str, Any]:
    point = reason.point
    made = None if point is None else {"kind": point.kind, "value": point.value, "tags": list(point.tags)}
    return {"metric": reason.metric, "point": made, "note": reason.note}


def _made(reason: Reason) -> str:
    if reason.point is None:
        return reason.note
    return " ".join([f"{reason.point.kind} {reason.point.value:g}", *reason.point.tags])
