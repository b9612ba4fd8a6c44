"""`firedrill monitor`: the state of each group at each minute, and what is notified, for series of a file."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from firedrill.declared.declaration import Declared, Json
from firedrill.organisation import compile_downtimes
from firedrill.standalone.read import Source
from firedrill.standalone.series import Recording, read_series
from firedrill.vendors.datadog.log_metrics import compile_metrics
from firedrill.vendors.datadog.monitors import (
    Composite,
    GroupTimeline,
    Monitor,
    Notification,
    Outcome,
    Run,
    State,
    Threshold,
    compile_composite,
    parse_monitors,
    run,
)
from firedrill.vendors.datadog.monitors.states import Times
from firedrill.vendors.datadog.monitors.timeline import COMPARATORS
from firedrill.vendors.datadog.queries import MonitorQuery, SubQuery
from firedrill.vendors.datadog.queries.store import PointStore
from firedrill.vendors.errors import FiredrillError, Unsupported

MINUTE_MS = 60_000
MOST_MINUTES = 366 * 24 * 60


@dataclass(frozen=True)
class Watched:
    """Monitors run over a recording; what is shown begins at the place `first` in the run's times."""

    monitors: Sequence[Monitor]
    store: PointStore
    ran: Run
    first: int

    @property
    def times_s(self) -> Times:
        """The times that are shown."""
        return self.ran.times_s[self.first :]

    @property
    def notifications(self) -> list[Notification]:
        """The notifications that are shown."""
        return [sent for sent in self.ran.notifications if sent.step >= self.first]


@dataclass(frozen=True)
class Minute:
    """One group of a monitor at one of the run's times; `before` is its state at the time before.

    A notification of groups that notify together (notify_by) is a minute of their common tags, without a `timeline`.
    """

    monitor: Monitor
    group: str
    time_s: int
    step: int
    before: State
    state: State
    value: float | None
    notification: Notification | None
    timeline: GroupTimeline | None

    @property
    def changed(self) -> bool:
        """Whether the state is another one than before."""
        return self.state is not self.before

    @property
    def outcome(self) -> Outcome:
        """What the evaluation came to."""
        assert self.timeline is not None
        return Outcome(self.timeline.outcomes[self.step])

    @property
    def modelled(self) -> tuple[str, ...]:
        """What of the value comes from a model, not from documentation."""
        return self.timeline.modelled if self.timeline else ()


@dataclass(frozen=True)
class Span:
    """When to show states: by default from the end of the series' first minute to the end of their last interval.

    `minutes` says how long instead of `to_ms`. Evaluation always begins with the series, as states have a history.
    """

    from_ms: int | None = None
    to_ms: int | None = None
    minutes: int | None = None


def watch(declared: Declared, series: Source, span: Span = Span(), names: Collection[str] = ()) -> Watched:
    """Run the monitors of a file, or those with one of the `names`, over its series, once a minute.

    Raises FiredrillError for mistakes in either file and for a span that ends before it begins or lasts over a year,
    Unsupported for monitors of other things than metrics.
    """
    monitors = parse_monitors(_chosen(declared, names))
    for monitor in monitors:
        if not isinstance(monitor.condition, Composite) and _metric_query(monitor) is None:
            raise Unsupported(f"monitor type {monitor.type!r} on series of metrics", f"monitor {monitor.name!r}")
    recording = read_series(series, compile_metrics(declared.of("log metric")))
    times_s, first = _times(recording, span)
    ran = run(monitors, recording.store, times_s, compile_downtimes(declared))
    return Watched(monitors, recording.store, ran, first)


def _chosen(declared: Declared, names: Collection[str]) -> list[Json]:
    """The monitors with one of the names (all of them without names), and those that their composites are made of."""
    specs = declared.of("monitor")
    known = [str(spec.get("name")) for spec in specs]
    if not specs:
        raise FiredrillError(f"{declared.place} declares no monitor; there is nothing to evaluate.")
    if unknown := [name for name in names if name not in known]:
        raise FiredrillError(f"{declared.place} declares no monitor {unknown[0]!r}; there are {', '.join(known)}.")
    chosen = [spec for spec, name in zip(specs, known, strict=True) if not names or name in names]
    composites = (compile_composite(spec["query"]) for spec in chosen if spec.get("type") == "composite")
    parts = {part for composite in composites for part in composite.ids}
    return [spec for spec in specs if spec in chosen or str(spec.get("id")) in parts]


def _metric_query(monitor: Monitor) -> MonitorQuery | None:
    query = monitor.condition.query if isinstance(monitor.condition, Threshold) else None
    return query if isinstance(query, MonitorQuery) else None


def unmatched(watched: Watched) -> Iterator[str]:
    """One sentence per metric that only the monitors know, or only the series."""
    known = {metric for metric in watched.store.metrics() if watched.store.series(metric)}
    asked: dict[str, str] = {}
    for monitor in watched.monitors:
        if query := _metric_query(monitor):
            asked.update(dict.fromkeys(query.metrics, monitor.name))
    for metric in sorted(asked.keys() - known):
        yield f"no series is of the metric {metric!r}, which monitor {asked[metric]!r} asks for"
    for metric in sorted(known - asked.keys()):
        yield f"no monitor asks for the metric {metric!r} of the series"


def minutes_of(watched: Watched) -> Iterator[Minute]:
    """Every minute of every group that is tracked: by monitor in their order, then by group, then by time."""
    sent = {(each.monitor_id, each.group, each.step): each for each in watched.ran.notifications}
    for monitor in watched.monitors:
        timelines = watched.ran.timelines[monitor.id]
        for group, timeline in sorted(timelines.items()):
            yield from (
                minute
                for minute in _minutes(monitor, group, timeline, watched.ran, sent)
                if minute.step >= watched.first
            )
        for notification in watched.notifications:
            if notification.monitor_id == monitor.id and notification.group not in timelines:
                yield _together(monitor, notification)


def buckets(minute: Minute, store: PointStore) -> list[SubQuery]:
    """What each metric query of the evaluation held for the minute's group, bucket by bucket."""
    query = _metric_query(minute.monitor)
    if query is None:
        return []
    found = query.explain(store, minute.time_s, delay_s=minute.monitor.options.evaluation_delay)
    own = set(minute.group.split(","))
    return [each for each in found if own.issuperset(each.group)]


def decided(minute: Minute) -> str:
    """What made the state: the value against a threshold, the parts of a composite, or why nothing was compared."""
    rule = deciding_rule(minute)
    return f"{minute.value:g} {rule}" if _is_compared(minute) else rule


def deciding_rule(minute: Minute) -> str:
    """The same without the value, so that it stays while nothing but the value changes."""
    condition = minute.monitor.condition
    if isinstance(condition, Composite):
        assert minute.timeline is not None
        parts = minute.timeline.parts.items()
        return ", ".join(f"{label} is {State(part.states[minute.step]).label}" for label, part in parts)
    if not _is_compared(minute) or not isinstance(condition, Threshold):
        return minute.outcome.reason
    zero = "(no data, evaluated as zero) " if minute.outcome is Outcome.AS_ZERO else ""
    return zero + _comparison(minute, condition)


def _is_compared(minute: Minute) -> bool:
    return minute.outcome in (Outcome.VALUE, Outcome.AS_ZERO) and isinstance(minute.monitor.condition, Threshold)


def _comparison(minute: Minute, condition: Threshold) -> str:
    comparator, thresholds = condition.query.comparator, condition.thresholds
    levels: Mapping[State, tuple[str, float | None, float | None]] = {
        State.ALERT: ("critical", thresholds.critical, thresholds.critical_recovery),
        State.WARN: ("warning", thresholds.warning, thresholds.warning_recovery),
    }
    if minute.state not in levels:
        name = "critical" if thresholds.warning is None else "warning"
        return f"is not {comparator} {getattr(thresholds, name):g} ({name})"
    name, threshold, recovery = levels[minute.state]
    if threshold is not None and COMPARATORS[comparator](minute.value, threshold):
        return f"{comparator} {threshold:g} ({name})"
    return f"has not come back to {recovery:g} ({name}_recovery)"


def _times(recording: Recording, span: Span) -> tuple[Times, int]:
    """The times to evaluate at, and the place of the first that is shown."""
    begin = recording.begin_ms // MINUTE_MS + 1
    first = begin if span.from_ms is None else -(-span.from_ms // MINUTE_MS)
    end_ms = recording.end_ms if span.to_ms is None else span.to_ms
    last = -(-end_ms // MINUTE_MS) if span.minutes is None else first + span.minutes
    begin = min(begin, first)
    if last < first:
        raise FiredrillError("the time to evaluate ends before it begins; change --from, --to or --minutes.")
    if last - begin > MOST_MINUTES:
        raise FiredrillError(
            f"the time to evaluate lasts {last - begin} minutes, at most {MOST_MINUTES} are allowed; "
            "bring the series and --from, --to or --minutes closer together."
        )
    return np.arange(begin, last + 1, dtype=np.int64) * (MINUTE_MS // 1000), first - begin


def _minutes(
    monitor: Monitor,
    group: tuple[str, ...],
    timeline: GroupTimeline,
    ran: Run,
    sent: Mapping[tuple[str, tuple[str, ...], int], Notification],
) -> Iterator[Minute]:
    before = timeline.initial
    for step, (time_s, code) in enumerate(zip(ran.times_s.tolist(), timeline.states.tolist(), strict=True)):
        state = State(code)
        if state is not State.ABSENT or before is not State.ABSENT:
            value, notification = timeline.value_at(step), sent.get((monitor.id, group, step))
            yield Minute(monitor, ",".join(group), time_s, step, before, state, value, notification, timeline)
        before = state


def _together(monitor: Monitor, sent: Notification) -> Minute:
    group = ",".join(sent.group)
    return Minute(monitor, group, sent.time_s, sent.step, sent.state, sent.state, None, sent, None)
