"""Aggregation of arrays in which NaN means no data; no numpy warning ever leaves this module."""

from __future__ import annotations

import numpy as np

from firedrill.vendors.datadog.queries.store import FloatArray


def total(values: FloatArray, axis: int = -1) -> FloatArray:
    """The sum of the values there are; NaN where there is none."""
    there = ~np.isnan(values)
    sums: FloatArray = np.where(there, values, 0.0).sum(axis=axis)
    return np.where(there.any(axis=axis), sums, np.nan)


def count(values: FloatArray, axis: int = -1) -> FloatArray:
    """How many values there are; NaN instead of zero."""
    number: FloatArray = (~np.isnan(values)).sum(axis=axis).astype(np.float64)
    return np.where(number > 0, number, np.nan)


def mean(values: FloatArray, axis: int = -1) -> FloatArray:
    """The average of the values there are; NaN where there is none."""
    return total(values, axis) / count(values, axis)


def smallest(values: FloatArray, axis: int = -1) -> FloatArray:
    """The minimum of the values there are; NaN where there is none."""
    found: FloatArray = np.fmin.reduce(values, axis=axis)
    return found


def largest(values: FloatArray, axis: int = -1) -> FloatArray:
    """The maximum of the values there are; NaN where there is none."""
    found: FloatArray = np.fmax.reduce(values, axis=axis)
    return found


def median(values: FloatArray, axis: int = -1) -> FloatArray:
    """The median of the values there are; NaN where there is none."""
    ordered = np.sort(values, axis=axis)
    number = (~np.isnan(values)).sum(axis=axis, keepdims=True)
    low, high = np.maximum(number - 1, 0) // 2, number // 2
    high = np.minimum(high, np.maximum(number - 1, 0))
    middle = (np.take_along_axis(ordered, low, axis) + np.take_along_axis(ordered, high, axis)) / 2
    return np.where(number > 0, middle, np.nan).squeeze(axis)


def deviation(values: FloatArray, axis: int = -1) -> FloatArray:
    """The standard deviation of all the values there are; NaN where there is none."""
    return np.sqrt(mean((values - np.expand_dims(mean(values, axis), axis)) ** 2, axis))


def quantile(values: FloatArray, share: float) -> FloatArray:
    """Of n values along the first axis the one at rank floor(share * (n - 1)) from 0; NaN where there is none."""
    number = (~np.isnan(values)).sum(axis=0, keepdims=True)
    rank = (share * np.maximum(number - 1, 0)).astype(np.int64)
    found: FloatArray = np.take_along_axis(np.sort(values, axis=0), rank, axis=0)[0]
    return found


AGGREGATORS = {
    "avg": mean,
    "sum": total,
    "min": smallest,
    "max": largest,
    "count": count,
    "stddev": deviation,
}
"""Datadog's aggregators, by name. Source: docs.datadoghq.com/monitors/guide/monitor_aggregators"""


def finite(values: FloatArray) -> FloatArray:
    """The values with infinities made NaN: what cannot be computed is no data."""
    return np.where(np.isfinite(values), values, np.nan)
