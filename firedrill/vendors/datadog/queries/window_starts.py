"""When a monitor's cumulative window starts: its options.scheduling_options.evaluation_window.

Source: docs.datadoghq.com/api/latest/monitors/#create-a-monitor
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import Field

from firedrill.vendors.datadog.queries.cumulative import ALLOWED, CurrentWindow
from firedrill.vendors.datadog.queries.query import MonitorQuery
from firedrill.vendors.datadog.spec import Model, read
from firedrill.vendors.errors import FiredrillError

_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")


class _Starts(Model):
    hour_starts: Annotated[int, Field(ge=0, le=59)] | None = None
    day_starts: str | None = None
    month_starts: Literal[1] | None = None
    timezone: str | None = None

    def clock(self) -> tuple[int, int]:
        """Hour and minute at which windows start; the hour of hourly ones is 0."""
        found = _CLOCK.fullmatch(self.day_starts or "")
        return (int(found[1]), int(found[2])) if found else (0, self.hour_starts or 0)


_NEEDED = {"h": ("hour_starts",), "d": ("day_starts",), "mo": ("day_starts", "month_starts")}
_PLACE = "scheduling_options.evaluation_window"


def with_starts(query: MonitorQuery, evaluation_window: Mapping[str, Any] | None) -> MonitorQuery:
    """The query with its cumulative window starting as the monitor's options say.

    The API takes such windows and the option together only. It describes day_starts as set with month_starts, but
    daily windows with day_starts alone are in use and accepted here. Raises FiredrillError for what does not fit.
    """
    window, where = query.tree.aggregation.window, f"Monitor query {str(query)!r}"
    if not isinstance(window, CurrentWindow):
        if evaluation_window:
            raise FiredrillError(
                f"{where}: {_PLACE} is for cumulative windows ({ALLOWED}), and the query has {window.text}; "
                "change the window or remove the option."
            )
        return query
    starts = read(_Starts, dict(evaluation_window or {}), _PLACE)
    problem = _problem(window, starts)
    if problem:
        raise FiredrillError(f"{where}: {problem}.")
    hour, minute = starts.clock()
    moved = replace(window, hour=hour, minute=minute, zone=starts.timezone or "UTC")
    return replace(query, tree=replace(query.tree, aggregation=replace(query.tree.aggregation, window=moved)))


def _problem(window: CurrentWindow, starts: _Starts) -> str | None:
    missing = [name for name in _NEEDED[window.unit] if getattr(starts, name) is None]
    if missing:
        return f"{window.text} needs {' and '.join(missing)}; set it in {_PLACE}"
    if window.unit == "h" and (starts.day_starts or starts.month_starts):
        return "hour_starts excludes day_starts and month_starts; remove them"
    if window.unit != "h" and starts.hour_starts is not None:
        return f"hour_starts is for current_1h, not for {window.text}; remove it"
    if starts.timezone and starts.timezone not in available_timezones():
        return f"timezone is {starts.timezone!r}; use a name of the tz database, such as 'Europe/Paris'"
    if starts.day_starts and not _CLOCK.fullmatch(starts.day_starts):
        return f"day_starts is {starts.day_starts!r}; write a time of day such as '04:00'"
    return None
