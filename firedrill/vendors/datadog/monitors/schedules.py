"""When a downtime is in force: once, or again and again by rules of RFC 5545.

Sources: docs.datadoghq.com/monitors/downtimes, docs.datadoghq.com/api/latest/downtimes
(DowntimeScheduleRecurrencesCreateRequest), rfc-editor.org/rfc/rfc5545 (3.3.10)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

import numpy as np

from firedrill.vendors.datadog.grok.dates.zones import zone
from firedrill.vendors.datadog.monitors.states import Flags, Times
from firedrill.vendors.errors import Unsupported

FOREVER_S = 2**62
MODELLED = "each recurrence of a downtime begins and ends as a downtime of its own"
_UNITS = {"m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_TOO_OFTEN = re.compile(r"FREQ=(SECONDLY|MINUTELY|HOURLY)")
_EARLIEST_S = int(datetime(1, 1, 3, tzinfo=UTC).timestamp())
"""Python has no dates before."""

Starts = Callable[[datetime, datetime], list[datetime]]
"""The starts of a rule from a local time to another one, both included."""


@dataclass(frozen=True)
class Once:
    """From `start_s` up to, not including, `end_s` (seconds since the epoch)."""

    start_s: int
    end_s: int

    def covers(self, times_s: Times) -> Flags:
        """At which times it is in force."""
        covered: Flags = (times_s >= self.start_s) & (times_s < self.end_s)
        return covered


@dataclass(frozen=True)
class Recurring:
    """Each of the rules' starts in local time, for so many seconds; `later_s` are added to what it is asked about."""

    rules: tuple[tuple[Starts, int], ...]
    timezone: tzinfo
    later_s: int = 0

    def covers(self, times_s: Times) -> Flags:
        """At which times (rising) one of the recurrences is in force."""
        times_s = times_s + self.later_s
        covered = np.zeros(len(times_s), np.bool_)
        for starts, length_s in self.rules if len(times_s) else ():
            first = self._local(max(int(times_s[0]) - length_s, _EARLIEST_S))
            last = self._local(int(times_s[-1]))
            # A clock that is put back says an hour twice.
            for start in starts(first - timedelta(hours=2), last + timedelta(hours=2)):
                start_s = int(start.replace(tzinfo=self.timezone).timestamp())
                first_in, first_after = np.searchsorted(times_s, (start_s, start_s + length_s))
                covered[first_in:first_after] = True
        return covered

    def _local(self, time_s: int) -> datetime:
        return datetime.fromtimestamp(time_s, self.timezone).replace(tzinfo=None)


def read_recurring(schedule: Mapping[str, Any], place: str) -> Recurring:
    """A schedule with recurrences that has no breach.

    Raises Unsupported for a recurrence without a start, which begins when it is created, for one within a day, and for
    one in a leap second.
    """
    timezone = zone(schedule.get("timezone") or "UTC") or UTC
    return Recurring(tuple(_rule(each, timezone, place) for each in schedule["recurrences"]), timezone)


def _rule(recurrence: Mapping[str, Any], timezone: tzinfo, place: str) -> tuple[Starts, int]:
    from dateutil.rrule import rrulestr  # only who has one waits for it

    if not recurrence.get("start"):
        raise Unsupported("a recurring downtime without a start", place)
    text = ";".join(filter(None, recurrence["rrule"].removeprefix("RRULE:").split(";")))
    if often := _TOO_OFTEN.search(text):
        raise Unsupported(f"a downtime that recurs {often[1]}", place)
    local = re.sub(r"(?<=UNTIL=)\d{8}T\d{6}Z", lambda found: _until(found[0], timezone), text)
    try:  # without a cache each question begins at the first start
        rule = rrulestr(local, dtstart=datetime.fromisoformat(recurrence["start"]), cache=True)
    except ValueError as error:
        raise Unsupported(f"the recurrence {text} ({error})", place) from error
    duration = recurrence["duration"]
    length_s = min(int(duration[:-1]) * _UNITS[duration[-1]], FOREVER_S)
    return lambda first, last: rule.between(first, last, inc=True), length_s


def _until(text: str, timezone: tzinfo) -> str:
    """The end of a rule, which is UTC, in local time as its starts are."""
    until = datetime.strptime(text, "%Y%m%dT%H%M%S%z")
    with suppress(OverflowError):  # on the first or the last day that there is
        until = until.astimezone(timezone)
    return re.sub(r"[-:]", "", until.replace(tzinfo=None).isoformat(timespec="seconds"))
