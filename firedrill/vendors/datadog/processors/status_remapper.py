"""Status remapper: makes an attribute the official status of the log.

Of several status remappers only the first that finds a value counts, over all pipelines that match the log.
Source: docs.datadoghq.com/logs/log_configuration/processors/log_status_remapper
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from firedrill.vendors.datadog import statuses
from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.processors.base import PAGES, Context, Flow, Kind, Options, Run, flow
from firedrill.vendors.datadog.processors.official import first_remapper
from firedrill.vendors.features import Feature


class StatusRemapper(Options):
    """`sources` in order of preference."""

    sources: Sequence[str]


def _assign(log: Log, value: Any) -> bool:
    log.status = statuses.official(value)
    return True


def _compile(options: StatusRemapper, context: Context) -> Run:
    return first_remapper("status", options.sources, _assign)


def _flow(options: StatusRemapper) -> Flow:
    return flow(options.sources)._replace(writes=frozenset(["status"]))


KINDS = (Kind(StatusRemapper, _compile, _flow, Feature("status-remapper", "done", PAGES + "log_status_remapper")),)
