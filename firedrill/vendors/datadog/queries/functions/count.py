"""How many groups have a value, at each point."""

from __future__ import annotations

import numpy as np

from firedrill.vendors.datadog.queries.functions.registry import Function
from firedrill.vendors.datadog.queries.series import SeriesSet

SOURCE = "docs.datadoghq.com/dashboards/functions/count"


def _count_nonzero(series: SeriesSet) -> SeriesSet:
    return series.merged((np.nan_to_num(series.stacked()) != 0).sum(axis=0).astype(np.float64))


def _count_not_null(series: SeriesSet) -> SeriesSet:
    return series.merged((~np.isnan(series.stacked())).sum(axis=0).astype(np.float64))


FUNCTIONS = (
    Function("count_nonzero", SOURCE, _count_nonzero, ungroups=True),
    Function("count_nonzero_finite", SOURCE, _count_nonzero, ungroups=True),
    Function("count_not_null", SOURCE, _count_not_null, ungroups=True),
)
