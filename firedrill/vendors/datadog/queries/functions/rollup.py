"""Aggregation over the last seconds, at each point."""

from __future__ import annotations

import numpy as np

from firedrill.vendors.datadog.queries.functions.registry import Function, Parameter
from firedrill.vendors.datadog.queries.reduce import AGGREGATORS
from firedrill.vendors.datadog.queries.series import SeriesSet
from firedrill.vendors.datadog.queries.store import FloatArray

SOURCE = "docs.datadoghq.com/dashboards/functions/rollup"


def _moving_rollup(series: SeriesSet, interval_s: float, aggregator: str = "avg") -> SeriesSet:
    """Every bucket holds the aggregate of those that began within the interval before its end."""
    span = max(1, int(interval_s // series.grid.bucket_s))

    def move(values: FloatArray) -> FloatArray:
        moved = np.full(values.shape, np.nan)
        for column in range(values.shape[1]):
            moved[:, column] = AGGREGATORS[aggregator](values[:, max(0, column + 1 - span) : column + 1])
        return moved

    return series.map(move)


FUNCTIONS = (
    Function(
        "moving_rollup",
        SOURCE,
        _moving_rollup,
        (Parameter("interval in seconds"), Parameter("aggregator", ("avg", "sum", "min", "max", "count"), False)),
        note="sees its window only; the interval counts in whole buckets",
    ),
)
