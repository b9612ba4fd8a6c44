"""Percentiles over the raw values of a distribution."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from firedrill.vendors.datadog.queries.store import FloatArray, IntArray, Series


class Pool(NamedTuple):
    """The raw values of several series by slot, and the latest arrival up to each."""

    series: Series
    settled_ms: IntArray


def pool(series: Sequence[Series]) -> Pool:
    """Pour several series together."""
    if not series:
        empty = np.empty(0, np.int64)
        return Pool(Series(empty, empty, np.empty(0)), empty)
    slot = np.concatenate([one.slot for one in series])
    order = np.argsort(slot, kind="stable")
    arrived = np.concatenate([one.arrived_ms for one in series])[order]
    values = np.concatenate([one.value for one in series])[order]
    return Pool(Series(slot[order], arrived, values), np.maximum.accumulate(arrived))


def percentile(pooled: Pool, begin: IntArray, end: IntArray, times_ms: IntArray, percent: float) -> FloatArray:
    """The percentile of the values in slots [begin, end) that had arrived by each time; NaN where there is none.

    The three arrays have one shape, which the answer has too. Of n ordered values it is the one at rank
    floor(percent / 100 * (n - 1)), counted from 0: what DDSketch estimates within its error, which is not modelled.
    Source: docs.datadoghq.com/metrics/distributions
    """
    values = pooled.series.value
    first = np.searchsorted(pooled.series.slot, begin).ravel()
    last = np.searchsorted(pooled.series.slot, np.maximum(begin, end)).ravel()
    times = np.broadcast_to(times_ms, begin.shape).ravel()
    found = np.full(first.shape, np.nan)
    filled = np.flatnonzero(last > first)
    complete = pooled.settled_ms[last[filled] - 1] <= times[filled]
    settled, moving = filled[complete], filled[~complete]
    # Neighbouring evaluations share their buckets: each distinct range is computed once.
    ranges, which = np.unique(np.stack([first[settled], last[settled]]), axis=1, return_inverse=True)
    ranked = [_rank(values[i:j], percent) for i, j in ranges.T.tolist()]
    found[settled] = np.array(ranked, dtype=np.float64)[which.ravel()]
    for index in moving.tolist():
        span = slice(first[index], last[index])
        found[index] = _rank(values[span][pooled.series.arrived_ms[span] <= times[index]], percent)
    return found.reshape(begin.shape)


def _rank(values: FloatArray, percent: float) -> float:
    if not len(values):
        return np.nan
    rank = int(percent / 100 * (len(values) - 1))
    return float(np.partition(values, rank)[rank])
