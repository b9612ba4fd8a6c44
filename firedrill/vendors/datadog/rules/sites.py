"""The addresses that follow from Datadog's sites.

Source: docs.datadoghq.com/getting_started/site
"""

from __future__ import annotations

_APP_SUBDOMAIN = ("datadoghq.com", "datadoghq.eu", "ddog-gov.com")


def app_host(site: str) -> str:
    """Where people open the web application: of some sites a subdomain, of the others the site itself."""
    return f"app.{site}" if site in _APP_SUBDOMAIN else site
