"""User-agent parser: writes browser, operating system and device of a user agent below the target.

For an empty text nothing is written, as in the results that Datadog publishes with its pipelines (integrations-core,
docusign_tests.yaml).
Source: docs.datadoghq.com/logs/log_configuration/processors/user_agent_parser
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import unquote_plus

from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.paths import first_source, setter
from firedrill.vendors.datadog.processors.base import (
    DONE,
    PAGES,
    Applied,
    Context,
    Kind,
    Options,
    Run,
    sources_to_target,
)
from firedrill.vendors.errors import Unsupported
from firedrill.vendors.features import Feature


class UserAgentParser(Options):
    """The first of `sources` that is present is parsed; `is_encoded` says that it is URL-encoded."""

    sources: Sequence[str] = ("http.useragent",)
    target: str = "http.useragent_details"
    is_encoded: bool = False
    combine_version_details: bool = False


def _compile(options: UserAgentParser, context: Context) -> Run:
    from firedrill.vendors.datadog.user_agents import parse_user_agent  # its rules take long to load

    if options.combine_version_details:
        raise Unsupported("option 'combine_version_details' (its effect is not documented)", context.place)
    read, put = first_source(options.sources), setter(options.target)
    absent = f"no source holds a user agent: {', '.join(options.sources)}"

    def run(log: Log, applied: Applied) -> str:
        text = read(log)
        if not isinstance(text, str) or not text:
            return absent
        put(log.attributes, parse_user_agent(unquote_plus(text) if options.is_encoded else text))
        return DONE

    return run


_NOTE = "by the rules of ua-parser; the device's category is modelled, combine_version_details is refused"

KINDS = (
    Kind(
        UserAgentParser,
        _compile,
        sources_to_target,
        Feature("user-agent-parser", "modelled", PAGES + "user_agent_parser", _NOTE),
    ),
)
