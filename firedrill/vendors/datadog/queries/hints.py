"""What a user most likely meant where the grammar alone would list a dozen characters."""

from __future__ import annotations

import re

from lark import UnexpectedCharacters, UnexpectedInput

_COMPARATORS = "a comparator (> >= < <= == !=)"


def hint(error: UnexpectedInput, text: str, at: int) -> tuple[int, str] | None:
    """Where the mistake is and what was expected there, or None when the grammar's own list is the best answer."""
    allowed = error.allowed if isinstance(error, UnexpectedCharacters) else getattr(error, "expected", None)
    terminals = set(allowed or ())
    here, before = text[at:], text[:at]
    if not text.strip():
        return 0, "a query such as avg(last_5m):avg:metric{*} > 10"
    if terminals == {"SIGN", "NUMBER"}:
        return at, "a number with a leading zero, such as 0.5" if re.match(r"\.[0-9]", here) else "a number"
    if terminals == {"LBRACE"}:
        return at, "group keys in braces such as {host}" if before.rstrip().endswith("by") else "a scope such as {*}"
    if here.startswith("=") and "COMPARATOR" in terminals:
        return at, _COMPARATORS
    return None
