"""Moving averages and medians over the last points of the window."""

from __future__ import annotations

import numpy as np

from firedrill.vendors.datadog.queries.functions.points import over_points
from firedrill.vendors.datadog.queries.functions.registry import Function
from firedrill.vendors.datadog.queries.series import SeriesSet
from firedrill.vendors.datadog.queries.store import FloatArray

SOURCE = "docs.datadoghq.com/dashboards/functions/smoothing"
_BETA = "docs.datadoghq.com/dashboards/functions/beta"
_SHORT = "the first points of a window use as many points as there are"


def _ewma(series: SeriesSet, span: int) -> SeriesSet:
    """Each point is weighted 2 / (span + 1) against the average before it."""
    weight = 2 / (span + 1)

    def smooth(times_s: FloatArray, values: FloatArray) -> FloatArray:
        smoothed = np.array(values)
        for column in range(1, values.shape[1]):
            smoothed[:, column] = weight * values[:, column] + (1 - weight) * smoothed[:, column - 1]
        return smoothed

    return over_points(series, smooth)


def _trailing(series: SeriesSet, span: int, *, median: bool) -> SeriesSet:
    def smooth(times_s: FloatArray, values: FloatArray) -> FloatArray:
        smoothed = np.full(values.shape, np.nan)
        for column in range(values.shape[1]):
            last = values[:, max(0, column + 1 - span) : column + 1]
            smoothed[:, column] = np.median(last, axis=1) if median else last.mean(axis=1)
        return smoothed

    return over_points(series, smooth)


def _autosmooth(series: SeriesSet) -> SeriesSet:
    """The moving average of the span that leaves least roughness and no less kurtosis, as the ASAP paper chooses it."""
    return over_points(series, lambda times_s, values: np.stack([_smoothest(row) for row in values]))


def _smoothest(values: FloatArray) -> FloatArray:
    points = values[~np.isnan(values)]
    best, least, peaks = points, _roughness(points), _kurtosis(points)
    for span in range(2, len(points) // 2 + 1):
        tried = np.convolve(points, np.full(span, 1 / span), "valid")
        if _roughness(tried) < least and _kurtosis(tried) >= peaks:
            best, least = tried, _roughness(tried)
    first = [points[:count].mean() for count in range(1, len(points) - len(best) + 1)]
    return np.concatenate([first, best, np.full(len(values) - len(points), np.nan)])


def _roughness(points: FloatArray) -> float:
    return float(np.diff(points).std()) if len(points) > 1 else 0.0


def _kurtosis(points: FloatArray) -> float:
    apart = points - points.mean() if len(points) else points
    variance = (apart**2).mean() if len(points) else 0.0
    return float((apart**4).mean() / variance**2) if variance else 0.0


def _ewma_of(span: int) -> Function:
    note = f"weight 2 / ({span} + 1) for each new point; Datadog does not publish its formula"
    return Function(f"ewma_{span}", SOURCE, lambda series: _ewma(series, span), status="modelled", note=note)


def _median_of(span: int) -> Function:
    return Function(f"median_{span}", SOURCE, lambda series: _trailing(series, span, median=True), note=_SHORT)


def _average_of(span: int) -> Function:
    return Function(f"rollingavg_{span}", _BETA, lambda series: _trailing(series, span, median=False), note=_SHORT)


FUNCTIONS = (
    *(_ewma_of(span) for span in (3, 5, 7, 10, 20)),
    *(_median_of(span) for span in (3, 5, 7, 9)),
    *(_average_of(span) for span in (5, 13, 21, 29)),
    Function(
        "autosmooth",
        SOURCE,
        _autosmooth,
        status="modelled",
        note="a moving average; its span is chosen again in every window, so its page advises against it in monitors",
    ),
)
