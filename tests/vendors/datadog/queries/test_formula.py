from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from firedrill.vendors.datadog.queries import Point, PointStore, compile_query
from firedrill.vendors.errors import FiredrillError


def variable(name: str, query: str, **more: str) -> dict[str, Any]:
    return {"name": name, "data_source": "metrics", "query": query, **more}


def test_a_formula_evaluates_as_the_query_it_spells() -> None:
    store = PointStore(
        Point(metric, "count", (), second * 1000, second * 1000, value)
        for second in range(600, 900, 60)
        for metric, value in (("errors", 2.0), ("requests", 8.0))
    )
    variables = [variable("a", "sum:errors{*}", aggregator="max"), variable("b", "sum:requests{*}", aggregator="max")]

    query = compile_query('formula("100 * a / (a + b)").last("5m") > 10', variables)

    assert str(query) == "max(last_5m):100 * sum:errors{*} / (sum:errors{*} + sum:requests{*}) > 10"
    assert query.evaluate(store, np.array([900])).groups[()].values.tolist() == [20]


def test_the_aggregator_of_a_formula_is_avg_by_default() -> None:
    query = compile_query('formula("derivative(q)").last("15m") > 0', [variable("q", "avg:m{*} by {host}")])

    assert str(query) == "avg(last_15m):derivative(avg:m{*} by {host}) > 0"
    assert query.group_by == ("host",)


@pytest.mark.parametrize(
    ("text", "variables", "message"),
    [
        (
            'formula("a + c").last("5m") > 0',
            [variable("a", "avg:m{*}"), variable("b", "avg:m{*}")],
            "Monitor query 'a + c', line 1, column 5: found 'c'; expected a variable (a, b).",
        ),
        (
            'formula("a").last("5m") > 0',
            [],
            "Monitor query 'a', line 1, column 1: found 'a'; expected a variable (none is declared).",
        ),
        (
            'formula("avg:m{*}").last("5m") > 0',
            [],
            'Monitor query \'formula("avg:m{*}").last("5m") > 0\': '
            "the formula holds a metric query; name it in options.variables.",
        ),
        (
            'formula("a").rollup("5m").last("5m") > 0',
            [],
            'Monitor query \'formula("a").rollup("5m").last("5m") > 0\', line 1, column 14: '
            "found 'rollup'; expected one of avg, sum, min, max in .rollup().",
        ),
        (
            'formula("a").last("5m") > 0',
            [{"name": "a", "data_source": "cloud_cost", "query": "x"}],
            "Monitor query 'formula(\"a\").last(\"5m\") > 0': the variable data source 'cloud_cost' "
            "is not supported by the emulator; see docs/support.md for what is.",
        ),
        (
            'formula("a + b").last("5m") > 0',
            [variable("a", "avg:m{*}", aggregator="sum"), variable("b", "avg:m{*}")],
            'Monitor query \'formula("a + b").last("5m") > 0\': a formula() over variables with '
            "different aggregators (avg, sum) is not supported by the emulator; see docs/support.md for what is.",
        ),
    ],
)
def test_a_formula_that_cannot_be_read_is_refused(text: str, variables: list[dict[str, Any]], message: str) -> None:
    with pytest.raises(FiredrillError) as refusal:
        compile_query(text, variables)

    assert str(refusal.value) == message
