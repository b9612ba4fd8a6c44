"""Numbers as grok reads them: doubles and 64-bit integers."""

from __future__ import annotations

import re
from math import isfinite

_DOUBLE = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
_INTEGER = re.compile(r"[+-]?[0-9]+")


def to_double(text: str) -> float | None:
    """The double that the text is, or None."""
    if not _DOUBLE.fullmatch(text):
        return None
    number = float(text)
    return number if isfinite(number) else None


def to_integer(text: str) -> int | None:
    """The 64-bit integer that the text is, also when written with an exponent, or None."""
    if _INTEGER.fullmatch(text) and len(text) <= 20:
        number = int(text)
    elif (double := to_double(text)) is not None and double.is_integer():
        number = int(double)
    else:
        return None
    return number if -(2**63) <= number < 2**63 else None
