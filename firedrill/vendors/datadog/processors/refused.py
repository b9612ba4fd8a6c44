"""Processors that need Datadog's own data sets and are refused by name when enabled.

Source: docs.datadoghq.com/logs/log_configuration/processors
"""

from __future__ import annotations

from collections.abc import Sequence

from firedrill.vendors.datadog.processors.base import PAGES, Context, Kind, Options, Run
from firedrill.vendors.errors import Unsupported
from firedrill.vendors.features import Feature


class Parser(Options):
    """The options that both parsers share."""

    sources: Sequence[str] = ()
    target: str = ""


class UserAgentParser(Parser):
    """`is_encoded` says that the source is URL-encoded."""

    is_encoded: bool = False


def _refuse(options: Parser, context: Context) -> Run:
    raise Unsupported(f"processor {options.type!r}", context.place)


KINDS = (
    Kind(Parser, _refuse, Feature("geo-ip-parser", "refused", PAGES + "geoip_parser", "needs a GeoIP data set")),
    Kind(
        UserAgentParser,
        _refuse,
        Feature("user-agent-parser", "refused", PAGES + "user_agent_parser", "needs a user-agent data set"),
    ),
)
