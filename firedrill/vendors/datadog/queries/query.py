"""A monitor query ready to be evaluated: every window, every group, one value each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import ceil

import numpy as np

from firedrill.vendors.datadog.queries import nodes
from firedrill.vendors.datadog.queries.cumulative import CurrentWindow
from firedrill.vendors.datadog.queries.expressions import argument_value, evaluate, totals
from firedrill.vendors.datadog.queries.functions import functions
from firedrill.vendors.datadog.queries.grid import Grid, rolled_up, split, window_grid
from firedrill.vendors.datadog.queries.interpolate import default_fill
from firedrill.vendors.datadog.queries.modelled import modelled
from firedrill.vendors.datadog.queries.printer import print_expression, print_monitor
from firedrill.vendors.datadog.queries.reduce import AGGREGATORS
from firedrill.vendors.datadog.queries.sampling import has_points, sample
from firedrill.vendors.datadog.queries.scopes import first_arrivals_s
from firedrill.vendors.datadog.queries.series import SeriesSet, combine
from firedrill.vendors.datadog.queries.store import SLOT_S, BoolArray, FloatArray, IntArray, PointStore, Tags
from firedrill.vendors.datadog.rules.windows import Window

_CELLS_AT_ONCE = 1 << 21
"""Evaluations are worked off in parts of about this many 10 s cells, to bound memory."""
_EMPTY_BUCKETS_ALLOWED = 3


@dataclass(frozen=True, eq=False)
class GroupValues:
    """One group through all evaluations."""

    values: FloatArray
    """[evaluations]; NaN is no data."""
    since_s: float
    """When the group's first point arrived, in seconds since the epoch; infinity when none ever did."""
    _full: Callable[[], BoolArray] = field(repr=False)
    zero: BoolArray | None = None
    """[evaluations]: where missing data may be evaluated as zero, if the monitor does so; None is everywhere."""

    @cached_property
    def full(self) -> BoolArray:
        """[evaluations]: whether the window counts as full of data: its first bucket has data, at most 3 have none.

        Source: docs.datadoghq.com/monitors/types/metric (data window)
        """
        return self._full()


@dataclass(frozen=True)
class Evaluation:
    """What a query came to: by group, that is by one "key:value" per group key; `()` when there are none."""

    groups: dict[Tags, GroupValues]


@dataclass(frozen=True)
class SubQuery:
    """One metric query of an evaluation, as it was seen: `text`, group, and (bucket start in s, value) pairs.

    `interpolated` are the starts of buckets that have a value and no point.
    """

    text: str
    group: Tags
    buckets: list[tuple[int, float]]
    interpolated: frozenset[int] = frozenset()


@dataclass(frozen=True)
class MonitorQuery:
    """A compiled metric monitor query; `compile_query` makes one."""

    tree: nodes.ThresholdQuery
    expression: nodes.Expression
    """The tree's expression with the group keys of every metric query in one order."""
    group_by: tuple[str, ...]
    """The group keys, in the order of the first grouped metric query; empty for a simple alert."""
    rollup_s: int | None
    """The interval given by rollup(), in seconds."""
    notes: tuple[str, ...] = field(default=(), kw_only=True)
    """What of the query is a model already by the way it was made."""

    @property
    def window(self) -> Window:
        """The window that an evaluation looks at."""
        return self.tree.aggregation.window

    @property
    def window_s(self) -> int:
        """Seconds of the evaluation window."""
        return self.window.seconds

    @property
    def comparator(self) -> str:
        """One of > >= < <= == !=."""
        return self.tree.comparator

    @property
    def threshold(self) -> float:
        """The number that the query ends with: the monitor's critical threshold."""
        return self.tree.threshold

    @property
    def reach_s(self) -> int:
        """Seconds before an evaluation (less its delay) beyond which no point has a say."""
        calls = [node for node in nodes.walk(self.expression) if isinstance(node, nodes.Call)]
        shifts = [(functions()[call.name].shift_s, map(argument_value, call.arguments[1:])) for call in calls]
        shifted_s = ceil(sum(shift_s(*arguments) for shift_s, arguments in shifts if shift_s))
        compared_s = self.tree.aggregation.shift.seconds if self.tree.aggregation.shift else 0
        filled_s = max((leaf.fill or default_fill("gauge")).limit_s for leaf in self.leaves)
        return self.window_s + compared_s + shifted_s + filled_s + max(self.rollup_s or 0, self.window.bucket_s)

    @cached_property
    def leaves(self) -> tuple[nodes.MetricQuery, ...]:
        """The metric queries of the expression, left to right."""
        return tuple(node for node in nodes.walk(self.expression) if isinstance(node, nodes.MetricQuery))

    @cached_property
    def metrics(self) -> tuple[str, ...]:
        """The metrics asked for, each once, left to right."""
        return tuple(dict.fromkeys(leaf.metric for leaf in self.leaves))

    @cached_property
    def modelled(self) -> tuple[str, ...]:
        """What of the query is emulated by a model of its own, since Datadog does not publish how it computes it."""
        found = [*self.notes, *modelled(self.tree.expression)]
        if isinstance(self.window, CurrentWindow):
            found.append(f"{self.window.text}: at the moment of a reset it shows the span that has just ended")
        if not self._exact_buckets:
            found.append(f"buckets without rollup(): {self.window.bucket_s} s, where Datadog's choice is not published")
        return tuple(dict.fromkeys(found))

    @property
    def _exact_buckets(self) -> bool:
        """Whether buckets are given by rollup() or make no difference: in percentile alerts and sums of counts."""
        if self.rollup_s or self.tree.aggregation.aggregator == "percentile":
            return True
        plain = not any(isinstance(node, nodes.Call) for node in nodes.walk(self.expression))
        summed = plain and self.tree.aggregation.aggregator == "sum"
        return summed and all(leaf.modifier == "as_count" for leaf in self.leaves)

    @cached_property
    def counts(self) -> bool:
        """Whether the query counts (as_count), so that missing data may be evaluated as zero."""
        return any(leaf.modifier == "as_count" for leaf in self.leaves)

    @cached_property
    def fills_zero(self) -> bool:
        """Whether default_zero(), or default() with zero, is part of the query."""
        return bool(self.calls("default_zero")) or any(
            argument_value(call.arguments[1]) == 0 for call in self.calls("default")
        )

    def calls(self, name: str) -> list[nodes.Call]:
        """The calls of a function in the query."""
        return [node for node in nodes.walk(self.expression) if isinstance(node, nodes.Call) and node.name == name]

    def __str__(self) -> str:
        return print_monitor(self.tree)

    def evaluate(self, store: PointStore, times_s: IntArray, *, delay_s: int = 0) -> Evaluation:
        """The value of every group at every time, over the windows [t - delay_s - window, t - delay_s).

        `times_s` are seconds since the epoch; an evaluation sees only what had arrived by its time. Groups are those of
        all times: `since_s` says from when on one exists. Raises FiredrillError when a metric's type does not fit.
        """
        times = np.asarray(times_s, dtype=np.int64)
        parts = [self._values(store, part, delay_s) for part in self._parts(times)]
        since = self._first_arrivals(store)

        def group(tags: Tags) -> GroupValues:
            values = np.concatenate([part[tags] for part in parts])
            return GroupValues(values, since.get(tags, np.inf), lambda: self._full(store, times, delay_s, tags))

        return Evaluation({tags: group(tags) for tags in parts[0]})

    def explain(self, store: PointStore, time_s: int, *, delay_s: int = 0) -> list[SubQuery]:
        """What each metric query held in one evaluation, bucket by bucket; NaN is an empty bucket."""
        grid = self._grid(np.array([time_s], dtype=np.int64), delay_s)
        views = [("", grid)]
        if self.tree.aggregation.shift:
            views.append((f" {self.tree.aggregation.shift.text}", grid.shifted(self.tree.aggregation.shift.seconds)))
        found = []
        for leaf in self.leaves:
            for label, view in views:
                starts = ((view.column_starts()[0] - view.shift) * SLOT_S).tolist()
                points = has_points(store, leaf, view)
                for tags, values in sample(store, leaf, view).groups.items():
                    buckets = list(zip(starts, values[0].tolist(), strict=True))
                    empty = ~points[tags][0] & ~np.isnan(values[0]) if tags in points else np.zeros(len(starts), bool)
                    filled = frozenset(start for start, is_empty in zip(starts, empty, strict=True) if is_empty)
                    found.append(SubQuery(print_expression(leaf) + label, tags, buckets, filled))
        return found

    def _grid(self, times: IntArray, delay_s: int) -> Grid:
        windows = window_grid(times, self.window, delay_s)
        if self.rollup_s:
            return rolled_up(windows, self.rollup_s)
        whole = self.tree.aggregation.aggregator == "percentile"
        return windows if whole else split(windows, self.window.bucket_s)

    def _parts(self, times: IntArray) -> list[IntArray]:
        rows = max(1, _CELLS_AT_ONCE // (max(self.window_s, self.rollup_s or 0) // SLOT_S))
        return [times[i : i + rows] for i in range(0, max(1, len(times)), rows)]

    def _values(self, store: PointStore, times: IntArray, delay_s: int) -> dict[Tags, FloatArray]:
        aggregation, grid = self.tree.aggregation, self._grid(times, delay_s)
        with np.errstate(all="ignore"):
            now = self._over(store, grid)
            if aggregation.change and aggregation.shift:
                now = _change(aggregation.change, now, self._over(store, grid.shifted(aggregation.shift.seconds)))
            aggregate = AGGREGATORS.get(aggregation.aggregator, AGGREGATORS["sum"])
            return {tags: np.where(now.present[tags], aggregate(values), np.nan) for tags, values in now.groups.items()}

    def _over(self, store: PointStore, grid: Grid) -> SeriesSet:
        """The expression bucket by bucket, or in one column where as_count() meets arithmetic or a change.

        Source: docs.datadoghq.com/monitors/guide/as-count-in-monitor-evaluations
        """
        combined = isinstance(self.expression, nodes.Arithmetic | nodes.Negative) or self.tree.aggregation.change
        if combined and any(leaf.modifier == "as_count" for leaf in self.leaves):
            aggregator = self.tree.aggregation.aggregator
            values = totals(self.expression, store, grid, "sum" if aggregator == "percentile" else aggregator)
        else:
            values = evaluate(self.expression, store, grid)
        assert isinstance(values, SeriesSet)
        return values

    def _first_arrivals(self, store: PointStore) -> dict[Tags, float]:
        earliest: dict[Tags, float] = {}
        for leaf in self.leaves:
            for tags, since in first_arrivals_s(store, leaf).items():
                for group in {self._projected(tags), ()}:
                    earliest[group] = min(since, earliest.get(group, np.inf))
        return earliest

    def _projected(self, tags: Tags) -> Tags:
        """A sub-query's group as one of the result, which may have fewer keys."""
        return tuple(tag for tag in tags if tag.partition(":")[0] in self.group_by) if self.group_by else tags

    def _full(self, store: PointStore, times: IntArray, delay_s: int, tags: Tags) -> BoolArray:
        bucket_s = self.window.bucket_s
        parts = []
        for part in self._parts(times):
            windows = window_grid(part, self.window, delay_s)
            grid = replace(windows, bucket=bucket_s // SLOT_S, columns=self.window_s // bucket_s)
            filled = np.zeros((grid.rows, grid.columns), np.bool_)
            for leaf in self.leaves:
                for group, has in has_points(store, leaf, grid).items():
                    filled |= has & (not tags or not group or self._projected(group) == tags)
            parts.append(filled[:, 0] & ((~filled).sum(axis=1) <= _EMPTY_BUCKETS_ALLOWED))
        return np.concatenate(parts)


def _change(change: str, now: SeriesSet, then: SeriesSet) -> SeriesSet:
    """`now - then`, or that in percent of `then`, point by point.

    Source: docs.datadoghq.com/monitors/types/change-alert
    """
    values = combine("-", now, then)
    if change == "pct_change":
        values = combine("*", 100.0, combine("/", values, then))
    assert isinstance(values, SeriesSet)
    return values
