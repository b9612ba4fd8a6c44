"""Run monitors over simulated time, at once or bit by bit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

import numpy as np

from firedrill.vendors.datadog.monitors.checks import ServiceCheck, Walk, check_timelines
from firedrill.vendors.datadog.monitors.composite import Composite, composite_timelines
from firedrill.vendors.datadog.monitors.downtimes import Downtime, muting
from firedrill.vendors.datadog.monitors.grouping import notify_groups
from firedrill.vendors.datadog.monitors.matching import matching_variables
from firedrill.vendors.datadog.monitors.moments import Cycle, Renotify, events, triggered_states
from firedrill.vendors.datadog.monitors.monitor import Monitor, Threshold
from firedrill.vendors.datadog.monitors.notifications import Notification, conditions_at, notification
from firedrill.vendors.datadog.monitors.routing import NotificationRule, routed
from firedrill.vendors.datadog.monitors.states import Flags, Group, GroupTimeline, State, Times
from firedrill.vendors.datadog.monitors.timeline import Track, advance, cadence_s, due, spread
from firedrill.vendors.datadog.rules.options import Options

Timelines = Mapping[Group, GroupTimeline]


@dataclass(frozen=True)
class Run:
    """What the monitors did at `times_s`: timelines by monitor id and group, and all notifications in time order."""

    times_s: Times
    timelines: Mapping[str, Timelines]
    notifications: tuple[Notification, ...]


def run(
    monitors: Sequence[Monitor],
    store: Any,
    times_s: Times,
    downtimes: Sequence[Downtime] = (),
    rules: Sequence[NotificationRule] = (),
) -> Run:
    """Evaluate every monitor at the times (seconds since the epoch, rising, at most a minute apart to be exact).

    `store` is handed to each query's evaluate(). Composites must have their monitors among `monitors`.
    """
    return Monitoring(monitors, downtimes, rules).run(store, times_s)


class Monitoring:
    """Monitors that are run bit by bit: the runs come to what one run over all of the times comes to.

    A later run needs no more of the store than its own evaluations look at: the past is in what they left.
    """

    def __init__(
        self, monitors: Sequence[Monitor], downtimes: Sequence[Downtime] = (), rules: Sequence[NotificationRule] = ()
    ) -> None:
        self._monitors, self._downtimes, self._rules = monitors, downtimes, rules
        self._by_id = {monitor.id: monitor for monitor in monitors}
        self._left = {monitor.id: _Left() for monitor in monitors}
        self._before_s: int | None = None  # the last time of the run before

    def run(self, store: Any, times_s: Times) -> Run:
        """As the function of that name, at times after those of the run before."""
        timelines = {
            monitor.id: self._evaluate(monitor, store, times_s)
            for monitor in self._monitors
            if not isinstance(monitor.condition, Composite)
        }
        sent: list[Notification] = []
        for monitor in self._monitors:
            if isinstance(monitor.condition, Composite):
                timelines[monitor.id] = composite_timelines(
                    monitor.condition,
                    {part: timelines[part] for part in monitor.condition.ids},
                    self._left[monitor.id].tracks,
                    shows_no_data=monitor.options.notify_no_data,
                )
            for timeline in notify_groups(timelines[monitor.id].values(), monitor.options.notify_by):
                sent += self._notifications(monitor, timeline, times_s, store)
        if len(times_s):
            self._before_s = int(times_s[-1])
        return Run(times_s, timelines, tuple(sorted(sent, key=attrgetter("time_s"))))

    def _evaluate(self, monitor: Monitor, store: Any, times_s: Times) -> Timelines:
        """The groups of a monitor of its own (no composite); between two evaluations the state stays."""
        condition, left = monitor.condition, self._left[monitor.id]
        if isinstance(condition, ServiceCheck):
            return check_timelines(condition, monitor.check_rules(), store, times_s, left.walks)
        assert isinstance(condition, Threshold)
        query, rules = condition.query, monitor.rules()
        is_due = due(times_s, cadence_s(query.window_s), self._before_s)
        due_s = times_s[is_due]
        delay_s = monitor.options.evaluation_delay
        evaluation = query.evaluate(store, due_s, delay_s=delay_s)
        recovery = condition.recovery.evaluate(store, due_s, delay_s=delay_s).groups if condition.recovery else {}
        timelines = {}
        for group in sorted({*evaluation.groups, *left.tracks}) if rules.grouped else [()]:
            track = left.tracks.setdefault(group, Track(rules.initial))
            initial, value = track.state, track.value
            series = evaluation.groups.get(group, _NoData(len(due_s)))
            full = series.full if monitor.options.require_full_window else None
            recovered = recovery[group].values if group in recovery else None
            judged, states, outcomes = advance(
                due_s, series.values, full, rules, recovery=recovered, zero=series.zero, track=track
            )
            if len(due_s) != len(times_s):
                judged, states, outcomes = spread(states, judged, outcomes, is_due, initial, value)
            timelines[group] = GroupTimeline(group, judged, states, outcomes, initial, modelled=condition.modelled)
        return timelines

    def _notifications(
        self, monitor: Monitor, timeline: GroupTimeline, times_s: Times, store: Any
    ) -> Iterator[Notification]:
        group = timeline.group
        silent = _silent_no_data(monitor, self._by_id, timeline)
        muted = muting(self._downtimes, monitor, group, times_s, self._before_s)
        cycle = self._left[monitor.id].cycles.setdefault(group, Cycle(timeline.initial))
        renotify = _renotify(monitor.options)
        for event in events(times_s, timeline.states, timeline.initial, silent, renotify, muted, cycle):
            time_s = int(times_s[event.step])
            sent = notification(monitor, timeline, event, time_s, matching_variables(monitor, store, group, time_s))
            yield routed(sent, monitor.tags, conditions_at(event), self._rules)


@dataclass(frozen=True)
class _Left:
    """What the evaluations and the notifications of one monitor leave to the next run, by group."""

    tracks: dict[Group, Track] = field(default_factory=dict)
    walks: dict[Group, Walk] = field(default_factory=dict)
    cycles: dict[Group, Cycle] = field(default_factory=dict)


class _NoData:
    """The values of a simple alert whose query never returned anything."""

    def __init__(self, length: int) -> None:
        self.values = np.full(length, np.nan)
        self.full = np.zeros(length, bool)
        self.zero = None


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
    if not options.renotify_interval:
        return None
    states = triggered_states(options.renotify_statuses)
    return Renotify(options.renotify_interval * 60, states, options.renotify_occurrences)
