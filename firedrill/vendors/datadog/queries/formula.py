"""`formula("…").last("5m") > n` over the metric queries that a monitor's options name as variables.

Source: docs.datadoghq.com/api/latest/monitors/#create-a-monitor (options.variables)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from firedrill.vendors.datadog.queries import nodes
from firedrill.vendors.datadog.queries.builder import TIME_AGGREGATORS
from firedrill.vendors.datadog.queries.chains import chain_mistake, last_window, method_of, texts
from firedrill.vendors.datadog.queries.errors import QuerySyntaxError
from firedrill.vendors.datadog.queries.parser import parse_expression
from firedrill.vendors.datadog.spec import Model, read
from firedrill.vendors.errors import FiredrillError, Unsupported

NOTE = "formula(): evaluated as the metric query with its names replaced; the order of aggregation is not documented"


class _Variable(Model):
    """A metric query of options.variables."""

    name: str
    data_source: Literal["metrics"]
    query: str
    aggregator: str = "avg"


def expand(tree: nodes.ChainQuery, text: str, variables: Sequence[Mapping[str, Any]]) -> nodes.ThresholdQuery:
    """The formula as a metric query, each name replaced by the query that it stands for.

    The order of aggregation is not documented for formulas; it is taken to be that of metric queries, with the
    variables' `aggregator` (avg by default) as the time aggregator. Raises QuerySyntaxError or FiredrillError for what
    Datadog refuses, Unsupported for queries of other products and for different aggregators.
    """
    where = f"Monitor query {text!r}"
    window = last_window(tree, text, ("rollup",))
    known = [_variable(variable, where) for variable in variables]
    queries = {variable.name: parse_expression(variable.query) for variable in known}
    aggregators = sorted({variable.aggregator for variable in known})
    if len(aggregators) > 1:
        raise Unsupported(f"a formula() over variables with different aggregators ({', '.join(aggregators)})", where)
    if not {*aggregators} <= {*TIME_AGGREGATORS[:-1]}:
        raise Unsupported(f"a formula() over a variable with the aggregator {aggregators[0]}", where)

    aggregator = over_time(tree, text) or (aggregators[0] if aggregators else "avg")
    expression = with_names(tree, queries, text)
    return nodes.ThresholdQuery(nodes.TimeAggregation(aggregator, window), expression, tree.comparator, tree.threshold)


def with_names(tree: nodes.ChainQuery, queries: Mapping[str, nodes.Expression], text: str) -> nodes.Expression:
    """The formula's expression, each name replaced by the query that it stands for."""

    def named(part: nodes.MetricQuery | nodes.Word) -> nodes.Expression:
        if isinstance(part, nodes.MetricQuery):
            raise FiredrillError(
                f"Monitor query {text!r}: the formula holds a metric query; name it in options.variables."
            )
        if part.name not in queries:
            raise QuerySyntaxError(
                tree.text, 1, part.at + 1, repr(part.name), f"a variable ({', '.join(queries) or 'none is declared'})"
            )
        return queries[part.name]

    return nodes.rewrite(parse_expression(tree.text), named)


def over_time(tree: nodes.ChainQuery, text: str) -> str | None:
    """The time aggregator that `.rollup("sum")` names, None without it."""
    given = texts(tree, text, ("rollup", "last")).get("rollup")
    if given is None:
        return None
    if len(given) != 1 or given[0] not in TIME_AGGREGATORS[:-1]:
        raise chain_mistake(text, method_of(tree, "rollup"), f"one of {', '.join(TIME_AGGREGATORS[:-1])} in .rollup()")
    return given[0]


def _variable(declared: Mapping[str, Any], where: str) -> _Variable:
    if declared.get("data_source", "metrics") != "metrics":
        raise Unsupported(f"the variable data source {declared['data_source']!r}", where)
    return read(_Variable, dict(declared), f"{where}, variable {declared.get('name')!r}")
