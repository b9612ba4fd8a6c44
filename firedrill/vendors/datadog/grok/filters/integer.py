"""integer: parses a match as a 64-bit integer."""

from __future__ import annotations

from firedrill.vendors.datadog.grok.definitions import plain
from firedrill.vendors.datadog.grok.numbers import to_integer

FILTER = plain("integer", lambda value: to_integer(str(value)))
