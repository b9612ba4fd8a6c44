"""Datadog's sites and the addresses that follow from them.

Source: docs.datadoghq.com/getting_started/site
"""

from __future__ import annotations

from typing import Literal

Site = Literal[
    "datadoghq.com",
    "us3.datadoghq.com",
    "us5.datadoghq.com",
    "datadoghq.eu",
    "ap1.datadoghq.com",
    "ap2.datadoghq.com",
    "ddog-gov.com",
]

_APP_SUBDOMAIN = ("datadoghq.com", "datadoghq.eu", "ddog-gov.com")


def app_host(site: str) -> str:
    """Where people open the web application: of some sites a subdomain, of the others the site itself."""
    return f"app.{site}" if site in _APP_SUBDOMAIN else site
