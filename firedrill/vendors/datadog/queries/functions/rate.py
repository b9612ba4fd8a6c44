"""Differences between consecutive points."""

from __future__ import annotations

import numpy as np

from firedrill.vendors.datadog.queries.functions.points import over_points
from firedrill.vendors.datadog.queries.functions.registry import Function
from firedrill.vendors.datadog.queries.series import SeriesSet
from firedrill.vendors.datadog.queries.store import SLOT_S, FloatArray

SOURCE = "docs.datadoghq.com/dashboards/functions/rate"
_FIRST = "the first point of a window has no difference"


def _differences(values: FloatArray) -> FloatArray:
    return np.concatenate([np.full((len(values), 1), np.nan), np.diff(values, axis=1)], axis=1)


def _diff(series: SeriesSet) -> SeriesSet:
    return over_points(series, lambda times_s, values: _differences(values))


def _monotonic_diff(series: SeriesSet) -> SeriesSet:
    """Differences that are not positive are no data, so that a counter's reset does not show."""

    def positive(times_s: FloatArray, values: FloatArray) -> FloatArray:
        steps = _differences(values)
        return np.where(steps > 0, steps, np.nan)

    return over_points(series, positive)


def _rate(series: SeriesSet, per_s: int) -> SeriesSet:
    return over_points(series, lambda times_s, values: _differences(values) / _differences(times_s) * per_s)


def _dt(series: SeriesSet) -> SeriesSet:
    """One series whatever the groups: seconds between consecutive buckets in which any group has a point."""
    stacked = series.stacked()
    anywhere = np.where(~np.isnan(stacked).all(axis=0), 0.0, np.nan)
    return over_points(series.merged(anywhere), lambda times_s, values: _differences(times_s))


def _throughput(series: SeriesSet) -> SeriesSet:
    return series.map(lambda values: values / (series.grid.bucket * SLOT_S))


FUNCTIONS = (
    Function("diff", SOURCE, _diff, before_space=True, note=_FIRST),
    Function("monotonic_diff", SOURCE, _monotonic_diff, before_space=True, note=_FIRST),
    Function("derivative", SOURCE, lambda series: _rate(series, 1), note=_FIRST),
    Function("per_second", SOURCE, lambda series: _rate(series, 1), note=_FIRST),
    Function("rate", SOURCE, lambda series: _rate(series, 1), note="an older name of per_second(); " + _FIRST),
    Function("per_minute", SOURCE, lambda series: _rate(series, 60), note=_FIRST),
    Function("per_hour", SOURCE, lambda series: _rate(series, 3600), note=_FIRST),
    Function("dt", SOURCE, _dt, ungroups=True, note="one series for all groups; " + _FIRST),
    Function("throughput", SOURCE, _throughput),
)
