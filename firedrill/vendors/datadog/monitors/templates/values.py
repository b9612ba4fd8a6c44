"""The values of template variables, and how they are written into a message."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import datetime

Path = tuple[str, ...]
"""A variable's name in parts: `{{[dot.key].name}}` is ("dot.key", "name")."""

Value = str | int | float | bool | datetime | None
Variables = Mapping[Path, Value]

_PLAIN = re.compile(r"@?[A-Za-z0-9_][A-Za-z0-9_\-/@:]*")
_PART = re.compile(r"@?\[([^\[\]]+)\]|([^.\[\]]+)")


def path_of(word: str) -> Path:
    """Split a name into its parts; a bracketed part keeps its dots, a facet keeps its @."""
    return tuple(bracketed or plain for bracketed, plain in _PART.findall(word))


def spell(path: Path) -> str:
    """Write a path as it is written in a template: in brackets what holds more than the characters of a name."""
    return ".".join(part if _PLAIN.fullmatch(part) else f"[{part}]" for part in path)


def show(value: Value) -> str:
    """A value as text: nothing for a missing one, a UTC date for a time, a number as `show_number` has it.

    Source of the date's form: docs.datadoghq.com/monitors/notify/variables and real notifications.
    """
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.strftime("%a %b %d %Y %H:%M:%S UTC")
    if isinstance(value, bool):
        return str(value).lower()
    return show_number(value) if isinstance(value, float) else str(value)


def show_number(value: float) -> str:
    """A float with at least one and at most three decimals; below 0.001 with three significant digits.

    The vendor documents no form. Its pages only tell that whole values carry decimals (`int(value)` removes them).
    """
    if math.isnan(value):
        return ""
    if math.isinf(value):
        return str(value)
    if value and abs(value) < 0.001:
        return f"{value:.3g}"
    whole, _, decimals = f"{value:.3f}".partition(".")
    return f"{whole}.{decimals.rstrip('0') or '0'}"


def number(value: Value) -> float | None:
    """The value as a number, or None: texts that hold a number count as one."""
    if isinstance(value, datetime) or value is None:
        return None
    try:
        return float(value)
    except ValueError:
        return None
