"""Lines fitted through a window's points."""

from __future__ import annotations

import numpy as np

from firedrill.vendors.datadog.queries.functions.points import over_points
from firedrill.vendors.datadog.queries.functions.registry import Function
from firedrill.vendors.datadog.queries.reduce import mean, total
from firedrill.vendors.datadog.queries.series import SeriesSet
from firedrill.vendors.datadog.queries.store import FloatArray

SOURCE = "docs.datadoghq.com/dashboards/functions/regression"


def _line(times_s: FloatArray, values: FloatArray) -> FloatArray:
    """Ordinary least squares."""
    times = times_s - mean(times_s)[:, None]
    centre = mean(values)[:, None]
    spread = total(times**2)[:, None]
    slope = np.where(spread > 0, total(times * (values - centre))[:, None] / spread, 0.0)
    return centre + slope * times


def _trend_line(series: SeriesSet) -> SeriesSet:
    return over_points(series, _line)


FUNCTIONS = (
    Function("trend_line", SOURCE, _trend_line),
    Function("robust_trend", SOURCE, status="refused", note="Datadog does not publish the parameter of its Huber loss"),
    Function("piecewise_constant", SOURCE, status="refused", note="Datadog does not publish how segments are chosen"),
)
