"""Aggregation of groups to fewer group keys, as in `sum(query, {key})`; `{*}` leaves no group."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from firedrill.vendors.datadog.queries.builder import is_percentile
from firedrill.vendors.datadog.queries.functions.registry import Function, Parameter
from firedrill.vendors.datadog.queries.reduce import AGGREGATORS, quantile
from firedrill.vendors.datadog.queries.series import SeriesSet
from firedrill.vendors.datadog.queries.store import FloatArray, Tags

SOURCE = "docs.datadoghq.com/dashboards/functions/#group-by-functions"
_KEYS = Parameter("{group keys}", kind="keys", example="{*}")
_NOTE = "bucket by bucket over the groups that have a value"


def _regroup(series: SeriesSet, keys: tuple[str, ...], aggregate: Callable[[FloatArray], FloatArray]) -> SeriesSet:
    members: dict[Tags, list[Tags]] = defaultdict(list)
    for group in series.groups:
        members[tuple(tag for key in keys for tag in group if tag.startswith(f"{key}:"))].append(group)
    groups = {tags: aggregate(np.stack([series.groups[one] for one in found])) for tags, found in members.items()}
    present = {tags: np.logical_or.reduce([series.present[one] for one in found]) for tags, found in members.items()}
    return replace(series, groups=groups, present=present)


def _over(name: str) -> Function:
    def apply(series: SeriesSet, keys: tuple[str, ...]) -> SeriesSet:
        return _regroup(series, keys, lambda values: AGGREGATORS[name](values, axis=0))

    return Function(name, SOURCE, apply, (_KEYS,), status="modelled", note=_NOTE)


def _percentile(series: SeriesSet, percent: str, keys: tuple[str, ...]) -> SeriesSet:
    return _regroup(series, keys, lambda values: quantile(values, float(percent[1:]) / 100))


FUNCTIONS = (
    *map(_over, ("avg", "sum", "min", "max", "count", "stddev")),
    Function(
        "percentile",
        SOURCE,
        _percentile,
        (
            Parameter("percentile", kind="text", accepts=is_percentile, example="'p90'"),
            _KEYS,
        ),
        status="modelled",
        note="the value at rank floor(percent / 100 * (n - 1)) of the groups that have one",
    ),
)
