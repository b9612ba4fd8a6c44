"""Good and all events of an SLO, slice of time by slice of time."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from firedrill.vendors.datadog.monitors.states import Floats, Times


@dataclass(frozen=True, eq=False)
class Slices:
    """Slices of `step_s` seconds from `begin_s` (seconds since the epoch) on: how many events each has, and good ones.

    Of a time-slice SLO each slice is one event.
    """

    begin_s: int
    step_s: int
    good: Floats
    total: Floats

    @property
    def end_s(self) -> int:
        """When the last slice ends."""
        return self.begin_s + self.step_s * len(self.total)

    def failed(self, ends_s: Times, window_s: int) -> Floats:
        """The share of events that were bad in each window of so many seconds, 0 without events.

        A window is made of the whole slices in it; NaN where it has none.
        """
        last = np.clip((ends_s - self.begin_s) // self.step_s, 0, len(self.total))
        first = np.clip((ends_s - window_s - self.begin_s) // self.step_s, 0, len(self.total))
        total = self._all[last] - self._all[first]
        bad = self._bad[last] - self._bad[first]
        share = np.divide(bad, total, out=np.zeros(len(ends_s)), where=total > 0)
        return np.where(last > first, np.clip(share, 0.0, 1.0), np.nan)

    def and_then(self, later: Slices, kept_s: int) -> Slices:
        """These slices and `later` ones, which begin where these end: the last of them, as many as `kept_s` has."""
        good, total = (np.concatenate(each) for each in ((self.good, later.good), (self.total, later.total)))
        over = max(0, len(total) - kept_s // self.step_s)
        return Slices(self.begin_s + over * self.step_s, self.step_s, good[over:], total[over:])

    @cached_property
    def _all(self) -> Floats:
        return np.concatenate(([0.0], np.cumsum(self.total)))

    @cached_property
    def _bad(self) -> Floats:
        return np.concatenate(([0.0], np.cumsum(self.total - self.good)))
