"""Evaluation windows: their names, their lengths, the buckets they are split into."""

from __future__ import annotations

import re
from dataclasses import dataclass

from firedrill.vendors.datadog.queries.store import IntArray

_UNITS = {"m": 60, "h": 3600, "d": 86_400, "w": 604_800, "mo": 2_592_000}
_LONGEST_S = 730 * 3600
_MONTH_S = _UNITS["mo"]
_BUCKETS = {"m": 60, "h": 600, "d": 3600, "w": 3600, "mo": 14_400}

ALLOWED = "last_5m, last_4h, last_1d, last_1w or alike, from last_1m to last_730h or last_1mo"
ALLOWED_SHIFTS = "5m_ago, 1h_ago, 1d_ago, 1w_ago or alike, from 1m_ago to 730h_ago or 1mo_ago, or last_5m and alike"


@dataclass(frozen=True)
class Window:
    """A span of time as written: `text` such as "last_5m", its `seconds`, its `unit` (m, h, d, w, mo)."""

    text: str
    seconds: int
    unit: str

    @property
    def bucket_s(self) -> int:
        """Seconds of one of the buckets that Datadog splits this window into, to say whether it is full of data.

        The bucket of a query without `.rollup()` is undocumented for monitors; the emulator takes this one for both.
        Source: docs.datadoghq.com/monitors/types/metric (data window)
        """
        return _BUCKETS[self.unit]

    def begins(self, ends_s: IntArray) -> IntArray:
        """Where the windows with these ends begin, in seconds since the epoch."""
        return ends_s - self.seconds


def parse_window(text: str) -> Window | None:
    """The window that `text` names (last_5m, last_4h, last_1d, last_1mo), or None when Datadog has no such window.

    The API's text ends at 10080 minutes or 168 hours, the monitor page at 730 hours: the page is newer and decides.
    Source: docs.datadoghq.com/monitors/types/metric
    """
    return _span(text, re.fullmatch(r"last_([1-9][0-9]{0,5})(mo|[mhdw])", text))


def parse_shift(text: str) -> Window | None:
    """How far back a change alert compares (1h_ago, last_1h), or None.

    Source: docs.datadoghq.com/monitors/types/change-alert
    """
    return _span(text, re.fullmatch(r"([1-9][0-9]{0,5})(mo|[mhdw])_ago", text)) or parse_window(text)


def _span(text: str, match: re.Match[str] | None) -> Window | None:
    if match is None:
        return None
    number, unit = int(match[1]), match[2]
    seconds = number * _UNITS[unit]
    if (seconds > _LONGEST_S and seconds != _MONTH_S) or (unit == "mo" and number != 1):
        return None
    return Window(str(text), seconds, unit)
