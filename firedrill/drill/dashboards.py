"""Whether each widget of a dashboard shows something in the drill, and what it shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from firedrill.drill.compiled import CompiledWorker
from firedrill.drill.result import Drawing, Line
from firedrill.drill.simulate import Drilled
from firedrill.scenarios.scenario import MINUTE_MS
from firedrill.vendors.datadog.monitors import Composite, ServiceCheck, State
from firedrill.vendors.datadog.monitors.states import Times
from firedrill.vendors.datadog.objectives import compile_sli
from firedrill.vendors.datadog.objectives.sli import SETTLED_S
from firedrill.vendors.datadog.widgets import Shows, compiled, problem, shown_by
from firedrill.vendors.errors import FiredrillError

LINES = 6
"""Groups that are drawn, the largest ones."""
_DEPLOYMENT = "deployment"
MARKED = "the mark is modelled: the drill sends no events, a deployment is when its scenario has one"
UNMARKED = "no scenario of this Worker is a deployment, so there are no marks"
NOT_HERE = "not in the drill: {} (Datadog has them from elsewhere)"


@dataclass(frozen=True)
class Dashboards:
    """What the widgets of a Worker's dashboards show, and a sentence for each that shows nothing although it should."""

    drawings: tuple[Drawing, ...]
    problems: tuple[str, ...]


def dashboards_of(worker: CompiledWorker, drilled: Sequence[Drilled]) -> Dashboards:
    """Draw every widget from the run that made the most of it happen, of those in which it shows something."""
    runs = [each for each in drilled if each.outcome.scenario.lasting is None]
    eventful = sorted(runs, key=lambda run: -len(run.outcome.scenario.fires))
    drawings, problems = [], []
    for spec in worker.organisation.dashboards:
        title = str(spec.get("title"))
        for shows in shown_by(spec):
            drawn, wrong = _drawn(worker, shows, eventful)
            drawings.append(drawn._replace(dashboard=title))
            problems += [f"dashboard {title!r}, widget {shows.title!r}: {each}" for each in wrong]
    return Dashboards(tuple(drawings), tuple(problems))


def _drawn(worker: CompiledWorker, shows: Shows, runs: Sequence[Drilled]) -> tuple[Drawing, list[str]]:
    deploys = _DEPLOYMENT in shows.overlay
    runs = sorted(runs, key=lambda run: not _deployed(run)) if deploys else runs
    beside = NOT_HERE.format(", ".join(shows.unread)) if shows.unread and not deploys else ""
    empty = Drawing("", shows.group, shows.title, shows.kind, display=shows.display, note=beside)
    if shows.alert_id:
        return _of_monitor(worker, shows, runs, empty)
    if shows.slo_id:
        return _of_slo(worker, shows, runs, empty)
    if shows.search:
        return _of_monitors(worker, runs, empty), []
    wrong = [why for _, text in shows.queries if (why := problem(text))]
    if wrong:
        return empty, wrong
    queries = [(name, compiled(text)) for name, text in shows.queries]
    reads = dict.fromkeys(metric for _, query in queries for metric in query.metrics)
    made = worker.organisation.logging.metrics.definitions
    if undeclared := [metric for metric in reads if metric not in made]:
        return empty, [f"it asks for {metric}, which no LogsMetric makes" for metric in undeclared]
    for run in runs:
        lines = [line for name, query in queries for line in _lines(name, len(queries) > 1, query, run)]
        if len({line.query for line in lines}) == len(queries):
            drawing = _timed(empty, run, _largest(lines, LINES))
            return (_marked(drawing, run) if deploys else drawing), []
    fed = [run.outcome.scenario.name for run in runs if all(run.store.series(each) for each in reads)]
    if fed:
        return empty, [f"it shows nothing in any scenario, although {', '.join(sorted(reads))} had points in {fed[0]}"]
    return empty._replace(note=f"no scenario makes a point of {', '.join(sorted(reads))}"), []


def _deployed(run: Drilled) -> bool:
    """Whether a scenario is what one deployment does, and nothing else."""
    return run.outcome.scenario.name.endswith("@deploy")


def _marked(drawing: Drawing, run: Drilled) -> Drawing:
    """The drawing with its deployment where the scenario has one."""
    return drawing._replace(marks=(0,), note=MARKED) if _deployed(run) else drawing._replace(note=UNMARKED)


def _of_monitor(
    worker: CompiledWorker, shows: Shows, runs: Sequence[Drilled], empty: Drawing
) -> tuple[Drawing, list[str]]:
    """What a monitor compares with its threshold, in a run in which it alerts if there is one."""
    monitor = next((each for each in worker.organisation.monitors if each.id == shows.alert_id), None)
    if monitor is None:
        return empty, [f"it shows the monitor {shows.alert_id!r}, which is not declared"]
    if isinstance(monitor.condition, Composite | ServiceCheck):
        return empty, [f"it shows the monitor {monitor.name!r}, which has no values of its own"]
    found: Drawing | None = None
    for run in runs:
        timelines = run.monitors.timelines.get(monitor.id, {}).values()
        lines = [
            Line(", ".join(each.group) or "value", "value", tuple(map(_value, each.values)))
            for each in timelines
            if not np.isnan(each.values).all()
        ]
        if lines:
            limit = Line("threshold", "threshold", (monitor.condition.thresholds.critical,) * len(run.monitors.times_s))
            drawing = _timed(empty, run, (*_largest(lines, LINES - 1), limit))
            if any((each.states == State.ALERT).any() for each in timelines):
                return drawing, []
            found = found or drawing
    if found:
        return found, []
    return empty, ["it has no value in any scenario"] if runs else []


def _largest(lines: Sequence[Line], number: int) -> tuple[Line, ...]:
    return tuple(sorted(lines, key=lambda line: -sum(filter(None, line.values)))[:number])


def _lines(name: str, several: bool, query: Any, run: Drilled) -> Iterator[Line]:
    """The groups of a query that have a value in a run."""
    for group, values in query.evaluate(run.store, _settled(run), delay_s=SETTLED_S).groups.items():
        if not np.isnan(values.values).all():
            label = ", ".join(tag.partition(":")[2] for tag in group)
            label = " ".join(filter(None, (name if several or not label else "", label)))
            yield Line(label, name, tuple(map(_value, values.values)))


def _settled(run: Drilled) -> Times:
    """The ends of the minutes of a run, when all of their logs have arrived."""
    times_s: Times = run.monitors.times_s + SETTLED_S
    return times_s


def _timed(empty: Drawing, run: Drilled, lines: tuple[Line, ...]) -> Drawing:
    outcome = run.outcome
    minutes = (run.monitors.times_s * 1000 - outcome.begin_ms) // MINUTE_MS
    fault = outcome.scenario.fault_minutes
    return empty._replace(scenario=outcome.scenario.name, fault=fault, minutes=tuple(minutes.tolist()), lines=lines)


def _of_slo(worker: CompiledWorker, shows: Shows, runs: Sequence[Drilled], empty: Drawing) -> tuple[Drawing, list[str]]:
    """The percentage of good events, slice by slice, in a run where some are bad if there is one."""
    slo = worker.organisation.slos.get(shows.slo_id)
    if slo is None:
        return empty, [f"it shows the SLO {shows.slo_id!r}, which is not declared"]
    try:
        sli = compile_sli(slo)
    except FiredrillError as error:
        return empty, [str(error).rstrip(".")]
    found: Drawing | None = None
    for run in runs:
        times_s = run.monitors.times_s
        slices = sli.slices(run.store, int(times_s[0]) - 600, int(times_s[-1]) + SETTLED_S)
        if slices.total.any():
            good = 100 * (1 - slices.failed(times_s, slices.step_s))
            drawing = _timed(empty, run, (Line("good in percent", "good", tuple(map(_value, good))),))
            if slices.good.sum() < slices.total.sum():
                return drawing, []
            found = found or drawing
    if found:
        return found, []
    return empty, ["it counts nothing in any scenario"] if runs else []


def _value(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _of_monitors(worker: CompiledWorker, runs: Sequence[Drilled], empty: Drawing) -> Drawing:
    """How many monitors are in which state at the end of the most eventful fault."""
    if not runs:
        return empty
    run = runs[0]
    step = int(np.flatnonzero(run.monitors.times_s * 1000 <= run.outcome.end_ms)[-1])
    states: Mapping[str, int] = Counter(
        max(timelines.values(), key=lambda each: each.states[step]).status_at(step)
        for timelines in run.monitors.timelines.values()
        if timelines
    )
    apart = len(worker.organisation.slo_alerts)
    told = ", ".join(f"{number} {state}" for state, number in sorted(states.items()))
    beside = f"; {apart} of objectives, which look back for weeks" if apart else ""
    return empty._replace(scenario=run.outcome.scenario.name, note=f"{told} at the end of the fault{beside}")
