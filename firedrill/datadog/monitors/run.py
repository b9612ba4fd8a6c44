"""Run monitors over simulated time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

import numpy as np

from firedrill.datadog.monitors.checks import ServiceCheck, check_timelines
from firedrill.datadog.monitors.composite import Composite, composite_timelines
from firedrill.datadog.monitors.downtimes import Downtime, muting
from firedrill.datadog.monitors.events import Renotify, events, triggered_states
from firedrill.datadog.monitors.grouping import notify_groups
from firedrill.datadog.monitors.matching import matching_variables
from firedrill.datadog.monitors.monitor import Monitor, Threshold
from firedrill.datadog.monitors.notifications import Notification, notification
from firedrill.datadog.monitors.options import Options
from firedrill.datadog.monitors.states import Flags, Group, GroupTimeline, State, Times
from firedrill.datadog.monitors.timeline import advance, cadence_s, due, spread

Timelines = Mapping[Group, GroupTimeline]


@dataclass(frozen=True)
class Run:
    """What the monitors did at `times_s`: timelines by monitor id and group, and all notifications in time order."""

    times_s: Times
    timelines: Mapping[str, Timelines]
    notifications: tuple[Notification, ...]


def run(monitors: Sequence[Monitor], store: Any, times_s: Times, downtimes: Sequence[Downtime] = ()) -> Run:
    """Evaluate every monitor at the times (seconds since the epoch, rising, at most a minute apart to be exact).

    `store` is handed to each query's evaluate(). Composites must have their monitors among `monitors`.
    """
    timelines = {
        monitor.id: evaluate(monitor, store, times_s)
        for monitor in monitors
        if not isinstance(monitor.condition, Composite)
    }
    by_id = {monitor.id: monitor for monitor in monitors}
    sent: list[Notification] = []
    for monitor in monitors:
        if isinstance(monitor.condition, Composite):
            timelines[monitor.id] = composite_timelines(
                monitor.condition,
                {part: timelines[part] for part in monitor.condition.ids},
                shows_no_data=monitor.options.notify_no_data,
            )
        for timeline in notify_groups(timelines[monitor.id].values(), monitor.options.notify_by):
            sent += _notifications(monitor, by_id, timeline, times_s, downtimes, store)
    return Run(times_s, timelines, tuple(sorted(sent, key=attrgetter("time_s"))))


def evaluate(monitor: Monitor, store: Any, times_s: Times) -> Timelines:
    """The groups of a monitor of its own (no composite) over the times; between two evaluations the state stays."""
    condition = monitor.condition
    if isinstance(condition, ServiceCheck):
        return check_timelines(condition, monitor.check_rules(), store, times_s)
    assert isinstance(condition, Threshold)
    query, rules = condition.query, monitor.rules()
    is_due = due(times_s, cadence_s(query.window_s))
    due_s = times_s[is_due]
    delay_s = monitor.options.evaluation_delay
    evaluation = query.evaluate(store, due_s, delay_s=delay_s)
    recovery = condition.recovery.evaluate(store, due_s, delay_s=delay_s).groups if condition.recovery else {}
    timelines = {}
    for group in sorted(evaluation.groups) if rules.grouped else [()]:
        series = evaluation.groups.get(group, _NoData(len(due_s)))
        full = series.full if monitor.options.require_full_window else None
        recovered = recovery[group].values if group in recovery else None
        judged, states, outcomes = advance(due_s, series.values, full, rules, recovery=recovered, zero=series.zero)
        if len(due_s) != len(times_s):
            judged, states, outcomes = spread(states, judged, outcomes, is_due, rules.initial)
        timelines[group] = GroupTimeline(group, judged, states, outcomes, rules.initial, modelled=condition.modelled)
    return timelines


class _NoData:
    """The values of a simple alert whose query never returned anything."""

    def __init__(self, length: int) -> None:
        self.values = np.full(length, np.nan)
        self.full = np.zeros(length, bool)
        self.zero = None


def _notifications(
    monitor: Monitor,
    by_id: Mapping[str, Monitor],
    timeline: GroupTimeline,
    times_s: Times,
    downtimes: Sequence[Downtime],
    store: Any,
) -> Iterator[Notification]:
    silent = _silent_no_data(monitor, by_id, timeline)
    muted = muting(downtimes, monitor, timeline.group, times_s)
    for event in events(times_s, timeline.states, timeline.initial, silent, _renotify(monitor.options), muted):
        time_s = int(times_s[event.step])
        yield notification(monitor, timeline, event, time_s, matching_variables(monitor, store, timeline.group, time_s))


def _silent_no_data(monitor: Monitor, by_id: Mapping[str, Monitor], timeline: GroupTimeline) -> Flags:
    """Where the status No Data notifies nobody.

    A composite's needs notify_no_data in the composite and in the monitors without data.

    Source: docs.datadoghq.com/monitors/types/composite (no data)
    """
    silent = np.full(len(timeline.states), not monitor.notifies_no_data)
    if isinstance(monitor.condition, Composite):
        for label, part in timeline.parts.items():
            if not by_id[monitor.condition.labels[label]].notifies_no_data:
                silent |= part.states == State.NO_DATA
    return silent


def _renotify(options: Options) -> Renotify | None:
    if options.renotify_interval is None:
        return None
    states = triggered_states(options.renotify_statuses)
    return Renotify(options.renotify_interval * 60, states, options.renotify_occurrences)
