"""How a value is written in a tag."""

from __future__ import annotations

from typing import Any


def text(value: Any) -> str:
    """A JSON scalar as the text that a tag, a string builder or a lookup sees: true, 12, 1.5."""
    return ("true" if value else "false") if value.__class__ is bool else str(value)
