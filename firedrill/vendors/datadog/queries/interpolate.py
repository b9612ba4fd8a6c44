"""Interpolation of gaps between a series' buckets.

Sources: docs.datadoghq.com/dashboards/functions/interpolation,
docs.datadoghq.com/metrics/guide/interpolation-the-fill-modifier-explained
"""

from __future__ import annotations

import numpy as np

from firedrill.vendors.datadog.queries.nodes import Fill
from firedrill.vendors.datadog.queries.store import FloatArray, Kind

_NONE = Fill("null", 0)
_GAUGE = Fill("linear", 300)


def default_fill(kind: Kind) -> Fill:
    """Gauges are interpolated linearly over 5 minutes, other types not at all.

    Source: docs.datadoghq.com/monitors/guide/monitor-arithmetic-and-sparse-metrics
    """
    return _GAUGE if kind == "gauge" else _NONE


def interpolate(values: FloatArray, fill: Fill, bucket_s: int) -> FloatArray:
    """`values` [rows, buckets] with gaps filled; give it the neighbourhood of what is to be filled.

    linear joins the two sides of a gap of at most the limit, and keeps the last value for the limit where no later one
    is known (as in the documentation's default_zero example); last and zero reach the limit beyond each value. The
    documented maximum of 600 s is not enforced, since a documented example uses 900.
    """
    if fill.method == "null" or not values.size:
        return values
    columns = np.arange(values.shape[1])
    there = ~np.isnan(values)
    before = np.maximum.accumulate(np.where(there, columns, -1), axis=1)
    since = (columns - before) * bucket_s
    near = (before >= 0) & (since <= fill.limit_s) & ~there
    previous = np.take_along_axis(values, np.maximum(before, 0), axis=1)
    if fill.method == "last":
        return np.where(near, previous, values)
    if fill.method == "zero":
        return np.where(near, 0.0, values)
    beyond = values.shape[1]
    after = np.minimum.accumulate(np.where(there, columns, beyond)[:, ::-1], axis=1)[:, ::-1]
    following = np.take_along_axis(values, np.minimum(after, beyond - 1), axis=1)
    gap = after - before
    joined = previous + (following - previous) * (columns - before) / np.maximum(gap, 1)
    inside = ~there & (before >= 0) & (after < beyond) & (gap * bucket_s <= fill.limit_s)
    trailing = near & (after == beyond)
    return np.where(inside, joined, np.where(trailing, previous, values))
