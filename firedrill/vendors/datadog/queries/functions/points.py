"""Functions of neighbouring points: empty buckets between them are stepped over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from firedrill.vendors.datadog.queries.reduce import finite
from firedrill.vendors.datadog.queries.series import SeriesSet
from firedrill.vendors.datadog.queries.store import SLOT_S, FloatArray

OverPoints = Callable[[FloatArray, FloatArray], FloatArray]
"""Times in seconds and values [rows, points], oldest first, then NaN; returns values of the same shape."""


def over_points(series: SeriesSet, change: OverPoints) -> SeriesSet:
    """Apply `change` to the points of every row, put what it returns where the points were."""
    times_s = series.grid.column_starts().astype(np.float64) * SLOT_S
    groups = {group: _over_points(times_s, values, change) for group, values in series.groups.items()}
    return replace(series, groups=groups)


def _over_points(times_s: FloatArray, values: FloatArray, change: OverPoints) -> FloatArray:
    empty = np.isnan(values)
    order = np.argsort(empty, axis=1, kind="stable")
    times_s = np.where(np.take_along_axis(empty, order, axis=1), np.nan, np.take_along_axis(times_s, order, axis=1))
    changed = np.full(values.shape, np.nan)
    np.put_along_axis(changed, order, change(times_s, np.take_along_axis(values, order, axis=1)), axis=1)
    return finite(np.where(empty, np.nan, changed))
