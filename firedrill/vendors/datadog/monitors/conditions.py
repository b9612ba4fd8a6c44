"""What a monitor alerts on, from its type, query, options and thresholds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from firedrill.vendors.datadog.monitors.anomaly import read_anomaly
from firedrill.vendors.datadog.monitors.checks import CheckQuery, ServiceCheck, read_check_thresholds
from firedrill.vendors.datadog.monitors.compilers import METRIC_TYPES, REFUSED_TYPES, Compiler
from firedrill.vendors.datadog.monitors.composite import MOST_MONITORS, Composite, compile_composite
from firedrill.vendors.datadog.monitors.monitor import Condition, Query, Threshold, retention_s
from firedrill.vendors.datadog.monitors.options import Options
from firedrill.vendors.datadog.monitors.problems import Note
from firedrill.vendors.datadog.monitors.thresholds import read_thresholds
from firedrill.vendors.datadog.queries import AnomalyQuery
from firedrill.vendors.errors import FiredrillError, Unsupported


def read_condition(
    kind: str, text: str, options: Options, thresholds: Mapping[str, Any], compilers: Mapping[str, Compiler], note: Note
) -> Condition | None:
    """The condition of a monitor of type `kind`, or None when there is none to evaluate; problems go to `note`."""
    if kind != "composite" and kind not in compilers:
        if kind in REFUSED_TYPES:
            note("unsupported", f"monitor type {kind!r}")
        else:
            note("type", f"type is {kind!r}; allowed are {', '.join(compilers)} and composite")
        return None
    try:
        if kind == "composite":
            return _composite(options, text, note)
        query = compilers[kind](text, options)
    except Unsupported as error:
        note("unsupported", error.feature)
        return None
    except FiredrillError as error:
        note("query", str(error).rstrip("."))
        return None
    _check_notify_by(options, query.group_by, note)
    if isinstance(query, CheckQuery):
        return _service_check(query, options, thresholds, note)
    return _threshold(query, kind, options, thresholds, note)


def _composite(options: Options, text: str, note: Note) -> Composite:
    composite = compile_composite(text)
    if len(composite.ids) > MOST_MONITORS:
        note("composite", f"query names {len(composite.ids)} monitors; a composite has at most 10")
    if options.on_missing_data is not None:
        note("option", "options.on_missing_data does not apply to composite monitors; use notify_no_data")
    return composite


def _service_check(query: CheckQuery, options: Options, thresholds: Mapping[str, Any], note: Note) -> ServiceCheck:
    if options.on_missing_data is not None:
        note("option", "options.on_missing_data does not apply to service checks; use notify_no_data")
    if options.group_retention_duration is not None:
        note("option", _no_retention(options.group_retention_duration, "service checks"))
    found, problems = read_check_thresholds(thresholds, query.last)
    for text in problems:
        note("threshold", text)
    return ServiceCheck(query, found)


def _threshold(query: Query, kind: str, options: Options, thresholds: Mapping[str, Any], note: Note) -> Threshold:
    found, problems = read_thresholds(thresholds, query.comparator, query.threshold)
    for text in problems:
        note("threshold", text)
    retention = options.group_retention_duration
    if retention is not None and kind in METRIC_TYPES:
        note("option", _no_retention(retention, "metric monitors"))
    elif not 3600 <= retention_s(retention) <= 72 * 3600:
        note("option", f"options.group_retention_duration is {retention!r}; allowed are '1h' to '72h'")
    if options.evaluation_window and options.require_full_window:
        note("unsupported", "require_full_window over a cumulative window")
    if isinstance(query, AnomalyQuery):
        return Threshold(query, *read_anomaly(query, found, options.threshold_windows, note))
    return Threshold(query, found)


def _no_retention(duration: str, what: str) -> str:
    return f"options.group_retention_duration is {duration!r}; {what} do not have it"


def _check_notify_by(options: Options, keys: Sequence[str], note: Note) -> None:
    if options.notify_by and not (options.notify_by == ("*",) or set(options.notify_by) <= set(keys)):
        note(
            "option",
            f"options.notify_by is {list(options.notify_by)!r}; allowed are ['*'] and keys that the query groups "
            f"by: {', '.join(keys) or 'none'}",
        )
