"""Functions of single values, and running totals over the window."""

from __future__ import annotations

import numpy as np

from firedrill.vendors.datadog.queries.functions.points import over_points
from firedrill.vendors.datadog.queries.functions.registry import Function, Parameter
from firedrill.vendors.datadog.queries.series import SeriesSet
from firedrill.vendors.datadog.queries.store import FloatArray

SOURCE = "docs.datadoghq.com/dashboards/functions/arithmetic"
_WINDOW = "starts again in every evaluation window; Datadog advises against it in monitors"


def _integral(times_s: FloatArray, values: FloatArray) -> FloatArray:
    """The sum of time difference times value difference over consecutive points, as documented."""
    steps = np.diff(times_s, axis=1) * np.diff(values, axis=1)
    return np.concatenate([np.where(np.isnan(values[:, :1]), np.nan, 0.0), np.cumsum(steps, axis=1)], axis=1)


def _integrals(series: SeriesSet) -> SeriesSet:
    return over_points(series, _integral)


def _totals(series: SeriesSet) -> SeriesSet:
    return over_points(series, lambda times_s, values: np.cumsum(values, axis=1))


def _round(series: SeriesSet, digits: float = 0) -> SeriesSet:
    """Halves away from zero."""
    scale = 10.0**digits
    return series.map(lambda values: np.sign(values) * np.floor(np.abs(values) * scale + 0.5) / scale)


FUNCTIONS = (
    Function("abs", SOURCE, lambda series: series.map(np.abs)),
    Function("log2", SOURCE, lambda series: series.map(np.log2), note="no data for values of zero and below"),
    Function("log10", SOURCE, lambda series: series.map(np.log10), note="no data for values of zero and below"),
    Function(
        "round",
        SOURCE,
        _round,
        (Parameter("digits", required=False, accepts=lambda digits: digits.is_integer() and abs(digits) <= 15),),
        status="modelled",
        note="halves away from zero; Datadog does not document it",
    ),
    Function("cumsum", SOURCE, _totals, note=_WINDOW),
    Function("integral", SOURCE, _integrals, note=_WINDOW),
)
