"""Values of many groups, evaluations and buckets at once, and how they combine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from firedrill.vendors.datadog.queries.grid import Grid
from firedrill.vendors.datadog.queries.reduce import finite
from firedrill.vendors.datadog.queries.store import BoolArray, FloatArray, Tags

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class SeriesSet:
    """One array [evaluations, buckets] for each group; NaN is no data.

    `present` says for each group and evaluation whether any point lies in the window at all. `aligned` series count as
    zero where another series of the same arithmetic has a value and they have none.
    """

    grid: Grid
    groups: dict[Tags, FloatArray]
    present: dict[Tags, BoolArray]
    aligned: bool = False

    def map(self, change: Callable[[FloatArray], FloatArray]) -> SeriesSet:
        """Each group's array changed, buckets outside the window kept empty."""
        within = self.grid.within()
        changed = {group: np.where(within, finite(change(values)), np.nan) for group, values in self.groups.items()}
        return replace(self, groups=changed)

    def merged(self, values: FloatArray) -> SeriesSet:
        """One ungrouped array in place of all groups."""
        anyone: BoolArray = np.zeros(self.grid.rows, dtype=np.bool_)
        for present in self.present.values():
            anyone = anyone | present
        values = np.where(self.grid.within(), values, np.nan)
        return replace(self, groups={(): values}, present={(): anyone})

    def stacked(self) -> FloatArray:
        """All groups in one array [groups, evaluations, buckets]."""
        shape = (0, self.grid.rows, self.grid.columns)
        return np.stack(list(self.groups.values())) if self.groups else np.empty(shape)


OPERATORS: dict[str, Callable[[FloatArray, FloatArray], FloatArray]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": lambda left, right: np.divide(left, np.where(right == 0, np.nan, right)),
}
"""Arithmetic in which a division by zero gives no data.

Source: docs.datadoghq.com/monitors/guide/monitor-arithmetic-and-sparse-metrics
"""


def combine(operator: str, left: SeriesSet | float, right: SeriesSet | float) -> SeriesSet | float:
    """`left operator right`, group by group; an ungrouped side goes with every group of the other."""
    apply = OPERATORS[operator]
    if isinstance(left, SeriesSet) and isinstance(right, SeriesSet):
        return _combine(operator, left, right)
    if isinstance(left, SeriesSet):
        constant = np.array(right)
        return left.map(lambda values: apply(values, constant))
    if isinstance(right, SeriesSet):
        constant = np.array(left)
        return right.map(lambda values: apply(constant, values))
    return float(finite(apply(np.array(left), np.array(right))))


def _combine(operator: str, left: SeriesSet, right: SeriesSet) -> SeriesSet:
    groups, present = {}, {}
    empty = np.full((left.grid.rows, left.grid.columns), np.nan)
    nowhere = np.zeros(left.grid.rows, dtype=np.bool_)
    for group in pair_groups(list(left.groups), list(right.groups)):
        a = _of(left.groups, group, empty)
        b = _of(right.groups, group, empty)
        missing_a, missing_b = np.isnan(a), np.isnan(b)
        if left.aligned:
            a = np.where(missing_a & ~missing_b, 0.0, a)
        if right.aligned:
            b = np.where(missing_b & ~missing_a, 0.0, b)
        groups[group] = finite(OPERATORS[operator](a, b))
        present[group] = _of(left.present, group, nowhere) | _of(right.present, group, nowhere)
    return SeriesSet(left.grid, groups, present, left.aligned and right.aligned and operator != "/")


def pair_groups(left: list[Tags], right: list[Tags]) -> list[Tags]:
    """The groups of an arithmetic: the union; where one side is ungrouped, the other side's groups."""
    if left == [()]:
        return right
    if right == [()]:
        return left
    return list(dict.fromkeys([*left, *right]))


def _of(by_group: dict[Tags, T], group: Tags, otherwise: T) -> T:
    return by_group.get(group, by_group.get((), otherwise))
