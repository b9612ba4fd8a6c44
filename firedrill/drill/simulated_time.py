"""Simulated time: recorded takes laid end to end, each record at its place and otherwise as it was recorded."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import Any, NamedTuple

from firedrill.canaries import is_heartbeat
from firedrill.scenarios.marks import line_in, line_of, of_heartbeat
from firedrill.scenarios.scenario import MINUTE_MS, Phase, Platform, Said, Slowed, Struck
from firedrill.vendors.cloudflare.delivery import Window
from firedrill.vendors.cloudflare.trace_items import Record
from firedrill.vendors.datadog.rules.pipelines import MAX_BUILT

SHARED = frozenset({"folded", "alike"})
"""What the lines have that several operations share."""


@dataclass(frozen=True)
class RecordedTake:
    """Full records of one take, oldest first, with the take's begin and length in ms of real time."""

    records: tuple[Record, ...]
    began_ms: int
    length_ms: int


class Placed(NamedTuple):
    """A record of a take, by how many ms it has to be shifted to its place on the timeline, its bytes once prepared."""

    record: Record
    shift_ms: int
    size: int = 0


def lay_out(phases: Iterable[Phase], takes: Mapping[str, RecordedTake], start_ms: int) -> Iterator[Placed]:
    """All records of the phases, one phase after the other from `start_ms` on; within a minute in the take's order.

    A take is stretched evenly over its share of the minute: when invocations began moves, how long they took does not.
    """
    minute_ms = start_ms
    kept: dict[tuple[str, ...], Evenly] = {}
    for phase in phases:
        take = takes[phase.take.name]
        recorded = [each for each in take.records if not phase.without or not phase.without(each, "")]
        records = recorded if phase.platform is None else as_platform_says(recorded, phase.platform)
        records = slowed(records, phase.slowed) if phase.slowed else records
        share_ms = MINUTE_MS / phase.copies
        offsets = [int((record["EventTimestampMs"] - take.began_ms) * share_ms / take.length_ms) for record in records]
        shifts = [offset - record["EventTimestampMs"] for offset, record in zip(offsets, records, strict=True)]
        kinds = [_kind(record) for record in records] if phase.kept < 1 else []
        struck = struck_records(phase.struck, takes[phase.struck.take.name].records) if phase.struck else []
        those = cycle(struck)
        due = Evenly(a_minute(phase.struck, records) if phase.struck and struck else 0)
        for minute in range(phase.minutes):
            if minute % phase.every == 0 and phase.kept:
                for copy in range(phase.copies):
                    begin_ms = minute_ms + int(copy * share_ms)
                    yield from (
                        Placed(record, begin_ms + shift)
                        for number, (record, shift) in enumerate(zip(records, shifts, strict=True))
                        if phase.kept == 1
                        or (kind := kinds[number]) is None
                        or kept.setdefault(kind, Evenly(phase.kept)).due(phase.kept)
                    )
            number = due.due()
            for place, record in zip(range(number), those, strict=False):
                at_ms = minute_ms + int((place + 0.5) * MINUTE_MS / number)
                yield Placed(record, at_ms - record["EventTimestampMs"])
            minute_ms += MINUTE_MS


def _kind(record: Record) -> tuple[str, ...] | None:
    """What records of a take are thinned apart from one another: else every second one may be of one operation.

    None for those of the heartbeat, of which all stay.
    """
    line = line_of(record)
    if is_heartbeat(line.get("request")):
        return None
    return (record["Entrypoint"], record["EventType"], str(line.get("op")), str(line.get("result")))


class Evenly:
    """Whole numbers that come to a share of each turn on average; the first turn gets one of a share below 1."""

    def __init__(self, share: float) -> None:
        self._share = share
        self._left = max(0.0, 1 - share) if share else 0.0

    def due(self, share: float | None = None) -> int:
        """How many the next turn gets; another `share` holds from then on."""
        self._share = self._share if share is None else share
        self._left += self._share
        number = int(self._left + 1e-9)  # a sum of tenths is not whole
        self._left -= number
        return number


_ONLY_OF: Mapping[str, Callable[[Record], Any]] = {
    "operation": lambda record: line_of(record).get("op"),
    "rarest operation": lambda record: line_of(record).get("op"),
    "instance": lambda record: line_of(record).get("id"),
    "entrypoint": lambda record: record["Entrypoint"],
}


def struck_records(struck: Struck, records: Sequence[Record]) -> list[Record]:
    """The records of a take that show the fault to callers: the heartbeat is none of them.

    Each should show it once: of lines that operations share, those that tell of several are taken only without others.
    """
    shown = [each for each in records if struck.mark(each, struck.class_name) and not of_heartbeat(each, "")]
    shown = [each for each in shown if not SHARED & line_of(each).keys()] or shown
    if struck.only and shown:
        of = _ONLY_OF[struck.only]
        ranked = Counter(map(of, shown)).most_common()
        one, _ = ranked[-1 if struck.only == "rarest operation" else 0]
        shown = [record for record in shown if of(record) == one]
    shown = [saying(each, struck.said) for each in shown] if struck.said else shown
    return list(as_platform_says(shown, struck.platform)) if struck.platform else shown


def a_minute(struck: Struck, records: Sequence[Record]) -> float:
    """How many records of a fault come to each minute of a phase with these records."""
    if struck.unit == "a minute":
        return struck.size
    among = sum(struck.among(each, struck.class_name) and not of_heartbeat(each, "") for each in records)
    share = struck.size / 100
    return among * share / (1 - share) if struck.unit == "% of them" else among * share


def as_platform_says(records: Sequence[Record], platform: Platform) -> tuple[Record, ...]:
    """The records with the platform's fields set on every `every`-th one of an object, the first of all."""
    objects = 0
    changed = []
    for record in records:
        objects += bool(record["Entrypoint"])
        hit = record["Entrypoint"] and objects % platform.every == 1 % platform.every
        changed.append({**record, **platform.fields} if hit else record)
    return tuple(changed)


def slowed(records: Sequence[Record], slow: Slowed) -> tuple[Record, ...]:
    """The records with that time in every so many-th of each operation of the class, the first of all.

    Lines that several operations share have no time.
    """
    seen: Counter[tuple[str, str]] = Counter()
    changed = []
    for record in records:
        line = line_of(record)
        if line.get("class") != slow.class_name or SHARED & line.keys():
            changed.append(record)
            continue
        key = (line["at"], str(line.get("op")))
        seen[key] += 1
        changed.append(_taking(record, line, slow.ms) if seen[key] % slow.every == 1 % slow.every else record)
    return tuple(changed)


def _taking(record: Record, line: Mapping[str, Any], ms: int) -> Record:
    """The record of an operation that took so long."""
    if "ms" not in line:
        return {**record, "WallTimeMs": ms}
    return {**with_line(record, {**line, "ms": ms}), "WallTimeMs": ms}


def saying(record: Record, said: Said) -> Record:
    """The record whose telemetry line says that; as the Worker would, it leaves out last fields that do not fit."""
    line = line_of(record)
    scaled = {key: round(line[key] * times) for key, times in said.times.items() if key in line}
    line = {**line, **said.fields, **scaled}
    while len(_written(line)) > MAX_BUILT:
        line.popitem()
    return with_line(record, line)


def with_line(record: Record, line: Mapping[str, Any]) -> Record:
    """The record with another telemetry line in place of its own."""
    text = _written(line)
    logs = [{**log, "Message": [text if line_in(part) else part for part in log["Message"]]} for log in record["Logs"]]
    return {**record, "Logs": logs}


def _written(line: Mapping[str, Any]) -> str:
    return json.dumps(line, separators=(",", ":"))


def outages(phases: Iterable[Phase], start_ms: int) -> list[Window]:
    """When the destination of the Logpush job refuses batches: one window per phase that says so."""
    return [window for phase, window in _windows(phases, start_ms) if not phase.delivery]


def delays(phases: Iterable[Phase], start_ms: int) -> list[tuple[Window, int]]:
    """When batches are closed that arrive late, and by how many ms: one window per phase that says so."""
    return [(window, phase.late * MINUTE_MS) for phase, window in _windows(phases, start_ms) if phase.late]


def uncollected(phases: Iterable[Phase], start_ms: int) -> tuple[list[Window], list[Window]]:
    """When the collector of Cloudflare's own metrics does not run, and when Cloudflare refuses its token."""
    windows = list(_windows(phases, start_ms))
    stopped, refused = (
        [window for phase, window in windows if phase.collecting == how] for how in ("stopped", "refused")
    )
    return stopped, refused


def _windows(phases: Iterable[Phase], start_ms: int) -> Iterator[tuple[Phase, Window]]:
    for phase in phases:
        end_ms = start_ms + phase.minutes * MINUTE_MS
        yield phase, Window(start_ms, end_ms)
        start_ms = end_ms
