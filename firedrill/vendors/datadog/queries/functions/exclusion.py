"""Functions that limit or remove values."""

from __future__ import annotations

import numpy as np

from firedrill.vendors.datadog.queries.functions.registry import Function, Parameter
from firedrill.vendors.datadog.queries.series import SeriesSet

SOURCE = "docs.datadoghq.com/dashboards/functions/exclusion"
_THRESHOLD = (Parameter("threshold"),)


def _clamp_min(series: SeriesSet, threshold: float) -> SeriesSet:
    return series.map(lambda values: np.maximum(values, threshold))


def _clamp_max(series: SeriesSet, threshold: float) -> SeriesSet:
    return series.map(lambda values: np.minimum(values, threshold))


def _cutoff_min(series: SeriesSet, threshold: float) -> SeriesSet:
    return series.map(lambda values: np.where(values < threshold, np.nan, values))


def _cutoff_max(series: SeriesSet, threshold: float) -> SeriesSet:
    return series.map(lambda values: np.where(values > threshold, np.nan, values))


FUNCTIONS = (
    Function("clamp_min", SOURCE, _clamp_min, _THRESHOLD),
    Function("clamp_max", SOURCE, _clamp_max, _THRESHOLD),
    Function("cutoff_min", SOURCE, _cutoff_min, _THRESHOLD, note="values equal to the threshold stay"),
    Function("cutoff_max", SOURCE, _cutoff_max, _THRESHOLD, note="values equal to the threshold stay"),
    Function("exclude_null", SOURCE, lambda series: series, note="monitors never evaluate N/A groups"),
)
