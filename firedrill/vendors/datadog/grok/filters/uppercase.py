"""uppercase: the upper-cased text."""

from __future__ import annotations

from firedrill.vendors.datadog.grok.definitions import plain

FILTER = plain("uppercase", lambda value: value.upper() if isinstance(value, str) else None)
