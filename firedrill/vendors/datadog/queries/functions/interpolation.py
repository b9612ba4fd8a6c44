"""Values for empty buckets."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from firedrill.vendors.datadog.queries.functions.registry import Function, Parameter
from firedrill.vendors.datadog.queries.series import SeriesSet

SOURCE = "docs.datadoghq.com/dashboards/functions/interpolation"


def _default(series: SeriesSet, value: float = 0.0) -> SeriesSet:
    """The value in every bucket that interpolation left empty, unless the window has no point at all."""
    within = series.grid.within()
    groups = {
        group: np.where(np.isnan(values) & within & series.present[group][:, None], value, values)
        for group, values in series.groups.items()
    }
    return replace(series, groups=groups, aligned=value == 0)


FUNCTIONS = (
    Function("default_zero", SOURCE, _default, note="no effect on a window without any point"),
    Function(
        "default",
        SOURCE,
        _default,
        (Parameter("value"),),
        status="modelled",
        note="fills as default_zero() does; Datadog does not document it",
    ),
)
