"""Evaluation of an expression over a grid, bucket by bucket or aggregated over time first."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from firedrill.vendors.datadog.queries import nodes
from firedrill.vendors.datadog.queries.functions import Value, functions
from firedrill.vendors.datadog.queries.grid import Grid
from firedrill.vendors.datadog.queries.reduce import AGGREGATORS
from firedrill.vendors.datadog.queries.sampling import Sampled, sample, space_aggregate, time_aggregate
from firedrill.vendors.datadog.queries.series import SeriesSet, combine
from firedrill.vendors.datadog.queries.store import PointStore


def evaluate(node: nodes.Argument, store: PointStore, grid: Grid) -> SeriesSet | float:
    """The expression's value in every bucket: arithmetic and functions apply bucket by bucket (classic_eval_path)."""
    if isinstance(node, nodes.MetricQuery):
        return sample(store, node, grid)
    if isinstance(node, nodes.Number):
        return node.value
    if isinstance(node, nodes.Negative):
        return combine("*", -1.0, evaluate(node.operand, store, grid))
    if isinstance(node, nodes.Arithmetic):
        return combine(node.operator, evaluate(node.left, store, grid), evaluate(node.right, store, grid))
    assert isinstance(node, nodes.Call), node
    return _call(node, store, grid)


def totals(node: nodes.Expression, store: PointStore, grid: Grid, aggregator: str) -> SeriesSet | float:
    """The expression's value per window, each sub-query aggregated over time before arithmetic (as_count_eval_path).

    A sub-query is a metric query or a function of one. Empty buckets count as zero, so that a sub-query without
    points is zero; where no sub-query has a point there is no data, as after a division by zero.
    Sources: docs.datadoghq.com/monitors/guide/as-count-in-monitor-evaluations,
    docs.datadoghq.com/monitors/guide/troubleshooting-no-data (arithmetic with NaN values)
    """
    if isinstance(node, nodes.Negative):
        return combine("*", -1.0, totals(node.operand, store, grid, aggregator))
    if isinstance(node, nodes.Arithmetic):
        left, right = (totals(side, store, grid, aggregator) for side in (node.left, node.right))
        return combine(node.operator, _zero_missing(left, right), _zero_missing(right, left))
    values = evaluate(node, store, grid)
    if not isinstance(values, SeriesSet):
        return values
    within = grid.within()
    whole = replace(grid, first=grid.start, bucket=grid.bucket * grid.columns, columns=1)
    groups = {}
    for tags, buckets in values.groups.items():
        filled = np.where(within & np.isnan(buckets), 0.0, buckets)
        groups[tags] = AGGREGATORS[aggregator](filled)[:, None]
    return SeriesSet(whole, groups, values.present)


def _zero_missing(side: SeriesSet | float, other: SeriesSet | float) -> SeriesSet | float:
    """The side with zeros for the groups that only the other side has."""
    if not isinstance(side, SeriesSet) or not isinstance(other, SeriesSet) or () in side.groups:
        return side
    missing = [tags for tags in other.groups if tags and tags not in side.groups]
    zeros = np.zeros((side.grid.rows, 1))
    nowhere = np.zeros(side.grid.rows, np.bool_)
    groups = {**side.groups, **dict.fromkeys(missing, zeros)}
    return replace(side, groups=groups, present={**side.present, **dict.fromkeys(missing, nowhere)})


def _call(node: nodes.Call, store: PointStore, grid: Grid) -> SeriesSet:
    function = functions()[node.name]
    operand, *rest = node.arguments
    arguments = [argument.names if isinstance(argument, nodes.Keys) else argument_value(argument) for argument in rest]
    if function.shift_s:
        shifted = evaluate(operand, store, grid.shifted(round(function.shift_s(*arguments))))
        assert isinstance(shifted, SeriesSet)
        return replace(shifted, grid=grid)
    assert function.apply
    if function.before_space and isinstance(operand, nodes.MetricQuery):
        sampled = time_aggregate(store, operand, grid, apart=True)
        changed = {}
        for tags, one in sampled.items():
            singles = SeriesSet(
                grid,
                {(str(number),): values for number, values in enumerate(one.values)},
                {(str(number),): one.present for number in range(len(one.values))},
            )
            changed[tags] = Sampled(list(function.apply(singles, *arguments).groups.values()), one.present)
        return space_aggregate(store, operand, grid, changed)
    values = evaluate(operand, store, grid)
    assert isinstance(values, SeriesSet)
    return function.apply(values, *arguments)


def argument_value(argument: nodes.Argument) -> Value | None:
    """The constant that an argument after the first stands for; None when it is an expression."""
    if isinstance(argument, nodes.Negative) and isinstance(argument.operand, nodes.Number):
        return -argument.operand.value
    if isinstance(argument, nodes.Number | nodes.Text):
        return argument.value
    return argument.name if isinstance(argument, nodes.Word) else None
