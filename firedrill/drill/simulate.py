"""Scenarios on simulated time: recorded takes are carried to what monitors read, and the monitors are evaluated."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from firedrill.drill.carry import carry
from firedrill.drill.compiled import CompiledWorker
from firedrill.drill.simulated_time import RecordedTake
from firedrill.drill.verdicts import Change, ScenarioRun
from firedrill.in_turn import cores, in_turn
from firedrill.organisation import empty_store
from firedrill.scenarios.scenario import MINUTE_MS, Phase, Scenario, TakeSpec
from firedrill.vendors.datadog.indexes import Indexes
from firedrill.vendors.datadog.monitors import Run, State
from firedrill.vendors.datadog.monitors.downtimes import muting
from firedrill.vendors.datadog.queries.store import SLOT_S, PointStore, Series

START_MS = 1_767_571_200_000
"""Simulated time begins on Monday 2026-01-05 at 00:00 UTC; only a downtime's schedule depends on the day."""

HISTORY_MINUTES = 95
"""Long enough for every window, and for one hour ago, before any scenario begins."""


@dataclass(frozen=True)
class Drilled:
    """A scenario's outcome, and what it left behind for explanations: `store` also holds what its history left."""

    outcome: ScenarioRun
    events: int
    logs: int
    points: int
    store: PointStore
    monitors: Run

    @property
    def evaluations(self) -> int:
        """How often a group of a monitor was evaluated."""
        return sum(len(groups) for groups in self.monitors.timelines.values()) * len(self.monitors.times_s)

    def made_in_fault(self, series: Series) -> bool:
        """Whether a series of the store got a point that is dated within the scenario's fault."""
        begin, end = (time_ms // (1000 * SLOT_S) for time_ms in (self.outcome.begin_ms, self.outcome.end_ms))
        return bool(np.any((series.slot >= begin) & (series.slot < end)))


@dataclass(frozen=True)
class History:
    """What every scenario begins with: `minutes` of `healthy` traffic from START_MS on, and what they left."""

    healthy: TakeSpec
    minutes: int
    store: PointStore
    indexes: Indexes


def simulate(
    worker: CompiledWorker,
    healthy: TakeSpec,
    scenarios: Sequence[Scenario],
    takes: Mapping[str, RecordedTake],
    progress: Callable[[int], None],
) -> list[Drilled]:
    """Run every scenario after the same history of healthy traffic; `progress` gets how many are done."""
    if not scenarios:
        return []
    history = healthy_history(worker, healthy, HISTORY_MINUTES, takes)
    progress(0)
    drilled: list[Drilled] = []
    processes = min(cores(), len(scenarios))
    for each in in_turn(lambda scenario: drill_scenario(worker, scenario, takes, history), scenarios, processes):
        drilled.append(each)
        progress(len(drilled))
    return drilled


def healthy_history(
    worker: CompiledWorker, healthy: TakeSpec, minutes: int, takes: Mapping[str, RecordedTake]
) -> History:
    """Carry healthy traffic once, for all scenarios to go on from."""
    store, indexes = empty_store(worker.organisation.logging.metrics), worker.organisation.indexes()
    carry(worker, [Phase(minutes, healthy)], takes, START_MS, indexes).ingested.add_to(store)
    return History(healthy, minutes, store, indexes)


def drill_scenario(
    worker: CompiledWorker, scenario: Scenario, takes: Mapping[str, RecordedTake], history: History
) -> Drilled:
    """Run the scenario after its history; monitors are evaluated once a minute from shortly before the fault on."""
    start_ms = START_MS + history.minutes * MINUTE_MS
    begin_ms = start_ms + scenario.before * MINUTE_MS
    end_ms = begin_ms + scenario.fault_minutes * MINUTE_MS
    over_ms = end_ms + scenario.after * MINUTE_MS
    carried = carry(worker, scenario.phases(history.healthy), takes, start_ms, history.indexes.copy())
    store = history.store.copy()
    carried.ingested.add_to(store)
    times_s = np.arange(begin_ms - scenario.watched * MINUTE_MS, over_ms + 1, MINUTE_MS) // 1000
    ran = worker.organisation.monitoring().run(store, times_s)
    changes = sorted(_changes(worker, ran), key=lambda change: change.time_ms)
    outcome = ScenarioRun(scenario, begin_ms, end_ms, over_ms, tuple(changes))
    # The copy leaves behind what evaluation has computed: a result may have to travel between processes.
    return Drilled(outcome, carried.events, carried.logs, len(carried.ingested.points), store.copy(), ran)


def _changes(worker: CompiledWorker, ran: Run) -> Iterator[Change]:
    """Every change of state of every group, with what was sent about it."""
    sent = {(each.monitor_id, each.group, each.step): each for each in ran.notifications}
    by_id = {monitor.id: monitor for monitor in worker.organisation.monitors}
    for monitor_id, groups in ran.timelines.items():
        monitor = by_id[monitor_id]
        for timeline in groups.values():
            muted = muting(worker.organisation.downtimes, monitor, timeline.group, ran.times_s).muted
            for each in timeline.transitions(ran.times_s):
                if each.to_state is State.ABSENT:
                    continue
                notification = sent.get((monitor_id, each.group, each.step))
                yield Change(
                    monitor=worker.names[monitor_id],
                    group=",".join(each.group),
                    time_ms=each.time_s * 1000,
                    state=each.to_state.label,
                    notification=notification.title if notification and notification.handles else "",
                    muted=bool(muted[each.step]),
                )
