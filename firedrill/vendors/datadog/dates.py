"""The dates that a log's official date may be written in: ISO 8601, UNIX time in milliseconds, RFC 3164.

A fraction finer than a millisecond is cut; a time without a zone is UTC; a number is always milliseconds, even one of
ten digits or in a string. RFC 3164 writes no year: it is the one that brings the date closest to `near`. The form of
C's asctime ("Thu Aug 29 12:15:39 2024") is read too. A number may be a double, of which the fraction of a millisecond
is cut; a string with a decimal number is not a date.
Source: docs.datadoghq.com/logs/log_configuration/pipelines (Date attribute); the rest from the results that Datadog
publishes with its own pipelines (integrations-extras, assets/logs/*_tests.yaml).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from math import isfinite
from typing import Any

LATEST_MS = 253_402_300_799_000
"""The last second of the year 9999."""
_UNITS = (("seconds", 1e9, 1e10), ("microseconds", 1e15, 1e16), ("nanoseconds", 1e18, 1e19))
"""What a number of today's size counts, from and to: milliseconds lie between the first two."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_ISO = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)"
    r"(?:[T ](\d\d):?(\d\d)(?::?(\d\d)(?:[.,](\d+))?)?\s?(Z|[+-]\d\d(?::?\d\d)?)?)?"
)
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_SYSLOG = re.compile(
    rf"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? )?({'|'.join(_MONTHS)}) +(\d\d?) (\d\d):(\d\d):(\d\d)(?: (\d{{4}}))?"
)


def other_unit(time_ms: float) -> str:
    """What a time that is read as milliseconds was most likely given in instead; "" when it may be milliseconds."""
    if _UNITS[0][2] <= time_ms < _UNITS[1][1]:
        return ""
    for unit, lowest, highest in _UNITS:
        if lowest <= time_ms < highest:
            return unit
    return ""


def parse(value: Any, near: int) -> int | None:
    """Milliseconds since the epoch, or None when `value` is no date; `near` is the time it was received (ms)."""
    if value.__class__ is int:
        return int(value)
    if value.__class__ is float:
        return int(value) if isfinite(value) else None
    if not isinstance(value, str):
        return None
    text = value.strip()
    try:
        if text.isdecimal():
            return int(text)
        if match := _ISO.fullmatch(text):
            return _iso(*match.groups())
        if match := _SYSLOG.fullmatch(text):
            return _syslog(near, *match.groups())
    except (ValueError, OverflowError):
        return None
    return None


def _iso(year: str, month: str, day: str, hour: str, minute: str, second: str, fraction: str, zone: str) -> int:
    moment = datetime(
        int(year),
        int(month),
        int(day),
        int(hour or 0),
        int(minute or 0),
        int(second or 0),
        int((fraction or "0")[:3].ljust(3, "0")) * 1000,
        _zone(zone),
    )
    return _since_epoch(moment)


def _zone(text: str | None) -> timezone:
    if not text or text == "Z":
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if text[0] == "-" else offset)


def _syslog(near: int, month: str, day: str, hour: str, minute: str, second: str, year: str | None) -> int:
    parts = (_MONTHS.index(month) + 1, int(day), int(hour), int(minute), int(second))
    if not year:
        return closest_year(near, lambda year: _since_epoch(datetime(year, *parts, tzinfo=UTC)))
    return _since_epoch(datetime(int(year), *parts, tzinfo=UTC))


def closest_year(near: int, in_year: Callable[[int], int]) -> int:
    """Of the year of `near` (ms) and those beside it, the one that brings `in_year` closest; ValueError for none."""
    year = (_EPOCH + near * _MILLISECOND).year
    dates = []
    for candidate in (year - 1, year, year + 1):
        with suppress(ValueError):  # 29 February
            dates.append(in_year(candidate))
    return min(dates, key=lambda date: abs(date - near))


def _since_epoch(moment: datetime) -> int:
    return (moment - _EPOCH) // _MILLISECOND
