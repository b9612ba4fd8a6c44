"""Uploaded batches taken in by an organisation, with the work on records that a take repeats done twice only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from firedrill.drill.compiled import CompiledWorker
from firedrill.drill.simulated_time import Placed
from firedrill.organisation import Ingested
from firedrill.vendors.cloudflare.delivery import Batch
from firedrill.vendors.cloudflare.trace_items import shifted
from firedrill.vendors.datadog.indexes import Indexes
from firedrill.vendors.datadog.intake import receive, refusal
from firedrill.vendors.datadog.log_metrics import MAX_AGE_MS
from firedrill.vendors.datadog.queries import Record, Repeated
from firedrill.vendors.datadog.queries.store import Kind, Point, Tags


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


def ingest_repeated(worker: CompiledWorker, batches: Iterable[Batch[Placed]], indexes: Indexes) -> Counted:
    """Feed batches to the Worker's organisation, in their order; the logs themselves are not kept.

    A record that a take repeats makes the same points at each of its places, moved in time, unless the intake, a
    pipeline or a metric looks at the time itself. So a record is processed at its first and at its last place, and
    where these agree, what it made there is used for the places between. A log that a log monitor reads is processed
    at each place.
    """
    result, kept = Ingested(), 0
    arrivals = [*_arrivals(batches, result)]
    known: dict[int, _Outcome] = {}
    done: set[int] = set()
    for numbers in _places(worker, arrivals):
        first, last = numbers[0], numbers[-1]
        for number in (first, last):
            known[number] = _processed(worker, arrivals[number], indexes)
        made = known[first].made
        if made is not None and made == known[last].made:
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
    """Of each record that comes more than twice the numbers of its arrivals.

    Of none where a declared index may count every log that a log monitor could read: they are stored in their order.
    """
    if worker.organisation.log_queries and worker.organisation.logging.indexes:
        return []
    places: dict[int, list[int]] = {}
    for number, arrival in enumerate(arrivals):
        places.setdefault(id(arrival.placed.record), []).append(number)
    return [numbers for numbers in places.values() if len(numbers) > 2]


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
