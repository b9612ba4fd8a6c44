"""number: parses a match as a double."""

from __future__ import annotations

from firedrill.vendors.datadog.grok.definitions import plain
from firedrill.vendors.datadog.grok.numbers import to_double

FILTER = plain("number", lambda value: to_double(str(value)))
