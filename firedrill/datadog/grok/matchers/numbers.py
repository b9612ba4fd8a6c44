"""number, numberStr, numberExt, numberExtStr, integer, integerStr, integerExt, integerExtStr."""

from __future__ import annotations

from firedrill.datadog.grok.definitions import constant
from firedrill.datadog.grok.numbers import to_double, to_integer, to_integer_ext

_NUMBER = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)"
_INTEGER = r"[+-]?\d+"
_EXPONENT = r"(?:[eE][+-]?\d+)?"

MATCHERS = (
    constant("numberStr", _NUMBER),
    constant("number", _NUMBER, lambda text, _: to_double(text), "always a double"),
    constant("numberExtStr", _NUMBER + _EXPONENT),
    constant("numberExt", _NUMBER + _EXPONENT, lambda text, _: to_double(text), "always a double"),
    constant("integerStr", _INTEGER),
    constant("integer", _INTEGER, lambda text, _: to_integer(text), "64 bits; beyond, nothing is extracted"),
    constant("integerExtStr", _INTEGER + _EXPONENT),
    constant("integerExt", _INTEGER + _EXPONENT, lambda text, _: to_integer_ext(text), "64 bits"),
)
