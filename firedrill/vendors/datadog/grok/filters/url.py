"""url: the members of a URL, as the URL parser makes them."""

from __future__ import annotations

from firedrill.vendors.datadog.grok.definitions import plain
from firedrill.vendors.datadog.urls import parse_url

FILTER = plain("url", lambda value: parse_url(value) if isinstance(value, str) else None)
