"""What Datadog makes of uploaded batches: intake, pipelines and log-based metrics, to points."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from firedrill.drill.service import Service
from firedrill.drill.timeline import Placed
from firedrill.vendors.cloudflare.delivery import Batch
from firedrill.vendors.cloudflare.trace_items import shifted
from firedrill.vendors.datadog.intake import receive, within_window
from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.log_metrics import MAX_AGE_MS
from firedrill.vendors.datadog.queries.store import Kind, Point, Tags


@dataclass
class Ingested:
    """How many logs were kept, how many were dropped and why, and the points of those kept."""

    logs: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    points: list[Point] = field(default_factory=list)


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
    """What became of one log; `made` says it independently of the time, None where there is no such saying."""

    dropped: Sequence[tuple[str, int]] = ()
    points: Sequence[Point] = ()
    made: _Made | None = None


def ingest(service: Service, batches: Iterable[Batch[Placed]]) -> Ingested:
    """Feed batches to Datadog, in their order.

    A record that a take repeats makes the same points at each of its places, moved in time, unless a pipeline or a
    metric looks at the time itself. So a record is processed at its first and at its last place, and where these agree,
    what it made there stands for the places between.
    """
    result = Ingested()
    arrivals = [arrival for batch in batches for arrival in _received(service, batch, result.dropped)]
    known: dict[int, _Outcome] = {}
    steady: dict[int, _Made] = {}
    for record, (first, last) in _ends(arrivals).items():
        known[first], known[last] = (_processed(service, arrivals[number]) for number in (first, last))
        made = known[first].made
        if made is not None and made == known[last].made:
            steady[record] = made
    for number, arrival in enumerate(arrivals):
        outcome = known.get(number) or _repeated(steady, arrival) or _processed(service, arrival)
        result.logs += not outcome.dropped
        result.dropped.update(dict(outcome.dropped))
        result.points += outcome.points
    return result


def _received(service: Service, batch: Batch[Placed], dropped: Counter[str]) -> Iterator[_Arrival]:
    """The logs of one upload."""
    entries = [shifted(record, shift_ms) for record, shift_ms, _ in batch.records]
    size = sum(size for _, _, size in batch.records)
    parameters = service.job.destination.parameters
    intake = receive(entries, params=parameters, received_ms=batch.time_ms, size_bytes=size)
    dropped.update(dict(intake.dropped))
    whole = len(intake.logs) == len(entries)  # else which log was which record cannot be told
    for number, log in enumerate(intake.logs):
        yield _Arrival(log, batch.time_ms, batch.records[number] if whole else None)


def _ends(arrivals: Sequence[_Arrival]) -> dict[int, tuple[int, int]]:
    """By the id of each record that comes more than twice: the numbers of its first and its last arrival."""
    places: dict[int, list[int]] = {}
    for number, arrival in enumerate(arrivals):
        if arrival.placed:
            places.setdefault(id(arrival.placed.record), []).append(number)
    return {record: (numbers[0], numbers[-1]) for record, numbers in places.items() if len(numbers) > 2}


def _processed(service: Service, arrival: _Arrival) -> _Outcome:
    log, received_ms, placed = arrival
    kept, dropped = within_window([service.pipelines.process(log)], received_ms)
    if not kept:
        return _Outcome(dropped)
    points = list(service.metrics.points(log, received_ms))
    if placed is None or not _makes_points(log.timestamp, received_ms):
        return _Outcome(points=points)
    timeless = tuple((point.metric, point.kind, point.tags, point.value) for point in points)
    return _Outcome((), points, _Made(log.timestamp - placed.shift_ms, timeless))


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
