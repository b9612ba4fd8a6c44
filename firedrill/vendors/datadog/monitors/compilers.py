"""Which monitor types are emulated, and what compiles their queries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from firedrill.vendors.datadog.monitors.checks import CheckQuery, compile_check_query
from firedrill.vendors.datadog.monitors.monitor import Query
from firedrill.vendors.datadog.queries import (
    RecordQuery,
    compile_event_query,
    compile_log_query,
    compile_query,
    with_starts,
)
from firedrill.vendors.datadog.rules.monitors import METRIC_TYPES
from firedrill.vendors.datadog.rules.options import Options
from firedrill.vendors.errors import FiredrillError, Unsupported

Compiler = Callable[[str, Options], Query | CheckQuery]
"""A query's text and the monitor's options to what evaluates it; a CheckQuery makes a service check monitor."""

REFUSED_TYPES = (
    "audit alert",
    "ci-pipelines alert",
    "ci-tests alert",
    "cost alert",
    "data-jobs alert",
    "data-quality alert",
    "database-monitoring alert",
    "error-tracking alert",
    "event alert",
    "llm-observability alert",
    "network-path alert",
    "network-performance alert",
    "process alert",
    "rum alert",
    "slo alert",
    "synthetics alert",
    "trace-analytics alert",
)
"""Types that need other data: not evaluated without a compiler of their own."""


def _metric(text: str, options: Options) -> Query:
    return with_starts(compile_query(text, options.variables), options.evaluation_window)


def _records(kind: str, compile_records: Callable[[str, tuple[dict[str, Any], ...]], RecordQuery]) -> Compiler:
    def compile_alert(text: str, options: Options) -> Query:
        query = compile_records(text, options.variables)
        _refuse_metric_options(kind, options)
        return query

    return compile_alert


def _check(text: str, options: Options) -> CheckQuery:
    query = compile_check_query(text)
    if options.variables:
        raise FiredrillError("options.variables is for queries that begin with formula(; remove it.")
    _refuse_metric_options("service check", options)
    if options.evaluation_delay:
        raise Unsupported("evaluation_delay of a service check", f"service check query {text!r}")
    return query


def _refuse_metric_options(kind: str, options: Options) -> None:
    if options.evaluation_window:
        raise Unsupported(f"scheduling_options.evaluation_window of a {kind}", kind)


COMPILERS: Mapping[str, Compiler] = {
    **dict.fromkeys(METRIC_TYPES, _metric),
    "log alert": _records("log alert", compile_log_query),
    "event-v2 alert": _records("event-v2 alert", compile_event_query),
    "service check": _check,
}
