"""Where Cloudflare's Logpush delivers to and Datadog takes in: the sites, and the sources that are taken already.

Source: docs.datadoghq.com/getting_started/site, docs.datadoghq.com/logs/log_configuration/pipelines (integration
pipelines), developers.cloudflare.com/logs/logpush/logpush-job/enable-destinations/datadog
"""

from __future__ import annotations

from typing import Literal, get_args

from firedrill.vendors.rules.breach import Breach, shown

Site = Literal[
    "datadoghq.com",
    "us3.datadoghq.com",
    "us5.datadoghq.com",
    "datadoghq.eu",
    "ap1.datadoghq.com",
    "ap2.datadoghq.com",
    "ddog-gov.com",
]

INTEGRATION_SOURCES = ("cloudflare",)
"""Sources of Cloudflare's logs for which Datadog runs a pipeline of its own, not published, before all others."""
OWN_SOURCE = f"a source other than {', '.join(INTEGRATION_SOURCES)}, since Datadog's own pipeline would run first"


def site_breaches(field: str, site: str) -> list[Breach]:
    """Whether Datadog has such a site: nothing answers at another one."""
    sites = get_args(Site)
    return [] if site in sites else [Breach(field, shown(site) if site else "", f"one of {', '.join(sites)}")]


def source_breaches(field: str, source: str) -> list[Breach]:
    """Whether Datadog's own pipeline would change the logs of a source first."""
    return [Breach(field, shown(source), OWN_SOURCE)] if source.lower() in INTEGRATION_SOURCES else []
