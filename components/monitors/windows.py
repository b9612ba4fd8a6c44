"""Evaluation windows that Datadog accepts.

Source: docs.datadoghq.com/api/latest/monitors (create a monitor: time_window and change_aggr)
"""

from __future__ import annotations

import re

_WINDOW = re.compile(r"last_([1-9]\d*)([mhdw])")
_METRIC_LIMITS = {"m": 10_080, "h": 168, "d": 1, "w": 1}
_CHANGE_LIMITS = {"m": 2_880, "h": 48, "d": 2}

_UNITS = {"m": "minute", "h": "hour", "d": "day", "w": "week"}

METRIC_WINDOWS = "last_1m to last_10080m, last_1h to last_168h, last_1d or last_1w"
CHANGE_WINDOWS = "last_1m to last_2880m, last_1h to last_48h, last_1d or last_2d"


def is_metric_window(window: str) -> bool:
    """Whether a metric query may be evaluated over `window`, such as `last_5m`."""
    return _within(window, _METRIC_LIMITS)


def is_change_window(window: str) -> bool:
    """Whether a change query may be evaluated over `window`, such as `last_15m`."""
    return _within(window, _CHANGE_LIMITS)


def in_words(window: str) -> str:
    """The length of a window: `last_15m` is "15 minutes"."""
    match = _WINDOW.fullmatch(window)
    assert match is not None, window
    return f"{match[1]} {_UNITS[match[2]]}{'' if match[1] == '1' else 's'}"


def _within(window: str, limits: dict[str, int]) -> bool:
    match = _WINDOW.fullmatch(window)
    return match is not None and int(match[1]) <= limits.get(match[2], 0)
