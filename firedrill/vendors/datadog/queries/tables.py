"""What a cell of time held at any moment, found by binary search: late points change cells that were seen before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from firedrill.vendors.datadog.queries.store import SLOT_S, FloatArray, IntArray, Series

_LATE_BITS = 35
_LATEST = (1 << _LATE_BITS) - 1
"""Lateness in ms is capped here, at about a year."""


@dataclass(frozen=True, eq=False)
class StateTable:
    """The states that each cell went through, ordered by cell, then by the arrival that led to the state.

    A cell is `width` slots of 10 seconds wide and aligned to a multiple of it.
    """

    width: int
    origin: int
    keys: IntArray
    values: FloatArray

    def look_up(self, cells: IntArray, times_ms: IntArray) -> FloatArray:
        """What each cell (counted from the epoch in cells) held at each time; NaN where nothing had arrived."""
        if not len(self.keys):
            return np.full(np.broadcast_shapes(cells.shape, times_ms.shape), np.nan)
        late = np.clip(times_ms - cells * (self.width * SLOT_S * 1000), -1, _LATEST)
        cell = cells - self.origin
        found = np.searchsorted(self.keys, (cell << _LATE_BITS) + late, side="right") - 1
        kept = np.maximum(found, 0)
        there = (found >= 0) & (self.keys[kept] >> _LATE_BITS == cell)
        return np.where(there, self.values[kept], np.nan)


def build(series: Sequence[Series], width: int, state: str) -> StateTable:
    """The table of several series poured together, in cells of `width` slots.

    `state` says what a cell holds: the "sum", "count", "min" or "max" of all values that have arrived, or the "last".
    """
    if not series:
        return StateTable(width, 0, np.empty(0, np.int64), np.empty(0))
    cells = np.concatenate([one.slot for one in series]) // width
    arrived = np.concatenate([one.arrived_ms for one in series])
    values = np.concatenate([one.value for one in series])
    origin = int(cells.min(initial=0)) if not len(cells) else int(cells.min())
    late = np.clip(arrived - cells * (width * SLOT_S * 1000), 0, _LATEST)
    keys = ((cells - origin) << _LATE_BITS) + late
    order = np.argsort(keys, kind="stable")
    keys, values = keys[order], values[order]
    held = _cumulate(keys >> _LATE_BITS, values, state)
    final = np.append(keys[1:] != keys[:-1], True)
    return StateTable(width, origin, keys[final], held[final])


def _cumulate(segments: IntArray, values: FloatArray, state: str) -> FloatArray:
    """The running state within each run of equal segments."""
    if state == "last":
        return values
    if state in ("sum", "count"):
        running = np.cumsum(values if state == "sum" else np.ones(len(values)))
        begins = np.searchsorted(segments, segments)
        held: FloatArray = running - np.where(begins > 0, running[begins - 1], 0.0)
        return held
    # A running minimum that starts again in each segment: ranks are exact, and each segment lies below the one before.
    ordered, ranks = np.unique(values, return_inverse=True)
    ranks = ranks if state == "min" else len(ordered) - 1 - ranks
    least = np.minimum.accumulate(ranks - segments * len(ordered)) + segments * len(ordered)
    return ordered[least if state == "min" else len(ordered) - 1 - least]
