"""Why a monitor never fired in a scenario: the first place on the path from the Worker to it where its signal ends."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from firedrill.drill.calm import START_MS
from firedrill.drill.compiled import CompiledWorker
from firedrill.drill.moments import furthest, lasting, missing_data, skipped, when
from firedrill.drill.simulate import Drilled
from firedrill.organisation import unfed
from firedrill.runtime.take import Take
from firedrill.vendors.cloudflare.trace_items import Script, record
from firedrill.vendors.datadog.intake import receive
from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.monitors import Composite, Monitor, Outcome, State, Threshold
from firedrill.vendors.datadog.objectives import SloQuery
from firedrill.vendors.datadog.pipelines import Step
from firedrill.vendors.datadog.queries import MonitorQuery, RecordQuery

SAMPLE = 500
"""Logs of a take that are walked through the pipeline."""


def diagnose(worker: CompiledWorker, name: str, run: Drilled, takes: Mapping[str, Take], state: str = "Alert") -> str:
    """The cause, in one sentence or a few, of why monitor `name` never went to `state` in a scenario."""
    monitor = next(each for each in worker.organisation.monitors if worker.names[each.id] == name)
    if missing := unfed(monitor):
        return f"nothing in the drill feeds {missing}"
    if state == State.NO_DATA.label:
        return _never_missing(monitor, run)
    obstacles = worker.job.obstacles(worker.script)
    if obstacles:
        return "; ".join(obstacles)
    if isinstance(monitor.condition, Composite):
        return _no_part(worker, monitor.condition, run, takes)
    assert isinstance(monitor.condition, Threshold)
    query = monitor.condition.query
    if isinstance(query, RecordQuery):
        explained = [] if logs_in_fault(run, query) else [_no_log(worker, query, run, takes)]
        partly = not explained
    else:
        assert isinstance(query, MonitorQuery | SloQuery)
        silent = [metric for metric in query.metrics if not _points_in_fault(run, metric)]
        explained = [found for metric in silent if (found := _no_points(worker, metric, run, takes))]
        partly = len(silent) < len(query.metrics)
    causes = [cause for cause, *_ in explained]
    if not causes or partly:
        causes += filter(None, [_evaluations(monitor, monitor.condition, run)])
    hints = dict.fromkeys(hint for _, *hints in explained for hint in hints)
    return ". ".join(filter(None, ["; ".join(causes), *hints]))


def _no_part(worker: CompiledWorker, composite: Composite, run: Drilled, takes: Mapping[str, Take]) -> str:
    """Which parts of a composite did not alert either, and why."""
    quiet = [part for part in composite.ids if not _alerted(run, part)]
    found = [
        f"its part {worker.names[part]}: {cause}"
        for part in quiet
        if (cause := diagnose(worker, worker.names[part], run, takes))
    ]
    parts = " and ".join(worker.names[part] for part in composite.ids)
    return "; ".join(found) or f"{parts} were never at one time in the states that it asks for"


def _alerted(run: Drilled, monitor_id: str) -> bool:
    return any(State.ALERT in group.states[lasting(run)] for group in run.monitors.timelines[monitor_id].values())


def _never_missing(monitor: Monitor, run: Drilled) -> str:
    """Why a monitor that has to report missing data did not."""
    groups = list(run.monitors.timelines[monitor.id].values())
    reasons = Counter(
        Outcome(code).reason
        for group in groups
        for code, value in zip(group.outcomes[lasting(run)], group.values[lasting(run)], strict=True)
        if np.isnan(value) and code != Outcome.NOT_DUE
    )
    if not reasons:
        return "its query had a value at every evaluation while the fault lasted, so no data was missing"
    empty = "; ".join(f"{count} evaluations had no data ({reason})" for reason, count in reasons.most_common())
    return f"{empty}; {missing_data(monitor)}"


def logs_in_fault(run: Drilled, query: RecordQuery) -> list[Log]:
    """The stored logs that a log monitor's query matches and that are dated within the fault."""
    outcome = run.outcome
    return [
        each.log
        for each in run.store.logs
        if outcome.begin_ms <= each.log.timestamp < outcome.end_ms and query.matches(each)
    ]


def sample_logs(worker: CompiledWorker, run: Drilled, takes: Mapping[str, Take]) -> list[Log]:
    """Logs of the scenario's fault as they come out of the intake, before any pipeline."""
    fault = run.outcome.scenario.fault
    take = takes[fault[0].take.name]
    script = Script(worker.script["script_name"])
    records = [record(each, script) for each in take.invocations[:SAMPLE]]
    prepared = [kept for each in records if (kept := worker.job.prepare(each)) is not None]
    received_ms = max((each["EventTimestampMs"] for each in records), default=START_MS) + 1000
    return receive(prepared, params=worker.job.destination.parameters, received_ms=received_ms).logs


def _points_in_fault(run: Drilled, metric: str) -> bool:
    """Whether the metric got a point while the fault lasted."""
    return any(run.made_in_fault(series) for series in run.store.series(metric).values())


def _no_points(worker: CompiledWorker, metric: str, run: Drilled, takes: Mapping[str, Take]) -> list[str]:
    """Why a metric got no point (no such metric, no log, what kept the logs from matching), then what else may be."""
    logging = worker.organisation.logging
    if worker.collector and worker.collector.makes(metric):
        unscheduled = "" if worker.collector.crons else ": it has no schedule"
        return [f"the collector brought no point of {metric!r}{unscheduled}"]
    if metric not in logging.metrics.definitions:
        return [f"no LogsMetric is named {metric!r}"]
    logs = sample_logs(worker, run, takes)
    if not logs:
        return [_nothing_sent(worker)]
    steps = [step for log in logs for step in logging.pipelines.explain(log)]
    received_ms = max(log.timestamp for log in logs)
    reasons = Counter(
        reason.note
        for log in logs
        for reason in logging.metrics.explain(log, max(received_ms, log.timestamp))
        if reason.metric == metric and reason.point is None
    )
    if not reasons or sum(reasons.values()) < len(logs):
        return []
    why = "; ".join(f"{note} ({count} of {len(logs)} logs)" for note, count in reasons.most_common())
    return [f"metric {metric!r} got no point: {why}", *_silent_processors(steps)]


def _no_log(worker: CompiledWorker, query: RecordQuery, run: Drilled, takes: Mapping[str, Take]) -> list[str]:
    """Why a log monitor had nothing to read while the fault lasted, then what else may be."""
    logs = sample_logs(worker, run, takes)
    if not logs:
        return [_nothing_sent(worker)]
    steps = [step for log in logs for step in worker.organisation.logging.pipelines.explain(log)]
    placements = [worker.organisation.indexes().store(log, log.timestamp) for log in logs]
    unstored = Counter(each.reason for each in placements if not each.stored)
    if sum(unstored.values()) == len(logs):
        return [f"no index stores any of the {len(logs)} logs: {'; '.join(unstored)}"]
    return [f"none of the {len(logs)} logs of the fault matches its query {query}", *_silent_processors(steps)]


def _nothing_sent(worker: CompiledWorker) -> str:
    return f"no trace event passes the filter of the Logpush job {worker.job.name!r}"


def _silent_processors(steps: Sequence[Step]) -> Iterator[str]:
    """One sentence per pipeline or processor that did nothing with any log, and the reason most of them had."""
    notes: dict[tuple[str, str], Counter[str]] = {}
    acted = set()
    for pipeline, processor, changed, note in steps:
        if changed:
            acted.add((pipeline, processor))
        notes.setdefault((pipeline, processor), Counter())[note] += 1
    for (pipeline, processor), counted in notes.items():
        if (pipeline, processor) not in acted:
            what = f"processor {processor!r}" if processor else f"pipeline {pipeline!r}"
            yield f"{what} did nothing with any log: {counted.most_common(1)[0][0]}"


def _evaluations(monitor: Monitor, condition: Threshold, run: Drilled) -> str:
    """How near the monitor came: evaluations skipped and why, and the furthest value against its threshold."""
    query, groups = condition.query, list(run.monitors.timelines[monitor.id].values())
    said = skipped(groups, lasting(run))
    found = furthest(groups, lasting(run), query.comparator)
    if found and not _alerted(run, monitor.id):
        which, value, step = found
        reached = f"its {which} value was {value:g} ({when(run, step)})"
        said.append(f"{reached}; it alerts at {query.comparator} {query.threshold:g}")
    if not found and not said:
        said.append("its query had no value while the fault lasted")
    return "; ".join(said)
