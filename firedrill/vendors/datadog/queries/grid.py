"""The buckets of many evaluations at once, laid over simulated time."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from firedrill.vendors.datadog.queries.cumulative import begins
from firedrill.vendors.datadog.queries.store import SLOT_S, BoolArray, IntArray
from firedrill.vendors.datadog.rules.windows import Window


@dataclass(frozen=True, eq=False)
class Grid:
    """Rows are evaluations, columns are buckets; all numbers but `times_ms` count slots of 10 seconds.

    Row i sees what had arrived by `times_ms[i]` and lies in [start[i], stop[i]). Its column j begins at
    `first[i] + j * bucket`; a bucket that reaches beyond the window is cut at the window's edge. Data is read `shift`
    earlier than it is shown (timeshift).
    """

    times_ms: IntArray
    start: IntArray
    stop: IntArray
    first: IntArray
    bucket: int
    columns: int
    shift: int = 0

    @property
    def rows(self) -> int:
        """The number of evaluations."""
        return len(self.times_ms)

    @property
    def bucket_s(self) -> int:
        """Seconds in a bucket."""
        return self.bucket * SLOT_S

    def column_starts(self) -> IntArray:
        """Where each bucket begins, as shown: [rows, columns]."""
        return self.first[:, None] + self.bucket * np.arange(self.columns)

    def within(self) -> BoolArray:
        """Which buckets lie in the window at least partly: [rows, columns]."""
        starts = self.column_starts()
        return (starts + self.bucket > self.start[:, None]) & (starts < self.stop[:, None])

    def shifted(self, seconds: int) -> Grid:
        """The same buckets, filled with data from `seconds` earlier."""
        return replace(self, shift=self.shift + round(seconds / SLOT_S))

    def padded(self, columns: int) -> Grid:
        """The same buckets with `columns` more on either side, none of them cut."""
        reach = columns * self.bucket
        first = self.first - reach
        wide = self.columns + 2 * columns
        return replace(self, start=first, stop=first + wide * self.bucket, first=first, columns=wide)

    def part(self, rows: slice) -> Grid:
        """Some of the evaluations."""
        return replace(
            self,
            times_ms=self.times_ms[rows],
            start=self.start[rows],
            stop=self.stop[rows],
            first=self.first[rows],
        )


def window_grid(times_s: IntArray, window: Window, delay_s: int) -> Grid:
    """One bucket for each evaluation: its window, which ends at t - delay, or 10 seconds at most after it.

    Source: docs.datadoghq.com/monitors/configuration (evaluation delay)
    """
    stop = -((delay_s - times_s) // SLOT_S)
    start = begins(window, stop * SLOT_S) // SLOT_S
    return Grid(times_s * 1000, start, stop, start, int((stop - start).max(initial=1)), 1)


def split(windows: Grid, bucket_s: int) -> Grid:
    """The windows split into buckets aligned to UNIX time, the outer ones cut at the window's edges."""
    bucket = bucket_s // SLOT_S
    first = windows.start // bucket * bucket
    columns = int((-((first - windows.stop) // bucket)).max(initial=1))
    return replace(windows, first=first, bucket=bucket, columns=columns)


def rolled_up(windows: Grid, bucket_s: int) -> Grid:
    """The buckets, aligned to UNIX time, that begin in each window; the last one may reach beyond it.

    Source: docs.datadoghq.com/monitors/guide/monitor-arithmetic-and-sparse-metrics (rollup, with its worked example)
    """
    bucket = bucket_s // SLOT_S
    first = -(-windows.start // bucket) * bucket
    columns = np.maximum(-((first - windows.stop) // bucket), 0)
    stop = first + columns * bucket
    return replace(windows, start=first, stop=stop, first=first, bucket=bucket, columns=int(columns.max(initial=1)))
