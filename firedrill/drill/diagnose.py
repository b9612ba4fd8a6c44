"""Why a monitor was not proven: the first place on the path from the Worker to the monitor where its signal ends."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from firedrill.drill.run import START_MS, Drilled, made_in_fault
from firedrill.drill.service import Service
from firedrill.runtime.take import Take
from firedrill.vendors.cloudflare.rules.fields import FIELDS
from firedrill.vendors.cloudflare.trace_items import Script, record
from firedrill.vendors.datadog.intake import receive
from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.monitors import Composite, Monitor, Outcome, State
from firedrill.vendors.datadog.pipelines import Step
from firedrill.vendors.datadog.queries import MonitorQuery

SAMPLE = 500
"""Logs of a take that are walked through the pipeline."""


def diagnose(service: Service, name: str, drilled: Sequence[Drilled], takes: Mapping[str, Take]) -> str:
    """The cause, in one sentence or a few, of why monitor `name` failed its scenario; "" when it did what it should."""
    monitor = next(each for each in service.monitors if service.names[each.id] == name)
    run = next(_most_telling(name, drilled), None)
    if run is None:
        return ""
    obstacles = service.job.obstacles(service.script)
    if obstacles:
        return "; ".join(obstacles)
    if isinstance(monitor.condition, Composite):
        parts = [service.names[part] for part in monitor.condition.ids]
        found = [f"its part {part}: {cause}" for part in parts if (cause := diagnose(service, part, drilled, takes))]
        return "; ".join(found)
    query = monitor.condition.query
    assert isinstance(query, MonitorQuery)
    silent = [metric for metric in query.metrics if not _points_in_fault(run, metric)]
    explained = [found for metric in silent if (found := _no_points(service, metric, run, takes))]
    causes = [cause for cause, *_ in explained]
    if not causes or len(silent) < len(query.metrics):
        causes += filter(None, [_evaluations(monitor, query, run)])
    hints = dict.fromkeys(hint for _, *hints in explained for hint in hints)
    return ". ".join(filter(None, ["; ".join(causes), *hints]))


def sample_logs(service: Service, run: Drilled, takes: Mapping[str, Take]) -> list[Log]:
    """Logs of the scenario's fault as they come out of the intake, before any pipeline."""
    fault = run.outcome.scenario.fault
    take = takes[fault[0].take.name]
    script = Script(service.script["script_name"])
    records = [record(each, script) for each in take.invocations[:SAMPLE]]
    prepared = [kept for each in records if (kept := service.job.prepare(each)) is not None]
    received_ms = max((each["EventTimestampMs"] for each in records), default=START_MS) + 1000
    return receive(prepared, params=service.job.destination.parameters, received_ms=received_ms).logs


def _most_telling(name: str, drilled: Sequence[Drilled]) -> Iterator[Drilled]:
    """The scenarios in which the monitor had to fire and did not; then those in which it did; then the others."""
    firing = [each for each in drilled if name in each.outcome.scenario.fires]
    for each in firing:
        outcome = each.outcome
        reached = {change.state for change in outcome.changes if change.monitor == name}
        if outcome.scenario.fires[name] not in reached:
            yield each
    yield from firing
    yield from drilled


def _points_in_fault(run: Drilled, metric: str) -> bool:
    """Whether the metric got a point while the fault lasted."""
    return any(made_in_fault(run, series) for series in run.store.series(metric).values())


def _no_points(service: Service, metric: str, run: Drilled, takes: Mapping[str, Take]) -> list[str]:
    """Why a metric got no point (no such metric, no log, what kept the logs from matching), then what else may be."""
    if metric not in service.metrics.definitions:
        return [f"no LogsMetric is named {metric!r}"]
    logs = sample_logs(service, run, takes)
    if not logs:
        return [f"no trace event passes the filter of the Logpush job {service.job.name!r}"]
    steps = [step for log in logs for step in service.pipelines.explain(log)]
    received_ms = max(log.timestamp for log in logs)
    reasons = Counter(
        reason.note
        for log in logs
        for reason in service.metrics.explain(log, max(received_ms, log.timestamp))
        if reason.metric == metric and reason.point is None
    )
    if not reasons or sum(reasons.values()) < len(logs):
        return []
    why = "; ".join(f"{note} ({count} of {len(logs)} logs)" for note, count in reasons.most_common())
    found = f"metric {metric!r} got no point: {why}"
    silent = list(_silent_processors(steps))
    unread = [
        name
        for name in FIELDS.keys() - set(service.job.output.field_names)
        if any(
            re.search(rf"\b{name}\b", text) for text in (*silent, service.metrics.definitions[metric].model_dump_json())
        )
    ]
    hints = [f"{name} is not among the output_options.field_names of the Logpush job" for name in unread]
    return [found, *hints, *silent]


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


def _evaluations(monitor: Monitor, query: MonitorQuery, run: Drilled) -> str:
    """How near the monitor came: evaluations skipped and why, and the furthest value against its threshold."""
    groups = run.monitors.timelines[monitor.id].values()
    times_ms = run.monitors.times_s * 1000
    lasting = (times_ms > run.outcome.begin_ms) & (times_ms <= run.outcome.end_ms)
    skipped = Counter(
        Outcome(code).reason for group in groups for code in group.outcomes[lasting].tolist() if Outcome(code).skipped
    )
    said = [f"{count} evaluations were skipped: {reason}" for reason, count in skipped.most_common()]
    values = np.concatenate([group.values[lasting] for group in groups] or [np.array([])])
    values = values[~np.isnan(values)]
    if len(values) and not any(State.ALERT in group.states[lasting] for group in groups):
        furthest, most = (values.max(), "most") if query.comparator.startswith(">") else (values.min(), "least")
        said.append(
            f"its value came to {furthest:g} at the {most}, it alerts at {query.comparator} {query.threshold:g}"
        )
    if not len(values) and not said:
        said.append("its query had no value while the fault lasted")
    return "; ".join(said)
