"""Uploaded batches taken in by an organisation, with the work on records that a take repeats done twice only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from firedrill.drill.compiled import CompiledWorker
from firedrill.drill.simulated_time import Placed
from firedrill.organisation import Ingested
from firedrill.vendors.cloudflare.delivery import Batch
from firedrill.vendors.cloudflare.trace_items import Record as Traced
from firedrill.vendors.cloudflare.trace_items import shifted
from firedrill.vendors.datadog.indexes import Indexes
from firedrill.vendors.datadog.intake import receive, refusal
from firedrill.vendors.datadog.log_metrics import MAX_AGE_MS
from firedrill.vendors.datadog.queries import Record, Repeated
from firedrill.vendors.datadog.queries.store import Kind, Point, Tags

FEW = 2
"""A record at so few places is processed at each of them."""


class _Arrival(NamedTuple):
    """A record's place in an upload of so many bytes that was received at a time."""

    placed: Placed
    received_ms: int
    size: int


class _Made(NamedTuple):
    """What a record became: its log's official date less the record's shift, and its points without their times."""

    dated_ms: int
    points: tuple[tuple[str, Kind, Tags, float], ...]


class _Outcome(NamedTuple):
    """What became of one log; `made` describes it independently of the time; None if that is not possible."""

    dropped: str = ""
    points: Sequence[Point] = ()
    records: Sequence[Record] = ()
    made: _Made | None = None


class Counted(NamedTuple):
    """What was taken in, and how many logs of it were kept."""

    ingested: Ingested
    logs: int


@dataclass
class Everyday:
    """What is known of the records of healthy traffic, which every scenario repeats: while it is `learning`, it grows.

    What a record became has been seen at shifts from the first to the last of `seen`, in ms; it is kept by its id, with
    the record itself, so that no other one has this id.
    """

    learning: bool = True
    prepared: dict[int, tuple[Traced, tuple[Traced, int, int] | None]] = field(default_factory=dict)
    seen: dict[int, tuple[_Made, int, int]] = field(default_factory=dict)

    def made(self, record: Traced, first_ms: int, last_ms: int) -> _Made | None:
        """What a record became, if that has been seen at these shifts or further apart."""
        made, least_ms, most_ms = self.seen.get(id(record), (None, 0, 0))
        return made if least_ms <= first_ms and last_ms <= most_ms else None

    def saw(self, record: Traced, made: _Made, first_ms: int, last_ms: int) -> None:
        """Keep what a record became at both of these shifts; of one that became something else before, nothing."""
        if not self.learning:
            return
        before, least_ms, most_ms = self.seen.get(id(record), (made, first_ms, last_ms))
        if before == made:
            self.seen[id(record)] = (made, min(first_ms, least_ms), max(last_ms, most_ms))
        else:
            self.seen.pop(id(record))


def ingest_repeated(
    worker: CompiledWorker, batches: Iterable[Batch[Placed]], indexes: Indexes, everyday: Everyday
) -> Counted:
    """Feed batches to the Worker's organisation, in their order; the logs themselves are not kept.

    A record that a take repeats makes the same points at each of its places, moved in time, unless the intake, a
    pipeline or a metric looks at the time itself. So a record is processed at its first and at its last place, and
    where these agree, what it made there is used for the places between; `everyday` knows of some already. A log that
    a log monitor reads is processed at each place.
    """
    result, kept = Ingested(), 0
    arrivals = [*_arrivals(batches, result)]
    known: dict[int, _Outcome] = {}
    done: set[int] = set()
    for numbers in _places(worker, arrivals):
        first, last = numbers[0], numbers[-1]
        record = arrivals[first].placed.record
        shifts = [arrivals[number].placed.shift_ms for number in numbers]
        span_ms = (min(shifts), max(shifts))
        made = everyday.made(record, *span_ms)
        if made is None and len(numbers) > FEW:
            for number in (first, last):
                known[number] = _processed(worker, arrivals[number], indexes)
            made = known[first].made if known[first].made == known[last].made else None
            if made is not None:
                everyday.saw(record, made, *span_ms)
        if made is not None:
            again = _repeated(made, [arrivals[number] for number in numbers])
            result.repeated += again.points
            same = [number for number, fits in zip(numbers, again.fits, strict=True) if fits]
            done.update(same)
            kept += len(same)
    for number, arrival in enumerate(arrivals):
        if number in done:
            continue
        outcome = known.get(number) or _processed(worker, arrival, indexes)
        if outcome.dropped:
            result.dropped[outcome.dropped] += 1
        kept += not outcome.dropped
        result.points += outcome.points
        result.records += outcome.records
    return Counted(result, kept)


def _arrivals(batches: Iterable[Batch[Placed]], result: Ingested) -> Iterator[_Arrival]:
    """The records of uploads that are not refused as a whole."""
    for batch in batches:
        size = sum(placed.size for placed in batch.records)
        if why := refusal(size, len(batch.records)):
            result.dropped[why] += len(batch.records)
            continue
        for placed in batch.records:
            yield _Arrival(placed, batch.time_ms, size)


def _places(worker: CompiledWorker, arrivals: Sequence[_Arrival]) -> list[list[int]]:
    """Of each record the numbers of its arrivals.

    Of none where a declared index may count every log that a log monitor could read: they are stored in their order.
    """
    if worker.organisation.log_queries and worker.organisation.logging.indexes:
        return []
    places: dict[int, list[int]] = {}
    for number, arrival in enumerate(arrivals):
        places.setdefault(id(arrival.placed.record), []).append(number)
    return [*places.values()]


def _processed(worker: CompiledWorker, arrival: _Arrival, indexes: Indexes) -> _Outcome:
    (record, shift_ms, _), received_ms, size = arrival
    parameters = worker.job.destination.parameters
    intake = receive([shifted(record, shift_ms)], params=parameters, received_ms=received_ms, size_bytes=size)
    if not intake.logs:
        return _Outcome(intake.dropped[0][0])
    (log,) = intake.logs
    undated = log.timestamp == received_ms
    dropped, points = worker.organisation.logging.process(log, received_ms)
    if dropped:
        return _Outcome(dropped)
    records = worker.organisation.records(log, received_ms, indexes)
    if records or not undated or not 0 <= received_ms - log.timestamp <= MAX_AGE_MS:
        return _Outcome("", points, records)
    timeless = tuple((point.metric, point.kind, point.tags, point.value) for point in points)
    return _Outcome("", points, (), _Made(log.timestamp - shift_ms, timeless))


class _Again(NamedTuple):
    """The points of a record at all of its places that fit it: where it is not too late to make points."""

    fits: list[bool]
    points: list[Repeated]


def _repeated(made: _Made, arrivals: Sequence[_Arrival]) -> _Again:
    """What a record that is known becomes at its places."""
    dated = np.array([each.placed.shift_ms for each in arrivals], dtype=np.int64) + made.dated_ms
    received = np.array([each.received_ms for each in arrivals], dtype=np.int64)
    age = received - dated
    fits = (age >= 0) & (age <= MAX_AGE_MS)
    return _Again(fits.tolist(), [Repeated(*point, dated[fits], received[fits]) for point in made.points])
