"""Text of a metric monitor's query to what evaluates it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from firedrill.vendors.datadog.queries import nodes
from firedrill.vendors.datadog.queries.anomalies import compile_anomalies
from firedrill.vendors.datadog.queries.chains import refuse_other
from firedrill.vendors.datadog.queries.check import check, group_keys, rollup_interval
from firedrill.vendors.datadog.queries.cumulative import CurrentWindow
from firedrill.vendors.datadog.queries.forecast import compile_forecast, past
from firedrill.vendors.datadog.queries.formula import NOTE, expand
from firedrill.vendors.datadog.queries.outliers import compile_outliers
from firedrill.vendors.datadog.queries.parser import parse_monitor
from firedrill.vendors.datadog.queries.query import MonitorQuery
from firedrill.vendors.errors import FiredrillError, Unsupported

ALGORITHMS: Mapping[str, Callable[[MonitorQuery, nodes.Call, str], MonitorQuery]] = {
    "anomalies": compile_anomalies,
    "forecast": compile_forecast,
    "outliers": compile_outliers,
}
"""Functions around a whole expression that decide what the query's value means."""

_OF_CHECKS = re.compile(r'\s*"[^"]*"\s*\.over\(')


def compile_query(text: str, variables: Sequence[Mapping[str, Any]] = ()) -> MonitorQuery:
    """A metric monitor's query, checked and ready; `variables` are the queries of a formula (options.variables).

    Raises QuerySyntaxError with line, column and what is allowed; Unsupported for what the emulator does not reproduce.
    """
    if _OF_CHECKS.match(text):
        raise FiredrillError(f"Monitor query {text!r}: it is a query of checks; use type service check.")
    refuse_other(text)
    tree = parse_monitor(text)
    if isinstance(tree, nodes.ThresholdQuery):
        if variables:
            raise FiredrillError(f"Monitor query {text!r}: options.variables is for queries that begin with formula(.")
        return _query(tree, text)
    if tree.head != "formula":
        raise Unsupported(f"{tree.head}(…) query in a metric alert", f"Monitor query {text!r}")
    return replace(_query(expand(tree, text, variables), text), notes=(NOTE,))


def _query(tree: nodes.ThresholdQuery, text: str) -> MonitorQuery:
    whole = tree.expression
    if isinstance(whole, nodes.Call) and whole.name in ALGORITHMS and whole.arguments:
        operand = whole.arguments[0]
        if isinstance(tree.aggregation.window, CurrentWindow):
            raise Unsupported(f"{whole.name}() over a cumulative window", f"Monitor query {text!r}")
        if not isinstance(operand, nodes.Text | nodes.Option | nodes.Keys):
            summed = replace(tree.aggregation, aggregator="sum")
            if whole.name == "forecast":
                summed = past(summed)
            inner = _compile(nodes.ThresholdQuery(summed, operand, tree.comparator, tree.threshold), text)
            return ALGORITHMS[whole.name](replace(inner, tree=tree), whole, text)
    return _compile(tree, text)


def _compile(tree: nodes.ThresholdQuery, text: str) -> MonitorQuery:
    keys = check(tree, text)

    def ordered(part: nodes.MetricQuery | nodes.Word) -> nodes.Expression:
        if isinstance(part, nodes.Word):
            return part
        return replace(part, by=tuple(key for key in keys if key in part.by))

    expression = nodes.rewrite(tree.expression, ordered)
    return MonitorQuery(tree, expression, group_keys(expression), rollup_interval(expression))
