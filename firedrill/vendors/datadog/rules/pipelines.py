"""What Datadog's own log pipelines and its processors limit.

Source: docs.datadoghq.com/logs/log_configuration/pipelines (integration pipelines),
docs.datadoghq.com/logs/log_configuration/processors (string builder processor)
"""

from __future__ import annotations

from firedrill.vendors.rules.breach import Breach, shown

INTEGRATION_SOURCES = ("cloudflare",)
"""Sources of Cloudflare's logs for which Datadog runs a pipeline of its own, not published, before all others."""

MAX_BUILT = 256
"""Characters that a string builder writes."""


def source_breaches(field: str, source: str) -> list[Breach]:
    """Whether Datadog's own pipeline would change the logs of a source first."""
    if source.lower() not in INTEGRATION_SOURCES:
        return []
    allowed = f"a source other than {', '.join(INTEGRATION_SOURCES)}, since Datadog's own pipeline would run first"
    return [Breach(field, shown(source), allowed)]
