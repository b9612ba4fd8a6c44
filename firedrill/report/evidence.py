"""What a report shows of each alert beside its verdict: what was measured, its states, what was sent, and the logs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from firedrill.drill.compiled import CompiledWorker
from firedrill.drill.drill import Drill
from firedrill.drill.expected import expected
from firedrill.drill.judgement import WorkerDrill
from firedrill.drill.moments import lasting
from firedrill.drill.record import records_of
from firedrill.drill.simulate import Drilled
from firedrill.drill.verdicts import OK, Expected, MonitorVerdict
from firedrill.report.fault_lines import fault_lines, fault_logs
from firedrill.scenarios.scenario import MINUTE_MS
from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.monitors import Composite, GroupTimeline, Monitor, State, Threshold
from firedrill.vendors.datadog.monitors.states import Floats, Group
from firedrill.vendors.datadog.objectives import SloQuery

POINTS = 180
"""Evaluations of a picture at most: of a longer one, the furthest of each stretch and every change of state stay."""
OTHER_GROUPS = 4
"""Groups that are drawn beside the one that a picture is about."""


@dataclass(frozen=True)
class Levels:
    """The numbers that a value is compared with; None where unset."""

    comparator: str
    critical: float
    recovery: float | None = None
    warning: float | None = None
    warning_recovery: float | None = None


@dataclass(frozen=True)
class Course:
    """One group of a monitor: its value (None for no data) and its state at each of the picture's minutes."""

    group: str
    values: tuple[float | None, ...]
    states: tuple[str, ...]


@dataclass(frozen=True)
class Sent:
    """A notification, `minute` minutes after the fault began; without `handles` it is an event in the stream only."""

    minute: int
    kind: str
    state: str
    group: str
    title: str
    message: str
    handles: tuple[str, ...]
    priority: str


@dataclass(frozen=True)
class Path:
    """How many came through each step from the Worker to whoever is told, in one scenario."""

    events: int
    logs: int
    points: int
    evaluations: int
    changes: int
    notifications: int


@dataclass(frozen=True)
class Picture:
    """A monitor in one scenario; minutes count from the fault's begin, `fault` is how many it lasts.

    `course` is the group that the picture is about, first of `groups` groups. `part` names the monitor whose values
    are drawn, where that is not the alert itself. `logs` are lines that the fault left and that made the metric.
    """

    scenario: str
    summary: str
    fault: int
    minutes: tuple[int, ...]
    course: Course
    others: tuple[Course, ...]
    groups: int
    levels: Levels | None
    part: str
    sent: tuple[Sent, ...]
    path: Path
    logs: tuple[str, ...]

    @property
    def heard(self) -> tuple[str, ...]:
        """The handles that are told, each once, in order."""
        return tuple(dict.fromkeys(handle for each in self.sent for handle in each.handles))


@dataclass(frozen=True)
class AlertEvidence:
    """A declared monitor and what must follow from it; `picture` is None where no scenario ran.

    `query` has names where the declared one has ids: of the parts of a composite, of the SLO that an alert is on.
    """

    monitor: str
    title: str
    kind: str
    query: str
    expected: Expected
    picture: Picture | None


Evidence = Mapping[str, Mapping[str, AlertEvidence]]
"""By Worker, then by monitor."""


def evidence_of(drill: Drill) -> dict[str, dict[str, AlertEvidence]]:
    """What is to be shown of every judged monitor of a finished drill."""
    return {each.worker.name: _of_worker(each) for each in drill.workers}


def _of_worker(drill: WorkerDrill) -> dict[str, AlertEvidence]:
    worker = drill.worker
    wanted = expected(worker)
    takes = records_of(worker, drill.takes)
    verdicts = {each.monitor: each for each in drill.result.verdicts}
    processed: dict[str, list[Log]] = {}
    found = {}
    for monitor in worker.organisation.monitors:
        name = worker.names[monitor.id]
        if name not in verdicts:
            continue
        shown = _shown(verdicts[name], drill.drilled)
        picture = None
        if shown is not None:
            scenario = shown.outcome.scenario
            if scenario.name not in processed:
                processed[scenario.name] = fault_logs(worker, scenario, takes)
            picture = _picture(worker, monitor, shown, processed[scenario.name])
        found[name] = AlertEvidence(name, monitor.name, monitor.type, _query(worker, monitor), wanted[name], picture)
    return found


def _query(worker: CompiledWorker, monitor: Monitor) -> str:
    query = monitor.query
    if isinstance(monitor.condition, Composite):
        return re.sub(r"\w+", lambda found: worker.names.get(found.group(), found.group()), query)
    compared = monitor.threshold_query
    if isinstance(compared, SloQuery):
        id_ = compared.alert.slo
        return query.replace(id_, str(worker.organisation.slos[id_]["name"]))
    return query


def _shown(verdict: MonitorVerdict, drilled: Sequence[Drilled]) -> Drilled | None:
    """The run to show: one in which the monitor failed, else its danger at its size, else the first it fires in."""
    failed = [each.scenario for each in verdict.failures]
    fires = [each for each in drilled if verdict.monitor in each.outcome.scenario.fires]
    wrong = [each for each in drilled if each.outcome.scenario.name in failed]
    sized = [each for each in fires if verdict.monitor in each.outcome.scenario.about]
    return next(iter([*wrong, *sized, *fires, *drilled]), None)


def _picture(worker: CompiledWorker, monitor: Monitor, drilled: Drilled, logs: Sequence[Log]) -> Picture | None:
    outcome, run = drilled.outcome, drilled.monitors
    timelines = run.timelines.get(monitor.id)
    if not timelines:
        return None
    measured, label = _measured(worker, monitor)
    name = worker.names[monitor.id]
    changes = [change for change in outcome.changes if change.monitor == name]
    first = next((each.group for each in changes if each.state != OK and each.time_ms > outcome.begin_ms), "")
    during = lasting(drilled)

    def place(timeline: GroupTimeline) -> tuple[bool, float, Group]:
        """The group that alerted first, then those that came furthest while the fault lasted."""
        furthest = _towards(measured, timeline, label)[during].max(initial=-np.inf)
        return ",".join(timeline.group) != first, -float(furthest), timeline.group

    ordered = sorted(timelines.values(), key=place)
    kept = _kept(ordered[0], label, measured)
    minutes = (run.times_s * 1000 - outcome.begin_ms) // MINUTE_MS
    courses = [_course(each, label, kept) for each in ordered[: OTHER_GROUPS + 1]]
    sent = tuple(_sent(worker, monitor, drilled))
    changed = sum(change.time_ms > outcome.begin_ms for change in changes)
    return Picture(
        scenario=outcome.scenario.name,
        summary=outcome.scenario.summary,
        fault=outcome.scenario.fault_minutes,
        minutes=tuple(minutes[kept].tolist()),
        course=courses[0],
        others=tuple(courses[1:]),
        groups=len(ordered),
        levels=_levels(measured),
        part=worker.names[measured.id] if measured.id != monitor.id else "",
        sent=sent,
        path=Path(drilled.events, drilled.logs, drilled.points, len(ordered) * len(run.times_s), changed, len(sent)),
        logs=tuple(dict.fromkeys(fault_lines(worker, measured, drilled, logs))),
    )


def _measured(worker: CompiledWorker, monitor: Monitor) -> tuple[Monitor, str]:
    """The monitor whose values are drawn: of a composite the first of its parts, with that part's letter."""
    if not isinstance(monitor.condition, Composite):
        return monitor, ""
    label, id_ = next(iter(monitor.condition.labels.items()))
    return next(each for each in worker.organisation.monitors if each.id == id_), label


def _levels(monitor: Monitor) -> Levels | None:
    if not isinstance(monitor.condition, Threshold):
        return None
    limits = monitor.condition.thresholds
    return Levels(
        monitor.condition.query.comparator,
        limits.critical,
        limits.critical_recovery,
        limits.warning,
        limits.warning_recovery,
    )


def _kept(timeline: GroupTimeline, label: str, monitor: Monitor) -> list[int]:
    """The steps of a picture, at most about POINTS."""
    number = len(timeline.states)
    if number <= POINTS:
        return list(range(number))
    furthest = _towards(monitor, timeline, label)
    stretches = np.array_split(np.arange(number), POINTS)
    changes = np.flatnonzero(np.diff(timeline.states)) + 1
    steps = {int(each[np.argmax(furthest[each])]) for each in stretches} | {int(each) for each in changes}
    return sorted(steps | {0, number - 1})


def _towards(monitor: Monitor, timeline: GroupTimeline, label: str) -> Floats:
    """The values so that greater ones are nearer to an alert; the least there is for no data."""
    values = timeline.parts[label].values if label else timeline.values
    below = isinstance(monitor.condition, Threshold) and monitor.condition.query.comparator.startswith("<")
    return np.nan_to_num(-values if below else values, nan=-np.inf)


def _course(timeline: GroupTimeline, label: str, kept: Sequence[int]) -> Course:
    measured = timeline.parts[label] if label else timeline
    values = (measured.value_at(step) for step in kept)
    states = tuple(State(timeline.states[step]).label for step in kept)
    return Course(
        ",".join(timeline.group), tuple(None if each is None else float(f"{each:.6g}") for each in values), states
    )


def _sent(worker: CompiledWorker, monitor: Monitor, drilled: Drilled) -> Iterator[Sent]:
    for each in drilled.monitors.notifications:
        minute = (each.time_s * 1000 - drilled.outcome.begin_ms) // MINUTE_MS
        if each.monitor_id == monitor.id and minute > 0:
            group = ",".join(each.group)
            yield Sent(
                minute, each.kind, each.state.label, group, each.title, each.message, each.handles, each.priority or ""
            )
