"""JSON read by `orjson`, four times as fast as Python's own reader, wherever both read the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson

_DIGITS = bytes.maketrans(b"123456789", b"0" * 9)
_LARGE = b"0" * 18
"""So many digits in a row, each taken for 0, are a number that only Python reads exactly."""


def loads(text: bytes) -> Any:
    """The value of a JSON text; ValueError for one that Python may read otherwise, or reads where `orjson` does not."""
    if _LARGE in text.translate(_DIGITS):
        raise ValueError("a number of more digits than a double holds")
    return orjson.loads(text)


def read(text: str, otherwise: Callable[[str], Any]) -> Any:
    """As `loads`, or what `otherwise` makes of the text."""
    try:
        return loads(text.encode())
    except ValueError:
        return otherwise(text)
