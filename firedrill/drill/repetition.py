"""Uploaded batches taken in by an organisation, with the work on records that a take repeats done twice only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from firedrill.drill.compiled import CompiledWorker
from firedrill.drill.simulated_time import Placed
from firedrill.organisation import Ingested
from firedrill.vendors.cloudflare.delivery import Batch
from firedrill.vendors.cloudflare.trace_items import shifted
from firedrill.vendors.datadog.indexes import Indexes
from firedrill.vendors.datadog.intake import receive
from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.log_metrics import MAX_AGE_MS
from firedrill.vendors.datadog.queries import Record
from firedrill.vendors.datadog.queries.store import Kind, Point, Tags


class _Arrival(NamedTuple):
    """A log as it came out of the intake, when it was received, and the place of its record where that can be told."""

    log: Log
    received_ms: int
    placed: Placed | None


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

    A record that a take repeats makes the same points at each of its places, moved in time, unless a pipeline or a
    metric looks at the time itself. So a record is processed at its first and at its last place, and where these agree,
    what it made there is used for the places between. A log that a log monitor reads is processed at each place.
    """
    result, kept = Ingested(), 0
    arrivals = [arrival for batch in batches for arrival in _received(worker, batch, result)]
    known: dict[int, _Outcome] = {}
    steady: dict[int, _Made] = {}
    for record, (first, last) in _ends(worker, arrivals).items():
        known[first], known[last] = (_processed(worker, arrivals[number], indexes) for number in (first, last))
        made = known[first].made
        if made is not None and made == known[last].made:
            steady[record] = made
    for number, arrival in enumerate(arrivals):
        outcome = known.get(number) or _repeated(steady, arrival) or _processed(worker, arrival, indexes)
        if outcome.dropped:
            result.dropped[outcome.dropped] += 1
        kept += not outcome.dropped
        result.points += outcome.points
        result.records += outcome.records
    return Counted(result, kept)


def _received(worker: CompiledWorker, batch: Batch[Placed], result: Ingested) -> Iterator[_Arrival]:
    """The logs of one upload."""
    entries = [shifted(record, shift_ms) for record, shift_ms, _ in batch.records]
    size = sum(size for _, _, size in batch.records)
    parameters = worker.job.destination.parameters
    intake = receive(entries, params=parameters, received_ms=batch.time_ms, size_bytes=size)
    result.dropped.update(dict(intake.dropped))
    whole = len(intake.logs) == len(entries)  # else which log was which record cannot be told
    for number, log in enumerate(intake.logs):
        yield _Arrival(log, batch.time_ms, batch.records[number] if whole else None)


def _ends(worker: CompiledWorker, arrivals: Sequence[_Arrival]) -> dict[int, tuple[int, int]]:
    """By the id of each record that comes more than twice: the numbers of its first and its last arrival.

    None where a declared index may count every log that a log monitor could read: they are stored in their order.
    """
    if worker.organisation.log_queries and worker.organisation.logging.indexes:
        return {}
    places: dict[int, list[int]] = {}
    for number, arrival in enumerate(arrivals):
        if arrival.placed:
            places.setdefault(id(arrival.placed.record), []).append(number)
    return {record: (numbers[0], numbers[-1]) for record, numbers in places.items() if len(numbers) > 2}


def _processed(worker: CompiledWorker, arrival: _Arrival, indexes: Indexes) -> _Outcome:
    log, received_ms, placed = arrival
    dropped, points = worker.organisation.logging.process(log, received_ms)
    if dropped:
        return _Outcome(dropped)
    records = worker.organisation.records(log, received_ms, indexes)
    if records or placed is None or not _makes_points(log.timestamp, received_ms):
        return _Outcome("", points, records)
    timeless = tuple((point.metric, point.kind, point.tags, point.value) for point in points)
    return _Outcome("", points, (), _Made(log.timestamp - placed.shift_ms, timeless))


def _repeated(steady: Mapping[int, _Made], arrival: _Arrival) -> _Outcome | None:
    """What a record that is known becomes at another place; None where it is too late there to make points."""
    _, received_ms, placed = arrival
    made = steady.get(id(placed.record)) if placed else None
    if placed is None or made is None:
        return None
    dated_ms = made.dated_ms + placed.shift_ms
    if not _makes_points(dated_ms, received_ms):
        return None
    return _Outcome(
        points=[Point(metric, kind, tags, dated_ms, received_ms, value) for metric, kind, tags, value in made.points]
    )


def _makes_points(dated_ms: int, received_ms: int) -> bool:
    return 0 <= received_ms - dated_ms <= MAX_AGE_MS
