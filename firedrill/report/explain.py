"""Walk one monitor through a finished drill: from the lines of the Worker to each state."""

from __future__ import annotations

import json

import numpy as np
from rich.console import Console

from firedrill.declared.exemptions import means
from firedrill.drill.diagnose import logs_in_fault, sample_logs
from firedrill.drill.drill import Drill
from firedrill.drill.judgement import WorkerDrill
from firedrill.drill.simulate import Drilled
from firedrill.organisation import unfed
from firedrill.report.machine import iso
from firedrill.scenarios.scenario import MINUTE_MS
from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.modelled import UNDOCUMENTED
from firedrill.vendors.datadog.monitors import Composite, Monitor, Outcome, State, modelled
from firedrill.vendors.datadog.objectives import SloQuery
from firedrill.vendors.datadog.queries import MonitorQuery, RecordQuery

SHOWN_LOGS = 3
SHOWN_POINTS = 12


def print_explanation(drill: Drill, given: str, console: Console) -> None:
    """Walk each monitor that a person means by `given`, Worker by Worker."""
    for each in drill.workers:
        for monitor in each.worker.organisation.monitors:
            name = each.worker.names[monitor.id]
            if means(given, each.worker.name, name):
                _print_walk(each, monitor, name, console)


def _print_walk(drill: WorkerDrill, monitor: Monitor, name: str, console: Console) -> None:
    """For each scenario that `name` fires in (else the first): matching logs, metric points, evaluations, messages."""
    worker, models = drill.worker, modelled(drill.worker.organisation.monitors)
    firing = [each for each in drill.drilled if name in each.outcome.scenario.fires] or list(drill.drilled[:1])
    for drilled in firing:
        outcome = drilled.outcome
        scenario = outcome.scenario
        _say(console, f"Worker {worker.name}, monitor {name} in scenario {scenario.name}: {scenario.summary}")
        _say(console, f"  query: {monitor.query}")
        for text in models[monitor.id]:
            _say(console, f"  {UNDOCUMENTED}: {text}")
        _say(console, f"  fault from {iso(outcome.begin_ms)} to {iso(outcome.end_ms)}")
        if isinstance(monitor.condition, Composite):
            parts = ", ".join(f"{label} = {worker.names[part]}" for label, part in monitor.condition.labels.items())
            _say(console, f"  a composite of {parts}: explain those for logs and points")
        elif missing := unfed(monitor):
            _say(console, f"  nothing in the drill feeds {missing}")
        elif isinstance(monitor.condition.query, RecordQuery):
            _print_matches(drilled, monitor.condition.query, console)
        else:
            assert isinstance(monitor.condition.query, MonitorQuery | SloQuery)
            _print_logs(drill, drilled, monitor.condition.query, console)
            _print_points(drilled, monitor.condition.query, console)
        _print_states(drilled, monitor, console)
        _print_messages(drilled, monitor, console)
        console.print()


def _print_logs(drill: WorkerDrill, drilled: Drilled, query: MonitorQuery | SloQuery, console: Console) -> None:
    worker = drill.worker
    logs = sample_logs(worker, drilled, drill.takes)
    for log in logs:
        worker.organisation.logging.pipelines.process(log)
    for metric in query.metrics:
        made = [
            (log, reason.point)
            for log in logs
            for reason in worker.organisation.logging.metrics.explain(log, log.timestamp + 1000)
            if reason.metric == metric and reason.point
        ]
        examples = ", for example" if made else ""
        _say(console, f"  {metric}: {len(made)} of the {len(logs)} logs of one faulty minute make a point{examples}")
        for log, point in made[:SHOWN_LOGS]:
            _say(console, f"    {_shown(log)} -> {point.value:g} {','.join(point.tags)}")


def _print_matches(drilled: Drilled, query: RecordQuery, console: Console) -> None:
    logs = logs_in_fault(drilled, query)
    _say(console, f"  {len(logs)} stored logs of the fault match its query{', for example' if logs else ''}")
    for log in logs[:SHOWN_LOGS]:
        _say(console, f"    {_shown(log)}")


def _shown(log: Log) -> str:
    line = log.attributes.get("telemetry")
    return json.dumps(line, separators=(",", ":")) if line else log.message[:120]


def _print_points(drilled: Drilled, query: MonitorQuery | SloQuery, console: Console) -> None:
    begin_s = drilled.outcome.begin_ms // 10_000
    for metric in query.metrics:
        for tags, series in sorted(drilled.store.series(metric).items()):
            slots, where = np.unique(series.slot, return_inverse=True)
            sums = np.bincount(where, weights=series.value)
            after = [(slot, value) for slot, value in zip(slots, sums, strict=True) if slot >= begin_s][:SHOWN_POINTS]
            points = " ".join(f"{value:g}" for _, value in after)
            _say(console, f"  {metric}{{{','.join(tags)}}} from the fault on, sums of 10 s: {points or 'none'}")


def _print_states(drilled: Drilled, monitor: Monitor, console: Console) -> None:
    times_s = drilled.monitors.times_s
    for group, timeline in sorted(drilled.monitors.timelines[monitor.id].items()):
        _say(
            console, f"  evaluations{' of ' + ','.join(group) if group else ''} (minutes since the fault: value, state)"
        )
        before = ""
        for time_s, value, state, outcome in zip(
            times_s.tolist(), timeline.values, timeline.states, timeline.outcomes, strict=True
        ):
            minute = (time_s * 1000 - drilled.outcome.begin_ms) // MINUTE_MS
            number = "no data" if np.isnan(value) else f"{value:g}"
            said = f"{number}, {State(state).label}, {Outcome(outcome).reason}"
            if said != before:
                _say(console, f"    {minute:+4d}: {said}")
            before = said


def _print_messages(drilled: Drilled, monitor: Monitor, console: Console) -> None:
    for sent in drilled.monitors.notifications:
        if sent.monitor_id == monitor.id:
            minute = (sent.time_s * 1000 - drilled.outcome.begin_ms) // MINUTE_MS
            _say(console, f"  {minute:+d} min, {sent.kind}, to {', '.join(sent.handles) or 'nobody'}: {sent.title}")
            for line in sent.message.splitlines():
                _say(console, f"    | {line}")


def _say(console: Console, text: str) -> None:
    console.print(text, markup=False, highlight=False, soft_wrap=True)
