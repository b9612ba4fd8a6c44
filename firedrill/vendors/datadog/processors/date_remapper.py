"""Date remapper: makes an attribute the official date of the log.

Two documents disagree on several of them: the page says that the last one counts, the API reference the first (switch
`date_remapper`; the page is followed). A value that is no date leaves the date as it was. The window of accepted dates
is checked after the pipelines (firedrill.vendors.datadog.intake.within_window).
Source: docs.datadoghq.com/logs/log_configuration/processors/log_date_remapper
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from firedrill.vendors.datadog import dates
from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.processors.base import PAGES, Context, Flow, Kind, Options, Run, flow
from firedrill.vendors.datadog.processors.official import first_remapper, remapper
from firedrill.vendors.features import Feature


class DateRemapper(Options):
    """`sources` in order of preference."""

    sources: Sequence[str]


def _assign(log: Log, value: Any) -> bool:
    date = dates.parse(value, near=log.timestamp)
    if date is None:
        return False
    log.timestamp = date
    return True


def _compile(options: DateRemapper, context: Context) -> Run:
    if context.undocumented.date_remapper == "first":
        return first_remapper("date", options.sources, _assign)
    return remapper(options.sources, _assign)


_NOTE = "ISO 8601, UNIX milliseconds, RFC 3164; several: the last counts (switch date_remapper)"


def _flow(options: DateRemapper) -> Flow:
    return flow(options.sources)._replace(writes=frozenset(["timestamp"]))


KINDS = (Kind(DateRemapper, _compile, _flow, Feature("date-remapper", "done", PAGES + "log_date_remapper", _NOTE)),)
