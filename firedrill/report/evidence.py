"""What a report shows of each alert beside its verdict: what was measured, its states, what was sent, and the logs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from firedrill.drill.compiled import CompiledWorker
from firedrill.drill.drill import Drill
from firedrill.drill.expected import expected
from firedrill.drill.judgement import WorkerDrill
from firedrill.drill.record import as_records
from firedrill.drill.simulate import Drilled
from firedrill.drill.simulated_time import RecordedTake, as_platform_says, slowed, struck_records
from firedrill.drill.verdicts import Expected, MonitorVerdict
from firedrill.scenarios.scenario import MINUTE_MS, Scenario
from firedrill.vendors.cloudflare.trace_items import VARIANTS, Record, Script
from firedrill.vendors.datadog.intake import receive
from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.monitors import Composite, GroupTimeline, Monitor, State, Threshold
from firedrill.vendors.datadog.queries import MonitorQuery, RecordQuery
from firedrill.vendors.datadog.queries.scopes import compile_scope

POINTS = 180
"""Evaluations of a picture at most: of a longer one, the furthest of each stretch and every change of state stay."""
OTHER_GROUPS = 4
"""Groups that are drawn beside the one that a picture is about."""
SHOWN_LOGS = 3
ORDINARY = ("info", "ok", "notice", "debug")
"""Statuses of logs that say nothing is wrong."""
OF_PLATFORM = ("EventType", "Outcome", "WallTimeMs", "CPUTimeMs")
"""Fields of a trace event that are shown with its telemetry line."""
_SAMPLE = 120
"""Records of a fault that are looked through for lines to show."""


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


@dataclass(frozen=True)
class AlertEvidence:
    """A declared monitor and what must follow from it; `picture` is None where no scenario ran."""

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
    script = Script(worker.script["script_name"])
    takes = {name: as_records(take, script, VARIANTS[0]) for name, take in drill.takes.items()}
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
            logs = processed.setdefault(shown.outcome.scenario.name, _fault_logs(worker, shown.outcome.scenario, takes))
            picture = _picture(worker, monitor, shown, logs)
        found[name] = AlertEvidence(name, monitor.name, monitor.type, monitor.query, wanted[name], picture)
    return found


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
    first = next((each.group for each in changes if each.state not in ("OK",) and each.time_ms > outcome.begin_ms), "")
    ordered = sorted(timelines.values(), key=lambda each: (",".join(each.group) != first, each.group))
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
        logs=tuple(dict.fromkeys(_lines(worker, measured, drilled, logs))),
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
    values = timeline.parts[label].values if label else timeline.values
    below = isinstance(monitor.condition, Threshold) and monitor.condition.query.comparator.startswith("<")
    furthest = np.nan_to_num(-values if below else values, nan=-np.inf)
    stretches = np.array_split(np.arange(number), POINTS)
    changes = np.flatnonzero(np.diff(timeline.states)) + 1
    steps = {int(each[np.argmax(furthest[each])]) for each in stretches} | {int(each) for each in changes}
    return sorted(steps | {0, number - 1})


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


def _fault_logs(worker: CompiledWorker, scenario: Scenario, takes: Mapping[str, RecordedTake]) -> list[Log]:
    """Logs of records that the fault is made of, as the pipelines leave them."""
    records = list(_fault_records(scenario, takes))[:_SAMPLE]
    prepared = [kept for each in records if (kept := worker.job.prepare(each)) is not None]
    received_ms = max((each["EventTimestampMs"] + each["WallTimeMs"] for each in records), default=0) + 1000
    logs = receive(prepared, params=worker.job.destination.parameters, received_ms=received_ms).logs
    for log in logs:
        worker.organisation.logging.pipelines.process(log)
    return logs


def _fault_records(scenario: Scenario, takes: Mapping[str, RecordedTake]) -> Iterable[Record]:
    phase = scenario.fault[0]
    if phase.struck:
        return struck_records(phase.struck, takes[phase.struck.take.name].records)
    if not phase.delivery or not phase.kept:
        return ()
    records: Sequence[Record] = takes[phase.take.name].records
    records = as_platform_says(records, phase.platform) if phase.platform else records
    return slowed(records, phase.slowed) if phase.slowed else records


def _lines(worker: CompiledWorker, monitor: Monitor, drilled: Drilled, logs: Sequence[Log]) -> Iterator[str]:
    """Up to SHOWN_LOGS lines that are behind what the monitor measured while the fault lasted."""
    query = monitor.condition.query if isinstance(monitor.condition, Threshold) else None
    matching: Iterable[Log] = ()
    if isinstance(query, RecordQuery):
        outcome = drilled.outcome
        matching = (
            each.log
            for each in drilled.store.logs
            if outcome.begin_ms <= each.log.timestamp < outcome.end_ms and query.matches(each)
        )
    elif isinstance(query, MonitorQuery):
        matching = _measuring(worker, query, logs)
    for log, _ in zip(matching, range(SHOWN_LOGS), strict=False):
        yield _line(log)


def _measuring(worker: CompiledWorker, query: MonitorQuery, logs: Sequence[Log]) -> Iterator[Log]:
    """Logs with a point of the query's first metric within its scope: errors first, then by what they measure."""
    leaf = query.leaves[0]
    inside = compile_scope(leaf.scope)
    metrics = worker.organisation.logging.metrics
    found = []
    for number, log in enumerate(logs):
        points = [point for point in metrics.points(log, log.timestamp + 1000) if point.metric == leaf.metric]
        if values := [point.value for point in points if inside(point.tags)]:
            found.append((log.status in ORDINARY, -max(values), number, log))
    yield from (log for *_, log in sorted(found, key=lambda each: each[:3]))


def _line(log: Log) -> str:
    """A log in a line: what the platform says of the invocation, and the Worker's own line."""
    telemetry = log.attributes.get("telemetry")
    said = {name: log.attributes[name] for name in OF_PLATFORM if name in log.attributes}
    own = {"telemetry": telemetry} if telemetry else {} if said else {"message": log.message}
    return json.dumps({**said, **own}, separators=(", ", ": "), ensure_ascii=False, default=str)
