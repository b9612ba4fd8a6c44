"""Values in words, for errors and outputs."""

from __future__ import annotations

import json
from datetime import UTC, datetime

SHOWN = 60
"""Characters of a wrong value that an error shows."""


def iso_ms(time_ms: int) -> str:
    """A time as ISO 8601 in UTC, to the millisecond; one before year 1 or after 9999 as its milliseconds since 1970."""
    try:
        moment = datetime.fromtimestamp(time_ms // 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return f"{time_ms} ms"
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{time_ms % 1000:03}Z"


def shortened(value: object) -> str:
    """The beginning of a value's JSON."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}..."


def count(number: int, noun: str) -> str:
    """How many there are of something."""
    if number == 1:
        return f"1 {noun}"
    return f"{number} {noun}{'es' if noun.endswith('x') else 's'}"
