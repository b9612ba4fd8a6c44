"""Cumulative windows: from the start of the current hour, day or month up to now.

Source: docs.datadoghq.com/monitors/configuration (cumulative time windows)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from firedrill.vendors.datadog.queries.store import IntArray
from firedrill.vendors.datadog.rules.windows import Window

_LONGEST_S = {"current_1h": 3600, "current_1d": 86_400, "current_1mo": 31 * 86_400}
ALLOWED = ", ".join(_LONGEST_S)


@dataclass(frozen=True)
class CurrentWindow(Window):
    """A cumulative window: from `minute` of each hour, from `hour`:`minute` of each day or of each month's first day.

    At the very moment of a reset it still shows the whole span that has just ended; no page says which one it shows.
    """

    hour: int = 0
    minute: int = 0
    zone: str = "UTC"

    def last_resets(self, ends_s: IntArray) -> IntArray:
        """The last reset before each end; all are seconds since the epoch."""
        if not len(ends_s):
            return ends_s
        resets = np.array(list(self._resets(int(ends_s.min()), int(ends_s.max()))), dtype=np.int64)
        begins: IntArray = resets[np.searchsorted(resets, ends_s) - 1]
        return begins

    def _resets(self, first_s: int, last_s: int) -> Iterator[int]:
        """All resets from the last one before `first_s` to `last_s`."""
        zone = ZoneInfo(self.zone)
        local = datetime.fromtimestamp(first_s - self.seconds, zone).replace(minute=self.minute, second=0)
        if self.unit == "h":
            start_s = int(local.timestamp())
            yield from range(start_s - 3600, last_s + 1, 3600)
            return
        local = local.replace(hour=self.hour, fold=0)
        local = local.replace(day=1) if self.unit == "mo" else local - timedelta(days=1)
        while (reset_s := int(local.timestamp())) <= last_s:
            yield reset_s
            step = timedelta(days=32 if self.unit == "mo" else 1)
            local = (local + step).replace(day=1) if self.unit == "mo" else local + step


def begins(window: Window, ends_s: IntArray) -> IntArray:
    """Where the windows with these ends begin, in seconds since the epoch."""
    return window.last_resets(ends_s) if isinstance(window, CurrentWindow) else ends_s - window.seconds


def parse_current(text: str) -> CurrentWindow | None:
    """The cumulative window that `text` names, beginning at midnight UTC or on the hour; None for other texts."""
    seconds = _LONGEST_S.get(text)
    return None if seconds is None else CurrentWindow(str(text), seconds, text.removeprefix("current_1"))
