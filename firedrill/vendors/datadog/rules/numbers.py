"""Numbers that are written as text, which Datadog reads as numbers."""

from __future__ import annotations

import re
from typing import Any

_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")


def as_number(value: Any) -> Any:
    """The number that a text such as "30" or "0.5" holds, a whole one as int; any other value as it is."""
    if not isinstance(value, str) or not (match := _NUMBER.fullmatch(value.strip())):
        return value
    return float(value) if match[1] else int(value)
