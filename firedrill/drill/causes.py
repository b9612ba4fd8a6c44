"""Why a monitor failed: the value, the minute and the threshold in the very scenario in which it did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from firedrill.drill.compiled import CompiledWorker
from firedrill.drill.diagnose import diagnose
from firedrill.drill.moments import furthest, missing_data, skipped, when
from firedrill.drill.simulate import Drilled
from firedrill.drill.verdicts import Failure, Kind
from firedrill.organisation import unfed
from firedrill.runtime.take import Take
from firedrill.vendors.datadog.monitors import Composite, GroupTimeline, Monitor, Outcome, State, Threshold
from firedrill.vendors.datadog.monitors.timeline import COMPARATORS, RECOVERED


def cause_of(worker: CompiledWorker, failure: Failure, drilled: Sequence[Drilled], takes: Mapping[str, Take]) -> str:
    """Why the monitor failed so, in a sentence or a few; "" where the failure itself says it."""
    monitor = _named(worker, failure.monitor)
    if missing := unfed(monitor):
        return f"nothing in the drill feeds {missing}"
    if failure.kind in (Kind.UNTRIED, Kind.UNTOLD, Kind.UNPROMISED, Kind.FLAPPED):
        return ""
    run = next(each for each in drilled if each.outcome.scenario.name == failure.scenario)
    if failure.kind is Kind.NEVER_FIRED:
        return diagnose(worker, failure.monitor, run, takes, failure.state)
    if failure.kind is Kind.MUTED:
        return _muted(worker, monitor, failure)
    timeline = next(
        each for each in run.monitors.timelines[monitor.id].values() if ",".join(each.group) == failure.group
    )
    step = int(np.flatnonzero(run.monitors.times_s * 1000 == failure.time_ms)[0])
    if failure.kind is Kind.LATE_TO_FIRE:
        return _late(worker, monitor, run, timeline, step)
    if failure.kind is Kind.NOT_RECOVERED:
        return _stayed(worker, monitor, run, timeline, len(timeline.states) - 1)
    if failure.kind is Kind.LATE_TO_RECOVER:
        return _stayed(worker, monitor, run, timeline, step - 1)
    return _went(worker, monitor, run, timeline, step)


def _named(worker: CompiledWorker, name: str) -> Monitor:
    return next(each for each in worker.organisation.monitors if worker.names[each.id] == name)


def _muted(worker: CompiledWorker, monitor: Monitor, failure: Failure) -> str:
    group = tuple(failure.group.split(",")) if failure.group else ()
    scopes = [
        repr(each.name) for each in worker.organisation.downtimes if each.mutes(monitor, group, failure.time_ms // 1000)
    ]
    return f"the downtime of {' and '.join(scopes)} covers it; simulated time is 2026-01-05"


def _went(worker: CompiledWorker, monitor: Monitor, run: Drilled, timeline: GroupTimeline, step: int) -> str:
    """What decided the state that the group went to at a step."""
    at = when(run, step)
    if isinstance(monitor.condition, Composite):
        return f"{at} {_parts(worker, monitor.condition, timeline, step)}"
    if timeline.outcomes[step] not in (Outcome.VALUE, Outcome.AS_ZERO):
        return f"{at} its query returned nothing ({Outcome(timeline.outcomes[step]).reason}); {missing_data(monitor)}"
    threshold = _threshold(monitor, State(timeline.states[step]))
    zero = " (no data, evaluated as zero)" if timeline.outcomes[step] == Outcome.AS_ZERO else ""
    return f"{at} its value was {timeline.values[step]:g}{zero}; {threshold}"


def _late(worker: CompiledWorker, monitor: Monitor, run: Drilled, timeline: GroupTimeline, step: int) -> str:
    """What kept the group from alerting before the step at which it did."""
    times_ms = run.monitors.times_s * 1000
    before = (times_ms > run.outcome.begin_ms) & (times_ms < times_ms[step])
    said = skipped([timeline], before)
    if isinstance(monitor.condition, Threshold):
        query = monitor.condition.query
        if found := furthest([timeline], before, query.comparator):
            which, value, place = found
            said.append(f"until then its {which} value was {value:g} ({when(run, place)})")
    return "; ".join([*said, _went(worker, monitor, run, timeline, step)])


def _stayed(worker: CompiledWorker, monitor: Monitor, run: Drilled, timeline: GroupTimeline, step: int) -> str:
    """Why the group was still not OK at a step after the fault."""
    while step > 0 and timeline.outcomes[step] == Outcome.NOT_DUE:
        step -= 1
    at, outcome, state = when(run, step), Outcome(timeline.outcomes[step]), State(timeline.states[step])
    if isinstance(monitor.condition, Composite):
        parts = _parts(worker, monitor.condition, timeline, step)
        found = [
            f"its part {worker.names[monitor.condition.labels[label]]}: {why}"
            for label, part in timeline.parts.items()
            if part.states[step] > State.OK
            and (why := _stayed(worker, _by_id(worker, monitor.condition.labels[label]), run, part, step))
        ]
        return "; ".join([f"{at} {parts}", *found])
    if outcome in (Outcome.KEPT, Outcome.NO_DATA):
        since = when(run, _since(timeline, step))
        kept = f"so it stayed in {state.label}" if outcome is Outcome.KEPT else "so it shows No Data"
        return f"its query returned nothing from {since} on, {kept}; {missing_data(monitor)}"
    if outcome.skipped:
        return f"its evaluations were skipped ({outcome.reason}), so it stayed in {state.label}"
    assert isinstance(monitor.condition, Threshold)
    said = f"{at} its value was {timeline.values[step]:g}; {_recovers(monitor.condition, state, timeline.values[step])}"
    reach_s = monitor.condition.query.window_s + monitor.options.evaluation_delay
    if run.monitors.times_s[step] - reach_s < run.outcome.end_ms // 1000:
        said += f"; its window and delay of {reach_s / 60:g} min still reached back into the fault"
    return said


def _by_id(worker: CompiledWorker, id_: str) -> Monitor:
    return next(each for each in worker.organisation.monitors if each.id == id_)


def _since(timeline: GroupTimeline, step: int) -> int:
    """The first of the evaluations without data that lead up to a step."""
    while step > 0 and (np.isnan(timeline.values[step - 1]) or timeline.outcomes[step - 1] == Outcome.NOT_DUE):
        step -= 1
    return step


def _parts(worker: CompiledWorker, composite: Composite, timeline: GroupTimeline, step: int) -> str:
    """How the parts of a composite stood."""
    return " and ".join(
        f"{worker.names[composite.labels[label]]} was in {State(part.states[step]).label}"
        for label, part in timeline.parts.items()
    )


def _threshold(monitor: Monitor, state: State) -> str:
    assert isinstance(monitor.condition, Threshold)
    query, thresholds = monitor.condition.query, monitor.condition.thresholds
    if state is State.WARN and thresholds.warning is not None:
        return f"it warns at {query.comparator} {thresholds.warning:g}"
    return f"it alerts at {query.comparator} {query.threshold:g}"


def _recovers(condition: Threshold, state: State, value: float) -> str:
    """What the value would have to be for the state to end."""
    query, thresholds = condition.query, condition.thresholds
    if state is State.WARN:
        verb, entry, recovery = "warns", thresholds.warning, thresholds.warning_recovery
    else:
        verb, entry, recovery = "alerts", query.threshold, thresholds.critical_recovery
    if recovery is not None and entry is not None and not COMPARATORS[query.comparator](value, entry):
        window = ", which its recovery window had not reached" if condition.recovery else ""
        return f"it recovers at {RECOVERED[query.comparator]} {recovery:g}{window}"
    return f"it {verb} at {query.comparator} {entry:g}"
