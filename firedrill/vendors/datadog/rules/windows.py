"""Evaluation windows: their names, their lengths, the buckets they are split into."""

from __future__ import annotations

import re
from dataclasses import dataclass

from firedrill.vendors.rules.breach import Breach, shown

_UNITS = {"m": 60, "h": 3600, "d": 86_400, "w": 604_800, "mo": 2_592_000}
_WORDS = {"m": "minute", "h": "hour", "d": "day", "w": "week", "mo": "month"}
_LONGEST_S = 730 * 3600
_BUCKETS = {"m": 60, "h": 600, "d": 3600, "w": 3600, "mo": 14_400}

ALLOWED = "a window such as last_5m, last_4h, last_1d or last_1w, from last_1m to last_730h or last_1mo"
ALLOWED_SHIFTS = "5m_ago, 1h_ago, 1d_ago, 1w_ago and so on, from 1m_ago to 730h_ago or 1mo_ago, or a window: last_5m"


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

    @property
    def in_words(self) -> str:
        """The length: `last_15m` is "15 minutes"."""
        number = self.seconds // _UNITS[self.unit]
        return f"{number} {_WORDS[self.unit]}{'' if number == 1 else 's'}"


def parse_window(text: str) -> Window | None:
    """The window that `text` names (last_5m, last_4h, last_1d, last_1mo), or None when Datadog has no such window.

    The API's reference ends at 10080 minutes, 168 hours, one day and one week, and for change alerts at two days; the
    pages of metric and change alert monitors end at one month (730 hours): they are newer and decide.
    Source: docs.datadoghq.com/monitors/types/metric, docs.datadoghq.com/monitors/types/change-alert
    """
    return _span(text, re.fullmatch(r"last_([1-9][0-9]{0,5})(mo|[mhdw])", text))


def parse_shift(text: str) -> Window | None:
    """How far back a change alert compares (1h_ago, last_1h), or None.

    Source: docs.datadoghq.com/monitors/types/change-alert
    """
    return _span(text, re.fullmatch(r"([1-9][0-9]{0,5})(mo|[mhdw])_ago", text)) or parse_window(text)


def parse_ahead(text: str) -> Window | None:
    """The window ahead that `text` names (next_1w), which only forecasts have, or None.

    Source: docs.datadoghq.com/monitors/types/forecasts
    """
    return _span(text, re.fullmatch(r"next_([1-9][0-9]{0,5})(mo|[mhdw])", text))


def window_breaches(field: str, text: str) -> list[Breach]:
    """What is wrong with the window `text` of a metric or change alert query."""
    return [] if parse_window(text) else [Breach(field, shown(text) if text else "", ALLOWED)]


def _span(text: str, match: re.Match[str] | None) -> Window | None:
    if match is None:
        return None
    number, unit = int(match[1]), match[2]
    seconds = number * _UNITS[unit]
    if number > 1 if unit == "mo" else seconds > _LONGEST_S:
        return None
    return Window(str(text), seconds, unit)
