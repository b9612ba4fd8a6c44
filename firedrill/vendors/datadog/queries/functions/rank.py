"""The highest or lowest groups of each evaluation; the others have no data."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from firedrill.vendors.datadog.queries.functions.registry import Function, Parameter
from firedrill.vendors.datadog.queries.reduce import AGGREGATORS, median, total
from firedrill.vendors.datadog.queries.series import SeriesSet
from firedrill.vendors.datadog.queries.store import FloatArray

SOURCE = "docs.datadoghq.com/dashboards/functions/rank"
_SHORT_LIMITS = (5, 10, 15, 20)


def _last(values: FloatArray) -> FloatArray:
    columns = np.arange(values.shape[-1])
    newest = np.where(np.isnan(values), -1, columns).max(axis=-1)
    return np.take_along_axis(values, np.maximum(newest, 0)[..., None], axis=-1)[..., 0]


_RANKS: dict[str, Callable[[FloatArray], FloatArray]] = {
    "mean": AGGREGATORS["avg"],
    "min": AGGREGATORS["min"],
    "max": AGGREGATORS["max"],
    "sum": AGGREGATORS["sum"],
    "last": _last,
    "l2norm": lambda values: np.sqrt(total(values**2)),
    "area": AGGREGATORS["sum"],
}
"""How a series is ranked. All buckets are equally wide, so the area under a curve ranks as its sum does."""


_REDUCTIONS = {**_RANKS, **AGGREGATORS, "median": median}


def _top(series: SeriesSet, limit: float, by: str, direction: str = "desc") -> SeriesSet:
    if not series.groups:
        return series
    stacked = series.stacked()
    scores = _RANKS[by](stacked)
    falling = -scores if direction == "desc" else scores
    order = np.argsort(np.where(np.isnan(falling), np.inf, falling), axis=0, kind="stable")
    ranks = np.argsort(order, axis=0, kind="stable")
    kept = np.where((ranks < limit)[..., None], stacked, np.nan)
    return SeriesSet(series.grid, dict(zip(series.groups, kept, strict=True)), series.present, series.aligned)


def _reduce(series: SeriesSet, by: str) -> SeriesSet:
    """The same value in every bucket that has one."""
    return series.map(lambda values: np.where(np.isnan(values), np.nan, _REDUCTIONS[by](values)[:, None]))


def _short(word: str, limit: int, by: str) -> Function:
    direction = "desc" if word == "top" else "asc"
    return Function(f"{word}{limit}_{by}", SOURCE, lambda series: _top(series, limit, by, direction))


FUNCTIONS = (
    Function(
        "top",
        SOURCE,
        _top,
        (
            Parameter("limit", accepts=lambda limit: limit >= 1 and limit.is_integer()),
            Parameter("by", tuple(_RANKS)),
            Parameter("direction", ("asc", "desc"), False),
        ),
        note="chosen again in every evaluation; equal ranks go by the order of first arrival",
    ),
    Function(
        "reduce",
        SOURCE,
        _reduce,
        (Parameter("by", ("avg", "mean", "sum", "min", "max", "last", "count", "median", "stddev", "l2norm", "area")),),
        status="modelled",
        note="the window's buckets come to one value, which all of them have; Datadog does not document it",
    ),
    *(
        _short(word, limit, by)
        for word in ("top", "bottom")
        for limit in _SHORT_LIMITS
        for by in ("mean", "min", "max", "last", "area", "l2norm")
    ),
)
