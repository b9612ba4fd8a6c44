"""Numbers as grok reads them: doubles and 64-bit integers."""

from __future__ import annotations

import re
from math import isfinite

_DOUBLE = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
_INTEGER = re.compile(r"[+-]?[0-9]+")
_LONGEST = 100
"""Characters of an integer that are read at all."""


def to_double(text: str) -> float | None:
    """The double that the text is, or None."""
    if not _DOUBLE.fullmatch(text):
        return None
    number = float(text)
    return number if isfinite(number) else None


def to_integer(text: str) -> int | None:
    """The 64-bit integer that the text is, or None."""
    return _in_64_bits(int(text)) if _INTEGER.fullmatch(text) and len(text) <= _LONGEST else None


def to_integer_ext(text: str) -> int | None:
    """The 64-bit integer that the text is, also one written with an exponent, or None."""
    if (integer := to_integer(text)) is not None:
        return integer
    double = to_double(text)
    return _in_64_bits(int(double)) if double is not None and double.is_integer() else None


def _in_64_bits(number: int) -> int | None:
    return number if -(2**63) <= number < 2**63 else None
