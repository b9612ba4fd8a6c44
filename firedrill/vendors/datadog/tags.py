"""How a value is written in a tag."""

from __future__ import annotations

from typing import Any

from firedrill.vendors.datadog.pretty import double


def text(value: Any) -> str:
    """A JSON scalar as the text that a tag, a string builder or a lookup sees: true, 12, 1.5, 1.0E10 as Java has it."""
    if value.__class__ is float:
        return double(value)
    return ("true" if value else "false") if value.__class__ is bool else str(value)
