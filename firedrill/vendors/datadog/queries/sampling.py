"""A metric query over a grid: time aggregation of each series, interpolation, then space aggregation by group.

Source: docs.datadoghq.com/metrics/#anatomy-of-a-metric-query
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, gcd
from typing import NamedTuple

import numpy as np

from firedrill.vendors.datadog.queries import quantiles, tables
from firedrill.vendors.datadog.queries.builder import is_percentile
from firedrill.vendors.datadog.queries.grid import Grid
from firedrill.vendors.datadog.queries.interpolate import default_fill, interpolate
from firedrill.vendors.datadog.queries.nodes import MetricQuery
from firedrill.vendors.datadog.queries.printer import print_expression
from firedrill.vendors.datadog.queries.reduce import AGGREGATORS
from firedrill.vendors.datadog.queries.scopes import select
from firedrill.vendors.datadog.queries.series import SeriesSet
from firedrill.vendors.datadog.queries.store import SLOT_S, BoolArray, FloatArray, Kind, PointStore, Series, Tags
from firedrill.vendors.errors import FiredrillError, Unsupported

COMPARATORS = {
    ">": np.greater,
    ">=": np.greater_equal,
    "<": np.less,
    "<=": np.less_equal,
    "==": np.equal,
    "!=": np.not_equal,
}


class Sampled(NamedTuple):
    """The series of one group before space aggregation, and in which evaluations any of them has a point."""

    values: list[FloatArray]
    present: BoolArray


class _Group(NamedTuple):
    """The series that one group of a query consists of; `query`, `kind` and `tags` tell cached tables apart."""

    store: PointStore
    query: MetricQuery
    kind: Kind
    tags: Tags
    series: Sequence[Series]
    apart: bool
    """Keep every series separate, for functions that come before space aggregation."""


def sample(store: PointStore, query: MetricQuery, grid: Grid) -> SeriesSet:
    """The query's value in every bucket, by group. Raises FiredrillError when its type has no such aggregator."""
    return space_aggregate(store, query, grid, time_aggregate(store, query, grid))


def time_aggregate(store: PointStore, query: MetricQuery, grid: Grid, *, apart: bool = False) -> dict[Tags, Sampled]:
    """Each series in buckets, by group, gaps filled.

    Unless `apart`, sums of counts are poured together; distributions always are.
    """
    kind = store.kind(query.metric)
    if kind is not None:
        check_kept(store, query, kind)
    return {
        tags: _time_aggregate(_Group(store, query, kind or "count", tags, series, apart), grid)
        for tags, series in select(store, query).items()
    }


def space_aggregate(store: PointStore, query: MetricQuery, grid: Grid, sampled: dict[Tags, Sampled]) -> SeriesSet:
    """One value per bucket and group.

    Missing values of counts and rates queried as_count() or as_rate() align as zero in arithmetic.
    Source: docs.datadoghq.com/dashboards/functions/interpolation (default zero)
    """
    aggregate = AGGREGATORS.get(query.aggregator, AGGREGATORS["sum"])
    spread = query.aggregator == "stddev" and store.kind(query.metric) != "distribution"
    groups = {
        tags: one.values[0] if len(one.values) == 1 and not spread else aggregate(np.stack(one.values), axis=0)
        for tags, one in sampled.items()
    }
    present = {tags: one.present for tags, one in sampled.items()}
    return SeriesSet(grid, groups, present, _is_counted(query, store.kind(query.metric)))


def has_points(store: PointStore, query: MetricQuery, grid: Grid) -> dict[Tags, BoolArray]:
    """For each group whether any of its points lies in each bucket: [rows, columns]."""
    kind = store.kind(query.metric) or "count"
    return {
        tags: ~np.isnan(
            _cells(_Group(store, query, kind, tags, series, False), grid, "count", "sum", _resolution(grid))
        )
        for tags, series in select(store, query).items()
    }


def check_kept(store: PointStore, query: MetricQuery, kind: Kind) -> None:
    """Raises FiredrillError where a metric of this kind, as the store knows it, does not keep what the query asks."""
    raw = is_percentile(query.aggregator) or query.threshold is not None
    place = f"Query {print_expression(query)!r}"
    if kind != "distribution" and (raw or query.aggregator == "count"):
        raise FiredrillError(
            f"{place}: {query.metric!r} is a {kind}, and {query.aggregator} exists for distributions only; "
            "use avg, sum, min or max, or record a distribution."
        )
    if raw and not store.percentiles(query.metric):
        raise FiredrillError(
            f"{place}: {query.metric!r} is declared without percentiles; set include_percentiles to true on the metric."
        )
    if kind == "distribution" and query.modifier == "as_rate":
        raise Unsupported("as_rate() on a distribution", place)


def _time_aggregate(group: _Group, grid: Grid) -> Sampled:
    values = _buckets(group, grid)
    present = np.zeros(grid.rows, np.bool_)
    for one in values:
        present |= ~np.isnan(one).all(axis=1)
    fill = group.query.fill or default_fill("count" if group.query.modifier == "weighted" else group.kind)
    if fill.method != "null" and values:
        margin = ceil(fill.limit_s / grid.bucket_s)
        around = _buckets(group, grid.padded(margin))
        within = grid.within()
        inner = slice(margin, margin + grid.columns)
        for number, (one, wide) in enumerate(zip(values, around, strict=True)):
            wide[:, inner] = one
            filled = interpolate(wide, fill, grid.bucket_s)[:, inner]
            values[number] = np.where(within, filled, np.nan)
    return Sampled(values or [np.full((grid.rows, grid.columns), np.nan)], present)


def _buckets(group: _Group, grid: Grid) -> list[FloatArray]:
    """The series in buckets as they were submitted; sums of counts are poured together at once.

    Time aggregation is avg unless as_count() or as_rate() make it sum or rollup() says otherwise.
    Sources: docs.datadoghq.com/metrics/custom_metrics/type_modifiers, docs.datadoghq.com/dashboards/functions/rollup
    """
    query, kind = group.query, group.kind
    if kind == "distribution":
        return [_distribution(group, grid)]
    counted = _is_counted(query, kind)
    aggregator = (query.rollup and query.rollup.aggregator) or ("sum" if counted else "avg")
    if kind == "count" and aggregator == query.aggregator == "sum" and not group.apart:
        values = [_cells(group, grid, "sum", "sum", _resolution(grid))]
    else:
        state = "sum" if kind == "count" else "last"
        singles = [group._replace(tags=(*group.tags, str(n)), series=[one]) for n, one in enumerate(group.series)]
        values = [_cells(single, grid, state, aggregator, 1) for single in singles]
        if query.modifier == "weighted" and kind == "gauge":
            values = [one * _share(single, grid) for one, single in zip(values, singles, strict=True)]
    if kind == "count" and query.modifier == "as_rate":
        return [one / grid.bucket_s for one in values]
    if kind == "rate" and query.modifier == "as_count":
        return [one * SLOT_S for one in values]
    return values


def _is_counted(query: MetricQuery, kind: Kind | None) -> bool:
    return query.modifier in ("as_count", "as_rate") and kind != "gauge"


def _share(single: _Group, grid: Grid) -> FloatArray:
    """The part of each bucket that a gauge was there for: its points, each as long as they usually are apart.

    Source: docs.datadoghq.com/metrics/custom_metrics/type_modifiers (weighted)
    """
    steps = np.diff(np.unique(single.series[0].slot))
    step = int(np.median(steps)) if len(steps) else grid.bucket
    return np.minimum(1.0, _cells(single, grid, "count", "count", 1) * step / grid.bucket)


def _distribution(group: _Group, grid: Grid) -> FloatArray:
    """Distributions aggregate over time and space at once, from raw values; rollup()'s aggregator has no effect.

    Source: docs.datadoghq.com/metrics/faq/rollup-for-distributions-with-percentiles
    """
    aggregator, threshold = group.query.aggregator, group.query.threshold
    width = _resolution(grid)
    if is_percentile(aggregator):
        pooled = group.store.cached(("pool", *_key(group)), lambda: quantiles.pool(group.series))
        starts = grid.column_starts()
        begin = np.maximum(starts, grid.start[:, None]) - grid.shift
        end = np.minimum(starts + grid.bucket, grid.stop[:, None]) - grid.shift
        return quantiles.percentile(pooled, begin, end, grid.times_ms[:, None], float(aggregator[1:]))
    if threshold:
        passes = COMPARATORS[threshold.comparator]
        series = [one._replace(value=passes(one.value, threshold.number).astype(np.float64)) for one in group.series]
        counted = group._replace(tags=(*group.tags, repr(threshold)), series=series)
        return _cells(counted, grid, "sum", "sum", width)
    if aggregator == "stddev":
        squared = [one._replace(value=one.value**2) for one in group.series]
        squares = group._replace(tags=(*group.tags, "squared"), series=squared)
        number = _cells(group, grid, "count", "sum", width)
        mean = _cells(group, grid, "sum", "sum", width) / number
        return np.sqrt(np.maximum(0.0, _cells(squares, grid, "sum", "sum", width) / number - mean**2))
    if aggregator == "avg":
        return _cells(group, grid, "sum", "sum", width) / _cells(group, grid, "count", "sum", width)
    return _cells(group, grid, aggregator, "sum" if aggregator == "count" else aggregator, width)


def _cells(group: _Group, grid: Grid, state: str, aggregator: str, width: int) -> FloatArray:
    """Buckets made by aggregating cells of `width` slots that each hold `state` of what had arrived."""
    table = group.store.cached(("table", *_key(group), state, width), lambda: tables.build(group.series, width, state))
    per_bucket = grid.bucket // width
    cells = ((grid.first - grid.shift) // width)[:, None] + np.arange(grid.columns * per_bucket)
    values = table.look_up(cells, grid.times_ms[:, None])
    starts = cells * width + grid.shift
    values = np.where((starts >= grid.start[:, None]) & (starts < grid.stop[:, None]), values, np.nan)
    if per_bucket == 1:
        return AGGREGATORS["count"](values[..., None]) if aggregator == "count" else values
    return AGGREGATORS[aggregator](values.reshape(grid.rows, grid.columns, per_bucket))


def _key(group: _Group) -> tuple[object, ...]:
    return (group.query.metric, group.query.scope, group.query.by, group.tags)


def _resolution(grid: Grid) -> int:
    """The widest cells whose borders are all borders of buckets and windows."""
    edges = np.concatenate([grid.start, grid.stop, grid.first]) - grid.shift
    return gcd(grid.bucket, int(np.gcd.reduce(edges)))
