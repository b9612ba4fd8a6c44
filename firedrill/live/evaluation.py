"""The deployed monitors, evaluated at every full minute of simulated time, each evaluation going on from the last."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from firedrill.declared.monitor_tags import MonitorTags
from firedrill.live.events import SHOWN_MINUTES, Event, MetricValue, MonitorState, Notified, StateChanged
from firedrill.organisation import Organisation
from firedrill.vendors.datadog.monitors import GroupTimeline, Monitor, Monitoring, Notification, Run, State, modelled
from firedrill.vendors.datadog.monitors.downtimes import modelled_of
from firedrill.vendors.datadog.monitors.monitor import Threshold
from firedrill.vendors.datadog.monitors.states import Group, Times
from firedrill.vendors.datadog.monitors.timeline import LONGEST_CADENCE_S
from firedrill.vendors.datadog.objectives import SloQuery
from firedrill.vendors.datadog.queries import MonitorQuery, PointStore, compile_query
from firedrill.vendors.datadog.rules.log_metrics import Compute

MINUTE_MS = 60_000
CPU_TIME = "@CPUTimeMs"
"""What workerd does not measure."""
_SPARE_MS = 60 * MINUTE_MS
"""Points are forgotten this late, so that it is seldom worked on."""
_KEPT_SENT = 1_000


class Evaluation:
    """Evaluates all monitors into events; `monitors` and `metrics` are how they stand after the last time.

    `states` are those of every group by the monitor's id, monitors that were created later included; `sent` is what
    all of them have last sent.
    """

    def __init__(self, organisation: Organisation, store: PointStore, start_ms: int) -> None:
        self._organisation, self._store = organisation, store
        self._all = organisation.lasting
        self._monitoring = Monitoring(self._all, organisation.downtimes, organisation.rules)
        self._created: dict[str, Monitoring] = {}
        self._labels = {id_: _label(tags) for id_, tags in organisation.tags.items()}
        self._shown = {
            name: _shown(name, metric.compute)
            for name, metric in sorted(organisation.logging.metrics.definitions.items())
        }
        models = modelled(self._all)
        self._modelled = {each.id for each in self._all if models[each.id] or self._reads_cpu(each)}
        self.modelled = (
            *organisation.logging.modelled,
            *modelled_of(organisation.downtimes),
            *dict.fromkeys(text for texts in models.values() for text in texts),
        )
        """What of the values and messages no documentation decides."""
        self._reach_ms = 1000 * max((_reach_s(monitor) for monitor in self._all), default=0)
        self._forgotten_ms = start_ms
        self.next_ms = _minute_after(start_ms)
        """When the next evaluation is due."""
        self.monitors: tuple[MonitorState, ...] = ()
        self.metrics: tuple[MetricValue, ...] = ()
        self.states: dict[str, Mapping[Group, State]] = {}
        self.sent: deque[Notification] = deque(maxlen=_KEPT_SENT)

    def _reads_cpu(self, monitor: Monitor) -> bool:
        query = monitor.threshold_query
        read = query.metrics if isinstance(query, MonitorQuery | SloQuery) else ()
        metrics = self._organisation.logging.metrics.definitions
        return any(name in metrics and metrics[name].compute.path == CPU_TIME for name in read)

    def create(self, monitor: Monitor) -> None:
        """Evaluate one more monitor, whose states and notifications are kept and nobody is told."""
        self._created[monitor.id] = Monitoring([monitor])

    def remove(self, id_: str) -> bool:
        """Evaluate a monitor no more that was created; False when there is none of that id."""
        self.states.pop(id_, None)
        return self._created.pop(id_, None) is not None

    def advance(self, now_ms: int) -> list[Event]:
        """What the evaluations that are due by now come to, in time order; none when none is due."""
        if now_ms < self.next_ms:
            return []
        times_s = np.arange(self.next_ms, now_ms + 1, MINUTE_MS, dtype=np.int64) // 1000
        self.next_ms = _minute_after(now_ms)
        ran = self._monitoring.run(self._store, times_s)
        for each in (ran, *[created.run(self._store, times_s) for created in self._created.values()]):
            self.states |= {id_: _last_states(groups.values()) for id_, groups in each.timelines.items()}
            self.sent += each.notifications
        self.monitors = tuple(self._standing(monitor, ran) for monitor in self._all)
        self.metrics = tuple(self._metric(name, times_s[-1:]) for name in self._shown)
        if now_ms - self._forgotten_ms > self._reach_ms + _SPARE_MS:
            self._forgotten_ms = now_ms - self._reach_ms
            self._store.forget(self._forgotten_ms)
        return sorted(self._events(ran), key=lambda event: event.time_ms)

    def _events(self, ran: Run) -> Iterator[StateChanged | Notified]:
        for monitor in self._all:
            for timeline in ran.timelines[monitor.id].values():
                for change in timeline.transitions(ran.times_s):
                    if change.to_state is not State.ABSENT:
                        yield StateChanged(
                            change.time_s * 1000,
                            *self._labels[monitor.id],
                            ",".join(change.group),
                            change.from_state.label,
                            change.to_state.label,
                            None if np.isnan(change.value) else change.value,
                            _threshold(monitor),
                            monitor.id in self._modelled,
                        )
        for sent in ran.notifications:
            if sent.handles:
                yield Notified(sent.time_s * 1000, sent.title, sent.handles)

    def _standing(self, monitor: Monitor, ran: Run) -> MonitorState:
        groups = ran.timelines[monitor.id].values()
        states = [State(timeline.states[-1]) for timeline in groups]
        worst = max(states, default=State.NO_DATA)
        alike = [timeline for timeline, state in zip(groups, states, strict=True) if state is worst]
        shown = max(alike, key=_severity, default=None)
        return MonitorState(
            *self._labels[monitor.id],
            "No Data" if worst is State.ABSENT else worst.label,
            ",".join(shown.group) if shown else "",
            shown.value_at(len(shown.values) - 1) if shown else None,
            _threshold(monitor),
            len(alike),
            monitor.id in self._modelled,
        )

    def _metric(self, name: str, time_s: Times) -> MetricValue:
        aggregated, query, is_modelled = self._shown[name]
        groups = query.evaluate(self._store, time_s).groups
        values = [float(group.values[0]) for group in groups.values()]
        return MetricValue(
            name, aggregated, next((value for value in values if not np.isnan(value)), None), is_modelled
        )


def _last_states(timelines: Iterable[GroupTimeline]) -> dict[Group, State]:
    found = {timeline.group: State(timeline.states[-1]) for timeline in timelines}
    return {group: state for group, state in found.items() if state is not State.ABSENT}


def _severity(timeline: GroupTimeline) -> float:
    """How far the group's value is up, as far as it has one."""
    value = timeline.value_at(len(timeline.values) - 1)
    return -np.inf if value is None else value


def _label(tags: MonitorTags) -> tuple[str, str]:
    """The service that a monitor is about, and its short name with the class that it is about."""
    return tags.service, f"{tags.class_name}/{tags.name}" if tags.class_name else tags.name


def _threshold(monitor: Monitor) -> str:
    if not isinstance(monitor.condition, Threshold):
        return ""
    return f"{monitor.condition.query.comparator} {monitor.condition.query.threshold:g}"


def _reach_s(monitor: Monitor) -> int:
    if not isinstance(monitor.condition, Threshold):
        return 0
    query = monitor.condition.query
    if isinstance(query, SloQuery):
        return LONGEST_CADENCE_S  # what is older is in its slices
    reach_s = query.reach_s if isinstance(query, MonitorQuery) else query.window_s
    return reach_s + monitor.options.evaluation_delay


def _minute_after(time_ms: int) -> int:
    return (time_ms // MINUTE_MS + 1) * MINUTE_MS


def _shown(name: str, compute: Compute) -> tuple[str, MonitorQuery, bool]:
    """How a metric is summed up, the query that does it, and whether what comes out is modelled."""
    if compute.aggregation_type == "count":
        aggregated, text = "sum", f"sum(last_{SHOWN_MINUTES}m):sum:{name}{{*}}.as_count() > 0"
    elif compute.include_percentiles:
        aggregated, text = "p95", f"percentile(last_{SHOWN_MINUTES}m):p95:{name}{{*}} > 0"
    else:
        aggregated, text = "avg", f"avg(last_{SHOWN_MINUTES}m):avg:{name}{{*}} > 0"
    query = compile_query(text)
    return aggregated, query, bool(query.modelled) or compute.path == CPU_TIME
