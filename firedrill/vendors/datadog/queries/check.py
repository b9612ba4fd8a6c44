"""What the grammar lets through and Datadog or the emulator refuses."""

from __future__ import annotations

from firedrill.vendors.datadog.queries import nodes
from firedrill.vendors.datadog.queries.builder import is_percentile
from firedrill.vendors.datadog.queries.cumulative import CurrentWindow
from firedrill.vendors.datadog.queries.errors import QuerySyntaxError
from firedrill.vendors.datadog.queries.expressions import argument_value
from firedrill.vendors.datadog.queries.functions import Function, Parameter, functions
from firedrill.vendors.datadog.queries.store import SLOT_S
from firedrill.vendors.datadog.syntax import place
from firedrill.vendors.errors import Unsupported


def check(tree: nodes.ThresholdQuery, text: str) -> tuple[str, ...]:
    """Check everything that can be checked without data; returns the group keys that all metric queries share.

    Raises QuerySyntaxError for what Datadog refuses and Unsupported for what the emulator does not reproduce.
    """
    where = f"Monitor query {text!r}"
    parts = list(nodes.walk(tree.expression))
    leaves = [part for part in parts if isinstance(part, nodes.MetricQuery)]
    arguments = {id(argument) for part in parts if isinstance(part, nodes.Call) for argument in part.arguments[1:]}
    for part in parts:
        if isinstance(part, nodes.Call):
            check_call(part, text, where)
        elif isinstance(part, nodes.Word) and id(part) not in arguments:
            raise mistake(text, part.at, part.name, "a metric query such as avg:metric{scope}")
    if not leaves:
        raise mistake(text, 0, text, "at least one metric query such as avg:metric{scope}")
    _check_aggregation(tree.aggregation, leaves, text, where)
    intervals = {_rolled_up_s(leaf.rollup.interval_s) for leaf in leaves if leaf.rollup and leaf.rollup.interval_s}
    if len(intervals) > 1:
        raise Unsupported(f"rollup() with different intervals ({', '.join(map(str, sorted(intervals)))} s)", where)
    keys = [leaf.by for leaf in leaves if leaf.by]
    if len({frozenset(by) for by in keys}) > 1:
        raise Unsupported("arithmetic between queries grouped by different keys", where)
    return keys[0] if keys else ()


def group_keys(node: nodes.Argument) -> tuple[str, ...]:
    """The keys by which an expression's result is grouped."""
    if isinstance(node, nodes.MetricQuery):
        return node.by
    if isinstance(node, nodes.Call) and functions()[node.name].ungroups:
        return ()
    if isinstance(node, nodes.Call) and isinstance(node.arguments[-1], nodes.Keys):
        return node.arguments[-1].names
    return next((keys for keys in map(group_keys, nodes.children(node)) if keys), ())


def rollup_interval(expression: nodes.Expression) -> int | None:
    """The interval in seconds that rollup() comes to, or None; a checked expression has at most one."""
    leaves = (part for part in nodes.walk(expression) if isinstance(part, nodes.MetricQuery))
    given = next((leaf.rollup.interval_s for leaf in leaves if leaf.rollup and leaf.rollup.interval_s), None)
    return given and _rolled_up_s(given)


_OF_VALUES = ("max", "min")
"""Functions that published dashboards have over several values too (integrations-core), though no page does."""


def odd_rollup(leaf: nodes.MetricQuery) -> bool:
    """Whether the interval that rollup() gives is none that points can be gathered in."""
    return bool(leaf.rollup and leaf.rollup.interval_s and leaf.rollup.interval_s % SLOT_S)


def _rolled_up_s(interval_s: int) -> int:
    """An interval rounded up to whole steps between points, which no page documents."""
    return -(-interval_s // SLOT_S) * SLOT_S


def _check_aggregation(
    aggregation: nodes.TimeAggregation, leaves: list[nodes.MetricQuery], text: str, where: str
) -> None:
    if aggregation.window.text.startswith("next_"):
        raise mistake(
            text, 0, aggregation.window.text, "a window of the past such as last_5m: only forecast() looks ahead"
        )
    if aggregation.aggregator == "percentile":
        for leaf in leaves:
            if not is_percentile(leaf.aggregator):
                raise mistake(text, leaf.at, leaf.aggregator, "a percentile such as p95 in a percentile alert")
            if leaf.rollup:
                raise Unsupported("rollup() in a percentile alert", where)
    if aggregation.change and isinstance(aggregation.window, CurrentWindow):
        raise Unsupported(f"{aggregation.change}() over a cumulative window", where)
    counted = next((leaf for leaf in leaves if leaf.modifier == "as_count"), None)
    if counted and aggregation.aggregator != "sum" and not aggregation.change:
        # The page allows only sum, and so does the monitor editor; the API takes others, by
        # github.com/DataDog/terraform-provider-datadog/issues/2755.
        # Source: docs.datadoghq.com/monitors/guide/as-count-in-monitor-evaluations
        only = "Datadog documents only sum there"
        raise Unsupported(f"the time aggregator {aggregation.aggregator} with as_count() ({only})", where)


def check_call(call: nodes.Call, text: str, where: str) -> None:
    """Check a function by its name, its operand and its arguments; `where` says whose query it is in."""
    function = functions().get(call.name)
    if call.name in _OF_VALUES and len(call.arguments) > 1 and not isinstance(call.arguments[-1], nodes.Keys):
        raise Unsupported(f"{call.name}() of several values", where)
    if function is None:
        raise Unsupported(f"function {call.name}()", where)
    if not function.apply and not function.shift_s:
        inside = "inside an expression" if function.status == "modelled" else f"({function.note})"
        raise Unsupported(f"function {call.name}() {inside}", where)
    operand, *rest = call.arguments or (nodes.Text(""),)
    if isinstance(operand, nodes.Text | nodes.Option | nodes.Number | nodes.Keys):
        raise mistake(text, call.at, call.name, f"a metric query as the first argument of {call.name}()")
    required = sum(parameter.required for parameter in function.parameters)
    if not required <= len(rest) <= len(function.parameters):
        raise mistake(text, call.at, call.name, _usage(function))
    for parameter, argument in zip(function.parameters, rest, strict=False):
        if not _fits(parameter, argument):
            raise mistake(text, call.at, call.name, _usage(function))
    if rest and isinstance(rest[-1], nodes.Keys):
        there = group_keys(operand)
        for key in rest[-1].names:
            if key not in there:
                raise mistake(text, call.at, key, f"keys that the query groups by ({', '.join(there) or 'none'})")


def _fits(parameter: Parameter, argument: nodes.Argument) -> bool:
    if isinstance(argument, nodes.Keys):
        return parameter.kind == "keys"
    value = argument_value(argument)
    if parameter.choices:
        return value in parameter.choices
    right = isinstance(value, {"number": float, "text": str, "keys": nodes.Keys}[parameter.kind])
    return right and (parameter.accepts is None or bool(parameter.accepts(value)))


def _usage(function: Function) -> str:
    names = [
        f"{parameter.name} ({', '.join(map(str, parameter.choices))})" if parameter.choices else parameter.name
        for parameter in function.parameters
    ]
    return f"{function.name}({', '.join(['query', *names])})"


def mistake(text: str, at: int, found: str, expected: str) -> QuerySyntaxError:
    """The error that says what was `found` at an offset of the query and what was expected."""
    return QuerySyntaxError(text, *place(text, at), repr(found), expected)
