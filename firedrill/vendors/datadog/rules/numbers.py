"""Numbers that are written as text, which Datadog reads as numbers."""

from __future__ import annotations

import re
from typing import Any

_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")


def as_number(value: Any) -> Any:
    """The number that a text such as "0.5" holds, whole ones ("60.0" and 60.0 too) as int, others as they are."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if not isinstance(value, str) or not (match := _NUMBER.fullmatch(value.strip())):
        return value
    return float(value) if (match[1] or "").strip(".0") else int(float(value))
