"""JSON read by `orjson`, four times as fast as Python's own reader, wherever both read the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson

from firedrill.vendors.rules.documents import MAX_DEPTH

_DIGITS = bytes.maketrans(b"123456789", b"0" * 9)
_LARGE = b"0" * 18
"""So many digits in a row, each taken for 0, are a number that only Python reads exactly."""
_BLANKS = b" \t\r\n"


def loads(text: bytes) -> Any:
    """The value of a JSON text; ValueError for one that Python may read otherwise, or reads where `orjson` does not."""
    if _LARGE in text.translate(_DIGITS):
        raise ValueError("a number of more digits than a double holds")
    return orjson.loads(text)


def object_of(text: bytes) -> dict[str, Any] | None:
    """The object of a JSON text that nothing can be wrong with; None for any other, which is to be read with care.

    As many names as there are quotes before colons, blanks left out: none is given twice. So few objects are not nested
    too deeply, with a list in each of them.
    """
    if text.count(b"{") > MAX_DEPTH // 2:
        return None
    bare = text.translate(_DIGITS, _BLANKS)  # one pass over the text for both questions
    if _LARGE in bare and _LARGE in text.translate(_DIGITS):
        return None
    try:
        value = orjson.loads(text)
    except ValueError:
        return None
    return value if value.__class__ is dict and _names(value) == bare.count(b'":') else None


def _names(value: dict[str, Any]) -> int:
    count = len(value)
    for inner in value.values():
        if inner.__class__ is dict:
            count += _names(inner)
        elif inner.__class__ is list:
            count += sum(_names(each) for each in inner if each.__class__ is dict)
            count += _SEVERAL * any(each.__class__ is list for each in inner)
    return count


_SEVERAL = 1_000_000
"""More names than any line has: a list in a list is read with care."""


def read(text: str, otherwise: Callable[[str], Any]) -> Any:
    """As `loads`, or what `otherwise` makes of the text."""
    try:
        return loads(text.encode())
    except ValueError:
        return otherwise(text)
