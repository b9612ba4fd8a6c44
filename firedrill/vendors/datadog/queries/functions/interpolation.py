"""Values for empty buckets."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from firedrill.vendors.datadog.queries.functions.registry import Function
from firedrill.vendors.datadog.queries.series import SeriesSet

SOURCE = "docs.datadoghq.com/dashboards/functions/interpolation"


def _default_zero(series: SeriesSet) -> SeriesSet:
    """Zero in every bucket that interpolation left empty, unless the window has no point at all."""
    within = series.grid.within()
    groups = {
        group: np.where(np.isnan(values) & within & series.present[group][:, None], 0.0, values)
        for group, values in series.groups.items()
    }
    return replace(series, groups=groups, aligned=True)


FUNCTIONS = (Function("default_zero", SOURCE, _default_zero, note="no effect on a window without any point"),)
