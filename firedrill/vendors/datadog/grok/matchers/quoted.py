"""doubleQuotedString, singleQuotedString, quotedString: from one quote to the next, both of them included."""

from __future__ import annotations

from firedrill.vendors.datadog.grok.definitions import constant

_DOUBLE = r'"[^"]*"'
_SINGLE = r"'[^']*'"

MATCHERS = (
    constant("doubleQuotedString", _DOUBLE, note="the quotes are kept"),
    constant("singleQuotedString", _SINGLE, note="the quotes are kept"),
    constant("quotedString", f"{_DOUBLE}|{_SINGLE}", note="the quotes are kept"),
)
