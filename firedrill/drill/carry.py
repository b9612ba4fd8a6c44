"""A stretch of the timeline on its way from trace events to what monitors read, in production's order.

timeline -> Logpush job -> log intake -> pipelines -> log-based metrics and indexes
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from firedrill.drill.compiled import CompiledWorker
from firedrill.drill.repetition import Everyday, ingest_repeated
from firedrill.drill.simulated_time import Placed, RecordedTake, delays, lay_out, outages
from firedrill.organisation import Ingested
from firedrill.scenarios.scenario import Phase
from firedrill.vendors.cloudflare.delivery import Entry, deliver
from firedrill.vendors.cloudflare.trace_items import Record
from firedrill.vendors.datadog.indexes import Indexes

SEED = 1
"""Of Logpush's sampling."""


@dataclass(frozen=True)
class Carried:
    """What became of a stretch of the timeline.

    `lost` trace events are those that the job gave up delivering; `logs` were kept by Datadog, and `ingested` has why
    others were refused and what came of those kept. `placed` are all records of the stretch.
    """

    events: int
    lost: int = 0
    logs: int = 0
    ingested: Ingested = field(default_factory=Ingested)
    placed: Sequence[Placed] = field(default=(), compare=False, repr=False)


def carry(
    worker: CompiledWorker,
    phases: Sequence[Phase],
    takes: Mapping[str, RecordedTake],
    start_ms: int,
    indexes: Indexes,
    everyday: Everyday | None = None,
) -> Carried:
    """Carry the phases' records from `start_ms` on; `indexes` count what they store of them.

    What is known of `everyday` records is not found out again.
    """
    everyday = everyday or Everyday(learning=False)
    placed = list(lay_out(phases, takes, start_ms))
    if worker.job.obstacles(worker.script):
        return Carried(len(placed), placed=placed)
    entries = _entries(worker, placed, everyday)
    down, late = outages(phases, start_ms), delays(phases, start_ms)
    delivery = deliver(entries, worker.job.limits, down=down, late=late)
    ingested, logs = ingest_repeated(worker, delivery.batches, indexes, everyday)
    lost = sum(len(batch.records) for batch in delivery.lost)
    return Carried(len(placed), lost, logs, ingested, placed)


def _entries(worker: CompiledWorker, placed: Iterable[Placed], everyday: Everyday) -> list[Entry[Placed]]:
    """What the job sends of the timeline.

    A record is filtered, cut and reduced to its fields once for all its places: none of that depends on the time.
    """
    random = Random(SEED)  # noqa: S311 - repeatable, not secret
    ready = everyday.prepared if everyday.learning else {**everyday.prepared}
    entries = []
    for record, shift_ms, _ in placed:
        if id(record) not in ready:
            ready[id(record)] = (record, _prepared(worker, record))
        _, kept = ready[id(record)]
        if kept is not None and worker.job.output.samples(random):
            prepared, size, ended_ms = kept
            entries.append(Entry(ended_ms + shift_ms, size, Placed(prepared, shift_ms, size)))
    return entries


def _prepared(worker: CompiledWorker, record: Record) -> tuple[Record, int, int] | None:
    """What the job sends of a record, its size, and when its invocation ended; None when the filter keeps it back."""
    prepared = worker.job.prepare(record)
    if prepared is None:
        return None
    return prepared, worker.job.size(prepared), record["EventTimestampMs"] + record["WallTimeMs"]
