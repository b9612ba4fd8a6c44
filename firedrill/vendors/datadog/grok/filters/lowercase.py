"""lowercase: the lower-cased text."""

from __future__ import annotations

from firedrill.vendors.datadog.grok.definitions import plain

FILTER = plain("lowercase", lambda value: value.lower() if isinstance(value, str) else None)
