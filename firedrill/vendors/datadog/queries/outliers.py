"""Outlier alerts: the groups that behave unlike the others; their value is 1, the others' is 0.

Clustering and tolerances are as documented; the constants that Datadog does not publish are taken as 1: that of
DBSCAN's initial distance, and the scaled algorithms as their plain counterparts are refused.
Source: docs.datadoghq.com/monitors/types/outlier
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from firedrill.vendors.datadog.queries import nodes
from firedrill.vendors.datadog.queries.check import mistake
from firedrill.vendors.datadog.queries.expressions import argument_value, evaluate
from firedrill.vendors.datadog.queries.query import MonitorQuery
from firedrill.vendors.datadog.queries.reduce import median
from firedrill.vendors.datadog.queries.series import SeriesSet
from firedrill.vendors.datadog.queries.store import BoolArray, FloatArray, IntArray, PointStore, Tags
from firedrill.vendors.errors import Unsupported

LEAST_GROUPS = 3
_USAGE = "outliers(query by group, 'dbscan', tolerance) or outliers(query by group, 'mad', tolerance, percentage)"


@dataclass(frozen=True)
class OutlierQuery(MonitorQuery):
    """Its values are 1 for outliers and 0 for other groups; no data with fewer than three groups."""

    algorithm: str
    tolerance: float
    percentage: float
    """Of a group's points that must lie outside; MAD only."""

    def _values(self, store: PointStore, times: IntArray, delay_s: int) -> dict[Tags, FloatArray]:
        with np.errstate(all="ignore"):
            series = evaluate(self.expression, store, self._grid(times, delay_s))
            assert isinstance(series, SeriesSet)
            stacked = series.stacked()
            there = ~np.isnan(stacked).all(axis=2)
            outside = self._dbscan(stacked) if self.algorithm == "dbscan" else self._mad(stacked)
            judged = there & (there.sum(axis=0) >= LEAST_GROUPS)
            return dict(zip(series.groups, np.where(judged, outside, np.nan), strict=True))

    def _dbscan(self, stacked: FloatArray) -> BoolArray:
        """What is not in the largest cluster, where groups within the distance of each other belong together."""
        centre = median(stacked, axis=0)
        reach = self.tolerance * median(_distance(stacked, centre), axis=0)
        near = np.array([_distance(stacked, one) <= reach for one in stacked])
        for _ in range(len(stacked).bit_length()):
            near = np.einsum("ijt,jkt->ikt", near, near, dtype=np.int64) > 0
        sizes = near.sum(axis=1)
        apart: BoolArray = sizes < sizes.max(axis=0)
        return apart

    def _mad(self, stacked: FloatArray) -> BoolArray:
        """Groups with more than the percentage of their points beyond the tolerance in median absolute deviations."""
        pooled = stacked.transpose(1, 0, 2).reshape(stacked.shape[1], -1)
        centre = median(pooled)
        deviation = median(np.abs(pooled - centre[:, None]))
        beyond = np.abs(stacked - centre[:, None]) > self.tolerance * deviation[:, None]
        points = (~np.isnan(stacked)).sum(axis=2)
        apart: BoolArray = beyond.sum(axis=2) * 100 > self.percentage * points
        return apart


def compile_outliers(query: MonitorQuery, call: nodes.Call, text: str) -> OutlierQuery:
    """The alert on `call` around `query`. Raises QuerySyntaxError for wrong arguments, Unsupported for scaled ones."""
    algorithm, *numbers = [argument_value(argument) for argument in call.arguments[1:]] or [None]
    name = str(algorithm).lower()
    if name in ("scaleddbscan", "scaledmad"):
        raise Unsupported(f"the algorithm {algorithm} of outliers()", f"Monitor query {text!r}")
    wanted = {"dbscan": 1, "mad": 2}.get(name)
    values = [number for number in numbers if isinstance(number, float) and number > 0]
    if len(values) != wanted or len(numbers) != wanted or not query.group_by:
        raise mistake(text, call.at, call.name, _USAGE)
    parts = (query.tree, query.expression, query.group_by, query.rollup_s)
    return OutlierQuery(*parts, name, values[0], values[1] if wanted == 2 else 0.0)


def _distance(stacked: FloatArray, one: FloatArray) -> FloatArray:
    """The Euclidean distance of every group to one series, over the buckets that both have: [groups, evaluations]."""
    there = ~np.isnan(stacked).all(axis=2)
    lengths = np.sqrt(np.nansum((stacked - one) ** 2, axis=2))
    return np.where(there & ~np.isnan(one).all(axis=1), lengths, np.nan)
