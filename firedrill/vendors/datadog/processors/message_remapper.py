"""Message remapper: makes an attribute the official message of the log.

Of several message remappers only the first that finds a value counts. An object or array cannot be a message
(undocumented; proves less).
Source: docs.datadoghq.com/logs/log_configuration/processors/log_message_remapper
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.processors.base import PAGES, Context, Flow, Kind, Options, Run, flow
from firedrill.vendors.datadog.processors.official import first_remapper
from firedrill.vendors.datadog.tags import text
from firedrill.vendors.features import Feature


class MessageRemapper(Options):
    """`sources` in order of preference."""

    sources: Sequence[str] = ("msg",)


def _assign(log: Log, value: Any) -> bool:
    log.message = text(value)
    return True


def _compile(options: MessageRemapper, context: Context) -> Run:
    return first_remapper("message", options.sources, _assign, moves=True)


def _flow(options: MessageRemapper) -> Flow:
    return flow(options.sources)._replace(writes=frozenset(["message"]))


KINDS = (Kind(MessageRemapper, _compile, _flow, Feature("message-remapper", "done", PAGES + "log_message_remapper")),)
