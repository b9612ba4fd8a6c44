"""Simulated time: recorded takes laid end to end, each record at its place and otherwise as it was recorded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from firedrill.scenarios.scenario import MINUTE_MS, Phase, Platform
from firedrill.vendors.cloudflare.delivery import Window
from firedrill.vendors.cloudflare.trace_items import Record


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
    for phase in phases:
        take = takes[phase.take.name]
        records = take.records if phase.platform is None else as_platform_says(take.records, phase.platform)
        share_ms = MINUTE_MS / phase.copies
        offsets = [int((record["EventTimestampMs"] - take.began_ms) * share_ms / take.length_ms) for record in records]
        shifts = [offset - record["EventTimestampMs"] for offset, record in zip(offsets, records, strict=True)]
        for minute in range(phase.minutes):
            if minute % phase.every == 0:
                for copy in range(phase.copies):
                    begin_ms = minute_ms + int(copy * share_ms)
                    yield from (Placed(record, begin_ms + shift) for record, shift in zip(records, shifts, strict=True))
            minute_ms += MINUTE_MS


def as_platform_says(records: Sequence[Record], platform: Platform) -> tuple[Record, ...]:
    """The records with the platform's fields set on every `every`-th one of an object."""
    objects = 0
    changed = []
    for record in records:
        objects += bool(record["Entrypoint"])
        hit = record["Entrypoint"] and objects % platform.every == 0
        changed.append({**record, **platform.fields} if hit else record)
    return tuple(changed)


def outages(phases: Iterable[Phase], start_ms: int) -> list[Window]:
    """When the destination of the Logpush job refuses batches: one window per phase that says so."""
    found = []
    for phase in phases:
        end_ms = start_ms + phase.minutes * MINUTE_MS
        if not phase.delivery:
            found.append(Window(start_ms, end_ms))
        start_ms = end_ms
    return found
