"""Scenarios on simulated time: recorded takes are carried to what monitors read, and the monitors are evaluated."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from firedrill.drill.billed import billed
from firedrill.drill.calm import START_MS
from firedrill.drill.carry import carry
from firedrill.drill.collecting import Collected, collect
from firedrill.drill.compiled import CompiledWorker
from firedrill.drill.lasting import run_lasting
from firedrill.drill.repetition import Everyday
from firedrill.drill.simulated_time import Placed, RecordedTake, lay_out
from firedrill.drill.verdicts import Change, ScenarioRun, Told
from firedrill.in_turn import cores, in_turn
from firedrill.organisation import empty_store, metrics_of
from firedrill.scenarios.generic_faults import FAULT_MINUTES
from firedrill.scenarios.scenario import MINUTE_MS, Phase, Scenario, TakeSpec
from firedrill.vendors.datadog.indexes import Indexes
from firedrill.vendors.datadog.monitors import Composite, GroupTimeline, Monitor, Notification, Run, State, Threshold
from firedrill.vendors.datadog.monitors.downtimes import muting
from firedrill.vendors.datadog.monitors.templates import show
from firedrill.vendors.datadog.queries.store import SLOT_S, PointStore, Series

HISTORY_MINUTES = 95
"""Long enough for every window, and for one hour ago, before any scenario begins."""


SETTLING_MINUTES = 5
"""After the carried minutes of a fault that lasts, for their logs to arrive."""

GOING_ON_MINUTES = 60
"""As long as a scenario may be."""


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
class Fed:
    """A scenario whose records have come to what monitors read: `store` and times in ms; `points` and `logs` count.

    `billed` is as in ScenarioRun.
    """

    scenario: Scenario
    begin_ms: int
    end_ms: int
    over_ms: int
    events: int
    logs: int
    points: int
    store: PointStore
    billed: Mapping[int, float] = field(default_factory=dict)


@dataclass(frozen=True)
class History:
    """What every scenario begins with: `minutes` of `healthy` traffic from START_MS on, and what they left."""

    healthy: TakeSpec
    minutes: int
    store: PointStore
    indexes: Indexes
    worker: CompiledWorker
    takes: Mapping[str, RecordedTake]
    everyday: Everyday = field(default_factory=Everyday)
    collected: Collected = field(default_factory=Collected)

    @cached_property
    def still_healthy(self) -> Sequence[Placed]:
        """The records of GOING_ON_MINUTES more of healthy traffic."""
        return list(lay_out([Phase(GOING_ON_MINUTES, self.healthy)], self.takes, self.end_ms))

    @cached_property
    def going_on(self) -> PointStore:
        """The store after GOING_ON_MINUTES more of healthy traffic: what a fault that only adds records is added to."""
        self.everyday.learning = True
        store = self._later(GOING_ON_MINUTES)
        self.everyday.learning = False
        return store

    @cached_property
    def ending(self) -> PointStore:
        """The store after as much healthy traffic as there is before and in a fault, and nothing after it."""
        return self._later(Scenario.before + FAULT_MINUTES)

    def _later(self, minutes: int) -> PointStore:
        """The store after so much more of healthy traffic."""
        store, phases = self.store.copy(), [Phase(minutes, self.healthy)]
        carried = carry(self.worker, phases, self.takes, self.end_ms, self.indexes.copy(), self.everyday)
        carried.ingested.add_to(store)
        return store

    def before(self, scenario: Scenario) -> PointStore:
        """What a scenario begins with: where it only adds to healthy traffic, this goes on, or ends with the fault."""
        if not self.adds_only(scenario):
            return self.store
        return self.ending if scenario.ends else self.going_on

    def adds_only(self, scenario: Scenario) -> bool:
        """Whether a scenario is healthy traffic with some records more, whose points come on top of its points."""
        lasts = scenario.before + scenario.fault_minutes + scenario.after
        usual = (Scenario.before, FAULT_MINUTES) if scenario.ends else (scenario.before, scenario.fault_minutes)
        return (
            lasts <= GOING_ON_MINUTES
            and (scenario.before, scenario.fault_minutes) == usual
            and not self.worker.organisation.log_queries
            and all(
                phase.struck and replace(phase, minutes=1, struck=None) == Phase(1, self.healthy)
                for phase in scenario.fault
            )
        )

    @property
    def end_ms(self) -> int:
        """When it ends."""
        return START_MS + self.minutes * MINUTE_MS


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
    for scenario in scenarios:
        history.before(scenario)  # once each, before processes are forked
    progress(0)
    drilled: list[Drilled] = []
    processes = min(cores(), len(scenarios))

    def drill(scenario: Scenario) -> Drilled:
        """What came of it, less what it began with, which need not travel between processes."""
        found = drill_scenario(worker, scenario, takes, history)
        return replace(found, store=found.store.beyond(history.before(scenario)))

    for scenario, each in zip(scenarios, in_turn(drill, scenarios, processes), strict=True):
        drilled.append(replace(each, store=history.before(scenario).with_more(each.store)))
        progress(len(drilled))
    return drilled


def healthy_history(
    worker: CompiledWorker, healthy: TakeSpec, minutes: int, takes: Mapping[str, RecordedTake]
) -> History:
    """Carry healthy traffic once, for all scenarios to go on from."""
    store, indexes = empty_store(worker.organisation.logging.metrics), worker.organisation.indexes()
    everyday, phases, collected = Everyday(), [Phase(minutes, healthy)], Collected()
    carried = carry(worker, phases, takes, START_MS, indexes, everyday)
    carried.ingested.add_to(store)
    collect(worker, collected, carried.placed, phases, (START_MS, START_MS + minutes * MINUTE_MS), store)
    everyday.learning = False
    return History(healthy, minutes, store, indexes, worker, takes, everyday, collected)


def drill_scenario(
    worker: CompiledWorker, scenario: Scenario, takes: Mapping[str, RecordedTake], history: History
) -> Drilled:
    """Run the scenario after its history; monitors are evaluated once a minute from shortly before the fault on."""
    if scenario.lasting:
        return _drill_lasting(worker, scenario, takes, history)
    return evaluate(worker, feed(worker, scenario, takes, history))


def _drill_lasting(
    worker: CompiledWorker, scenario: Scenario, takes: Mapping[str, RecordedTake], history: History
) -> Drilled:
    """Carry the first minutes of the fault, and run the monitors that the scenario is about on their repetition."""
    timing = scenario.lasting
    assert timing is not None
    fed = feed(worker, replace(scenario, lasting=None, before=0, after=SETTLING_MINUTES), takes, history)
    about = [each for each in worker.organisation.slo_alerts if worker.names[each[0].id] in scenario.about]
    span_s = (fed.begin_ms // 1000, fed.end_ms // 1000)
    ran = run_lasting(worker.organisation, about, timing, span_s, history.going_on, fed.store)
    end_ms = fed.begin_ms + timing.minutes * MINUTE_MS
    return _drilled(worker, replace(fed, scenario=scenario, end_ms=end_ms, over_ms=int(ran.times_s[-1]) * 1000), ran)


def feed(worker: CompiledWorker, scenario: Scenario, takes: Mapping[str, RecordedTake], history: History) -> Fed:
    """Carry the scenario's records after its history."""
    start_ms = history.end_ms
    begin_ms = start_ms + scenario.before * MINUTE_MS
    end_ms = begin_ms + scenario.fault_minutes * MINUTE_MS
    over_ms = end_ms + scenario.after * MINUTE_MS
    phases = scenario.phases(history.healthy)
    added = history.adds_only(scenario)
    phases = tuple(replace(phase, kept=0.0) for phase in phases) if added else phases
    carried = carry(worker, phases, takes, start_ms, history.indexes.copy(), history.everyday)
    store = history.before(scenario).copy()
    carried.ingested.add_to(store)
    costs: Mapping[int, float] = {}
    if collects(worker, scenario):
        usual = history.still_healthy if added else ()
        still = [
            each for each in usual if not scenario.ends or each.record["EventTimestampMs"] + each.shift_ms < end_ms
        ]
        placed = [*still, *carried.placed]
        collected = history.collected.copy()
        collect(worker, collected, placed, phases, (start_ms, over_ms + 1), store)
        costs = billed(collected.usage) if scenario.about else {}
    points = carried.ingested.number_of_points
    return Fed(scenario, begin_ms, end_ms, over_ms, carried.events, carried.logs, points, store, costs)


def collects(worker: CompiledWorker, scenario: Scenario) -> bool:
    """Whether the collector is part of a scenario: not of one that is about monitors to which it brings nothing."""
    return worker.collecting is not None and any(
        reads_analytics(worker, each)
        for each in worker.organisation.monitors
        if not scenario.about or worker.names[each.id] in scenario.about
    )


def reads_analytics(worker: CompiledWorker, monitor: Monitor) -> bool:
    """Whether a monitor reads what the collector brings."""
    return worker.collector is not None and any(map(worker.collector.makes, metrics_of(monitor)))


def evaluate(worker: CompiledWorker, fed: Fed, only: Collection[str] = ()) -> Drilled:
    """Evaluate the monitors once a minute over what the scenario left: those it is about, or those with `only` ids."""
    watched_ms = fed.begin_ms - fed.scenario.watched * MINUTE_MS
    times_s = np.arange(watched_ms, fed.over_ms + 1, MINUTE_MS) // 1000
    about = {id_ for id_, name in worker.names.items() if name in fed.scenario.about}
    return _drilled(worker, fed, worker.organisation.monitoring(only or about).run(fed.store, times_s))


def _drilled(worker: CompiledWorker, fed: Fed, ran: Run) -> Drilled:
    changes = tuple(changes_of(worker, ran))
    outcome = ScenarioRun(fed.scenario, fed.begin_ms, fed.end_ms, fed.over_ms, changes, billed=fed.billed)
    return Drilled(outcome, fed.events, fed.logs, fed.points, fed.store, ran)


def changes_of(worker: CompiledWorker, ran: Run) -> list[Change]:
    """Every change of state of every group in time order, with what was sent about it."""
    return sorted(_changes(worker, ran), key=lambda change: change.time_ms)


def _changes(worker: CompiledWorker, ran: Run) -> Iterator[Change]:
    sent: dict[tuple[str, int], list[Notification]] = {}
    for notified in ran.notifications:
        sent.setdefault((notified.monitor_id, notified.step), []).append(notified)
    by_id = {monitor.id: monitor for monitor in worker.organisation.monitors}
    for monitor_id, groups in ran.timelines.items():
        monitor = by_id[monitor_id]
        for timeline in groups.values():
            muted = muting(worker.organisation.downtimes, monitor, timeline.group, ran.times_s).muted
            for each in timeline.transitions(ran.times_s):
                if each.to_state is State.ABSENT:
                    continue
                found = (one for one in sent.get((monitor_id, each.step), ()) if {*one.group} <= {*each.group})
                notification = next(found, None)
                yield Change(
                    monitor=worker.names[monitor_id],
                    group=",".join(each.group),
                    time_ms=each.time_s * 1000,
                    state=each.to_state.label,
                    notification=notification.title if notification and notification.handles else "",
                    muted=bool(muted[each.step]),
                    told=_told(by_id, monitor, timeline, notification) if notification else None,
                )


def _told(by_id: Mapping[str, Monitor], monitor: Monitor, timeline: GroupTimeline, sent: Notification) -> Told:
    """What was sent, with what its message has to show: of a composite, what its first part has."""
    shown: list[tuple[str, str]] = []
    value = timeline.value_at(sent.step)
    if isinstance(monitor.condition, Threshold) and value is not None and sent.state is not State.NO_DATA:
        thresholds = monitor.condition.thresholds
        crossed = thresholds.warning if sent.state is State.WARN else thresholds.critical
        shown = [("its value", show(value)), ("its threshold", show(crossed))]
    elif isinstance(monitor.condition, Composite) and timeline.parts:
        label, id_ = next(iter(monitor.condition.labels.items()))
        shown = [("its value", show(timeline.parts[label].value_at(sent.step)))]
        if isinstance(first := by_id[id_].condition, Threshold):
            shown.append(("its threshold", show(first.thresholds.critical)))
    group = tuple(tag.partition(":")[2] for tag in sent.group)
    return Told(sent.handles, sent.title, sent.message, sent.priority or "", tuple(shown), group)
