"""What decided a state: the value and the threshold, and what the query saw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from firedrill.standalone.minutes import Minute
from firedrill.vendors.datadog.monitors import Composite, Outcome, ServiceCheck, State, Threshold
from firedrill.vendors.datadog.monitors.checks import latest_runs
from firedrill.vendors.datadog.monitors.timeline import COMPARATORS
from firedrill.vendors.datadog.queries import MonitorQuery, PointStore, Record, RecordQuery, SubQuery


@dataclass(frozen=True)
class Seen:
    """What one query saw in an evaluation of a group: buckets of a metric, logs, events or check runs.

    Each of the `rows` has a time (ms) and what is there: a bucket's value, a record or a run as JSON. `interpolated`
    are the times of buckets whose value comes from the points around them.
    """

    query: str
    group: str
    what: Literal["buckets", "logs", "events", "check runs"]
    rows: Sequence[tuple[int, Any]]
    interpolated: frozenset[int] = frozenset()


def seen(minute: Minute, store: PointStore) -> list[Seen]:
    """What each query of the minute's evaluation saw of its group; nothing for a composite."""
    condition, delay_s = minute.monitor.condition, minute.monitor.options.evaluation_delay
    assert minute.timeline is not None
    group, time_s = minute.timeline.group, minute.time_s
    if isinstance(condition, ServiceCheck):
        runs = latest_runs(condition.query, store, group, time_s)
        rows = [(run.timestamp_ms, {"status": run.status.name, "message": run.message}) for run in runs]
        return [Seen(str(condition.query), minute.group, "check runs", rows)]
    query = minute.monitor.threshold_query
    if isinstance(query, RecordQuery):
        records = query.explain(store, time_s, group, delay_s=delay_s)
        rows = [(each.log.timestamp, _record(query, each)) for each in records]
        return [Seen(str(query), minute.group, query.source.head, rows)]
    if not isinstance(query, MonitorQuery):
        return []
    found = query.explain(store, time_s, delay_s=delay_s)
    return [_buckets(each) for each in found if set(group).issuperset(each.group)]


def _buckets(query: SubQuery) -> Seen:
    rows = [(1000 * at_s, None if np.isnan(value) else value) for at_s, value in query.buckets]
    filled = frozenset(1000 * at_s for at_s in query.interpolated)
    return Seen(query.text, ",".join(query.group), "buckets", rows, filled)


def _record(query: RecordQuery, record: Record) -> dict[str, Any]:
    log = record.log
    index = {"index": record.index} if record.index else {}
    title = {"title": log.attributes["title"]} if "title" in log.attributes and query.source.head == "events" else {}
    measured = {"values": query.measured(log)} if query.measured else {}
    return {**index, **title, "message": log.message, **measured}


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
    if not _is_compared(minute):
        return minute.outcome.reason
    if isinstance(condition, ServiceCheck):
        name = _STATUSES[minute.state]
        return f"{name} in a row (threshold {getattr(condition.thresholds, name)})"
    zero = "(no data, evaluated as zero) " if minute.outcome is Outcome.AS_ZERO else ""
    return zero + _comparison(minute, condition)


def _is_compared(minute: Minute) -> bool:
    return minute.outcome in (Outcome.VALUE, Outcome.AS_ZERO) and not isinstance(minute.monitor.condition, Composite)


_STATUSES = {State.OK: "ok", State.WARN: "warning", State.ALERT: "critical", State.UNKNOWN: "unknown"}
"""The name of each state's threshold in runs of a service check."""


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
