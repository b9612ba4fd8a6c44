"""One scenario down the whole path, in production's order; the declared resources are the only configuration.

timeline -> Logpush job -> log intake -> pipelines -> log-based metrics -> monitors
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

import numpy as np

from firedrill.drill.ingest import ingest
from firedrill.drill.service import Service
from firedrill.drill.timeline import Placed, RecordedTake, lay_out, outages
from firedrill.drill.verdicts import Change, ScenarioRun
from firedrill.scenarios.scenario import MINUTE_MS, Phase, Scenario, TakeSpec
from firedrill.vendors.cloudflare.delivery import Entry, deliver
from firedrill.vendors.cloudflare.trace_items import Record
from firedrill.vendors.datadog.monitors import Run, State, run
from firedrill.vendors.datadog.queries.store import SLOT_S, Point, PointStore, Series

START_MS = 1_767_571_200_000
"""Simulated time begins on Monday 2026-01-05 at 00:00 UTC; nothing depends on the day."""

SEED = 1
"""Of Logpush's sampling."""


@dataclass(frozen=True)
class Carried:
    """What became of a stretch of the timeline on its way to metric points.

    `kept_back` trace events were not sent by the job (disabled, filter, sampling), `lost` ones it gave up delivering;
    `dropped` logs were refused by Datadog, by reason.
    """

    events: int
    kept_back: int
    lost: int
    logs: int
    dropped: Mapping[str, int]
    points: Sequence[Point]


@dataclass(frozen=True)
class Drilled:
    """A scenario's outcome, and what it left behind for explanations: `store` also holds the points of its history."""

    outcome: ScenarioRun
    events: int
    logs: int
    points: int
    store: PointStore
    monitors: Run


def made_in_fault(drilled: Drilled, series: Series) -> bool:
    """Whether a series of the store got a point that is dated within the scenario's fault."""
    begin, end = (time_ms // (1000 * SLOT_S) for time_ms in (drilled.outcome.begin_ms, drilled.outcome.end_ms))
    return bool(np.any((series.slot >= begin) & (series.slot < end)))


@dataclass(frozen=True)
class History:
    """What every scenario begins with: `minutes` of `healthy` traffic from START_MS on, and the points it left."""

    healthy: TakeSpec
    minutes: int
    store: PointStore


def healthy_history(service: Service, healthy: TakeSpec, minutes: int, takes: Mapping[str, RecordedTake]) -> History:
    """Carry healthy traffic once, for all scenarios to go on from."""
    store = PointStore()
    for name, metric in service.metrics.definitions.items():
        store.declare(name, metric.compute.aggregation_type, percentiles=metric.compute.include_percentiles)
    store.add_all(carry(service, [Phase(minutes, healthy)], takes, START_MS).points)
    return History(healthy, minutes, store)


def carry(service: Service, phases: Sequence[Phase], takes: Mapping[str, RecordedTake], start_ms: int) -> Carried:
    """Carry the phases' records from `start_ms` on through Logpush, intake and pipelines to metric points."""
    placed = list(lay_out(phases, takes, start_ms))
    if service.job.obstacles(service.script):
        return Carried(len(placed), len(placed), 0, 0, {}, ())
    entries = _entries(service, placed)
    delivery = deliver(entries, service.job.limits, down=outages(phases, start_ms))
    ingested = ingest(service, delivery.batches)
    lost = sum(len(batch.records) for batch in delivery.lost)
    return Carried(len(placed), len(placed) - len(entries), lost, ingested.logs, ingested.dropped, ingested.points)


def drill_scenario(
    service: Service, scenario: Scenario, takes: Mapping[str, RecordedTake], history: History
) -> Drilled:
    """Run the scenario after its history; monitors are evaluated once a minute from shortly before the fault on."""
    start_ms = START_MS + history.minutes * MINUTE_MS
    begin_ms = start_ms + scenario.before * MINUTE_MS
    end_ms = begin_ms + scenario.fault_minutes * MINUTE_MS
    over_ms = end_ms + scenario.after * MINUTE_MS
    carried = carry(service, scenario.phases(history.healthy), takes, start_ms)
    store = history.store.copy()
    store.add_all(carried.points)
    times_s = np.arange(begin_ms - scenario.watched * MINUTE_MS, over_ms + 1, MINUTE_MS) // 1000
    ran = run(service.monitors, store, times_s)
    outcome = ScenarioRun(scenario, begin_ms, end_ms, over_ms, tuple(_changes(service, ran)))
    # The copy leaves behind what evaluation has computed: a result may have to travel between processes.
    return Drilled(outcome, carried.events, carried.logs, len(carried.points), store.copy(), ran)


def _entries(service: Service, placed: Iterable[Placed]) -> list[Entry[Placed]]:
    """What the job sends of the timeline.

    A record is filtered, cut and reduced to its fields once for all its places: none of that depends on the time.
    """
    random = Random(SEED)  # noqa: S311 - repeatable, not secret
    ready: dict[int, tuple[Record, int, int] | None] = {}
    entries = []
    for record, shift_ms, _ in placed:
        if id(record) not in ready:
            ready[id(record)] = _prepared(service, record)
        kept = ready[id(record)]
        if kept is not None and service.job.output.samples(random):
            prepared, size, ended_ms = kept
            entries.append(Entry(ended_ms + shift_ms, size, Placed(prepared, shift_ms, size)))
    return entries


def _prepared(service: Service, record: Record) -> tuple[Record, int, int] | None:
    """What the job sends of a record, its size, and when its invocation ended; None when the filter keeps it back."""
    prepared = service.job.prepare(record)
    if prepared is None:
        return None
    return prepared, service.job.size(prepared), record["EventTimestampMs"] + record["WallTimeMs"]


def _changes(service: Service, ran: Run) -> list[Change]:
    """Every change of state of every group, in time order, with what was sent about it."""
    sent = {(each.monitor_id, each.group, each.step): each for each in ran.notifications}
    found = []
    for monitor_id, groups in ran.timelines.items():
        for each in (transition for timeline in groups.values() for transition in timeline.transitions(ran.times_s)):
            if each.to_state is State.ABSENT:
                continue
            notification = sent.get((monitor_id, each.group, each.step))
            found.append(
                Change(
                    monitor=service.names[monitor_id],
                    group=",".join(each.group),
                    time_ms=each.time_s * 1000,
                    state=each.to_state.label,
                    notification=notification.title if notification and notification.handles else "",
                )
            )
    return sorted(found, key=lambda change: change.time_ms)
