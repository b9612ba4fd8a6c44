"""What a monitor alerts on, from its type, query, options and thresholds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from firedrill.vendors.datadog.monitors.anomaly import read_anomaly
from firedrill.vendors.datadog.monitors.checks import CheckQuery, ServiceCheck, read_check_thresholds
from firedrill.vendors.datadog.monitors.compilers import REFUSED_TYPES, Compiler
from firedrill.vendors.datadog.monitors.composite import Composite, compile_composite
from firedrill.vendors.datadog.monitors.monitor import Condition, Query, Threshold
from firedrill.vendors.datadog.monitors.problems import Note, Rule
from firedrill.vendors.datadog.queries import AnomalyQuery, MonitorQuery
from firedrill.vendors.datadog.queries.record_query import RecordQuery
from firedrill.vendors.datadog.rules import slo_alerts
from firedrill.vendors.datadog.rules.monitors import COMPOSITE, METRIC_TYPES, parts_breaches, type_breaches
from firedrill.vendors.datadog.rules.options import (
    Options,
    default_zero_breaches,
    missing_data_breaches,
    notify_by_breaches,
    retention_breaches,
)
from firedrill.vendors.datadog.rules.thresholds import read_thresholds, recovery_breaches
from firedrill.vendors.errors import FiredrillError, Unsupported
from firedrill.vendors.rules.breach import Breach, shown

_END = re.compile(r"(>=|<=|==|!=|>|<)\s*(-?[0-9]+(?:\.[0-9]+)?)\s*$")

_CHAINED = re.compile(r"\s*([a-z][a-z-]*)\(\s*'")


def read_condition(
    kind: str, text: str, options: Options, compilers: Mapping[str, Compiler], note: Note
) -> Condition | None:
    """The condition of a monitor of type `kind`, or None when there is none to evaluate; problems go to `note`."""
    evaluated = [*(each for each in compilers if each not in REFUSED_TYPES), COMPOSITE]
    wrong_type = type_breaches(kind, evaluated, REFUSED_TYPES) if kind not in compilers else []
    if wrong_type and kind in REFUSED_TYPES:
        note("evaluation", f"monitor type {kind!r}")
        _note_all("query", slo_alerts.query_breaches(text) if kind == "slo alert" else _quote_breaches(text), note)
        _note_all("threshold", _end_breaches(text, options), note)
    else:
        _note_all("type", wrong_type, note)
    if wrong_type:
        return None
    try:
        if kind == COMPOSITE:
            return _composite(options, text, note)
        query = compilers[kind](text, options)
    except Unsupported as error:
        note("unsupported", error.feature)
        return None
    except FiredrillError as error:
        note("query", str(error).rstrip("."))
        return None
    _note_all("option", notify_by_breaches(options, query.group_by), note)
    if isinstance(query, CheckQuery):
        return _service_check(query, options, note)
    return _threshold(query, kind, options, note)


def _quote_breaches(text: str) -> Iterator[Breach]:
    """The strings of a chained query, such as rum("search").last("5m"), which need double quotes."""
    if chained := _CHAINED.match(text):
        yield Breach("query", shown(text), f'double quotes, as in {chained[1]}("...")')


def _end_breaches(text: str, options: Options) -> list[Breach]:
    """Thresholds against the comparison that a query of whatever kind ends with, if it does."""
    end = _END.search(text)
    return read_thresholds(options.thresholds, end[1], float(end[2]))[1] if end else []


def _note_all(rule: Rule, breaches: Iterable[Breach], note: Note) -> None:
    for breach in breaches:
        note(rule, breach)


def _composite(options: Options, text: str, note: Note) -> Composite:
    composite = compile_composite(text)
    _note_all("composite", parts_breaches(composite.ids), note)
    _note_all("option", missing_data_breaches(options, "composite monitors"), note)
    return composite


def _service_check(query: CheckQuery, options: Options, note: Note) -> ServiceCheck:
    _note_all("option", missing_data_breaches(options, "service checks"), note)
    _note_all("option", retention_breaches(options.group_retention_duration, "service checks"), note)
    found, breaches = read_check_thresholds(options.thresholds, query.last)
    _note_all("threshold", breaches, note)
    return ServiceCheck(query, found)


def _threshold(query: Query, kind: str, options: Options, note: Note) -> Threshold:
    found, breaches = read_thresholds(options.thresholds, query.comparator, query.threshold)
    _note_all("threshold", breaches, note)
    measured = query.metric if isinstance(query, RecordQuery) else query
    if isinstance(measured, MonitorQuery) and measured.calls("default_zero"):
        _note_all("option", default_zero_breaches(options), note)
    if kind == "event-v2 alert":
        _note_all("threshold", recovery_breaches(found), note)
    elif kind == "log alert" and recovery_breaches(found):
        note("warning", "a recovery threshold of a log alert: Datadog may refuse it (Invalid threshold statuses found)")
    without = "metric monitors" if kind in METRIC_TYPES else ""
    _note_all("option", retention_breaches(options.group_retention_duration, without), note)
    if options.evaluation_window and options.require_full_window:
        note("unsupported", "require_full_window over a cumulative window")
    if isinstance(query, AnomalyQuery):
        return Threshold(query, *read_anomaly(query, found, options.threshold_windows, note))
    return Threshold(query, found)
