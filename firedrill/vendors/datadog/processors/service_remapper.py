"""Service remapper: makes an attribute the official service of the log.

Of several service remappers only the first that finds a value counts.
Source: docs.datadoghq.com/logs/log_configuration/processors/service_remapper
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.processors.base import PAGES, Context, Flow, Kind, Options, Run, flow
from firedrill.vendors.datadog.processors.official import first_remapper
from firedrill.vendors.datadog.tags import text
from firedrill.vendors.features import Feature


class ServiceRemapper(Options):
    """`sources` in order of preference."""

    sources: Sequence[str]


def _assign(log: Log, value: Any) -> bool:
    if isinstance(value, (dict, list)):
        return False
    log.service = text(value)
    return True


def _compile(options: ServiceRemapper, context: Context) -> Run:
    return first_remapper("service", options.sources, _assign)


def _flow(options: ServiceRemapper) -> Flow:
    return flow(options.sources)._replace(writes=frozenset(["service"]))


KINDS = (Kind(ServiceRemapper, _compile, _flow, Feature("service-remapper", "done", PAGES + "service_remapper")),)
