"""number, numberStr, numberExt, numberExtStr, integer, integerStr, integerExt, integerExtStr."""

from __future__ import annotations

from math import isfinite

from firedrill.vendors.datadog.grok.definitions import constant
from firedrill.vendors.datadog.grok.numbers import to_integer, to_integer_ext

_NUMBER = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)"
_INTEGER = r"[+-]?\d+"
_EXPONENT = r"(?:[eE][+-]?\d+)?"


def _double(text: str, _: int) -> float | None:
    number = float(text)
    return number if isfinite(number) else None


def _integer(text: str, _: int) -> int | None:
    # Eighteen digits are within 64 bits.
    return int(text) if len(text) <= 18 else to_integer(text)


MATCHERS = (
    constant("numberStr", _NUMBER),
    constant("number", _NUMBER, _double, "always a double"),
    constant("numberExtStr", _NUMBER + _EXPONENT),
    constant("numberExt", _NUMBER + _EXPONENT, _double, "always a double"),
    constant("integerStr", _INTEGER),
    constant("integer", _INTEGER, _integer, "64 bits; beyond, nothing is extracted"),
    constant("integerExtStr", _INTEGER + _EXPONENT),
    constant("integerExt", _INTEGER + _EXPONENT, lambda text, _: to_integer_ext(text), "64 bits"),
)
