r"""keyvalue([separatorStr[, characterAllowList[, quotingStr[, delimiter]]]]): pairs become the members of an object.

A key and a value are quoted, or made of letters, digits, `. - _ @` and the allowed characters. A pair stands between
delimiters, white space, a comma and a semicolon by default, or brackets; of a delimiter of several characters, each is
one. One quoting character opens and closes. Unquoted values are read as booleans and numbers where they are ones; null
and empty values are left out, quoted ones are trimmed. As in the results that Datadog publishes with its pipelines, a
duration like 263ms or 1.5s is a number of whole milliseconds, and an integer beyond 64 bits or a number with an
exponent or decimals and a leading zero stays a string.
Source: docs.datadoghq.com/logs/log_configuration/parsing#key-value-or-logfmt. From vectordotdev/vrl, which Datadog's
engineers checked against their parser: a dot in a key makes an object, a repeated key an array, a key with a space is
left out, a value's trailing comma is cut, `07` is a number and `08` a string.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from firedrill.vendors.datadog.grok.definitions import Filter, Transform, texts
from firedrill.vendors.datadog.grok.errors import BadArguments
from firedrill.vendors.datadog.grok.numbers import to_double, to_integer
from firedrill.vendors.datadog.grok.objects import put
from firedrill.vendors.datadog.grok.regex import compile_findall

_EXPECTED = (
    'up to four texts, as keyvalue("=", "/:", "<>", "|"): a separator, characters, up to two quotes, a delimiter'
)
_QUOTES = {'"': '"', "'": "'", "<": ">"}
_CONSTANTS = {"true": True, "false": False, "null": None}
_NO_OCTAL = re.compile(r"0[0-9]*[89][0-9]*")
_INTEGER = re.compile(r"[+-]?[0-9]+")
_LEADING_ZERO = re.compile(r"[+-]?0[0-9]")
_DURATION = re.compile(r"([0-9]{1,18}(?:\.[0-9]{1,18})?)(ns|us|µs|ms|s|m|h)")
_MILLISECONDS = {
    "ns": Decimal("0.000001"),
    "us": Decimal("0.001"),
    "µs": Decimal("0.001"),
    "ms": Decimal(1),
    "s": Decimal(1_000),
    "m": Decimal(60_000),
    "h": Decimal(3_600_000),
}
_CHARACTER = re.compile(r"\\[\s\S]|[\s\S]")


def _build(arguments: Sequence[Any]) -> Transform:
    given = texts(arguments, 0, 4, _EXPECTED)
    separator, allowed, quoting, delimiter = [*given, *("=", "", "", "")[len(given) :]]
    if not separator or len(quoting) > 2:
        raise BadArguments(_EXPECTED)
    quotes = {quoting[0]: quoting[-1]} if quoting else _QUOTES
    characters = r"\w.\-_@" + "".join(_in_class(character) for character in _CHARACTER.findall(allowed))
    quoted = "|".join(f"{re.escape(start)}[^{re.escape(end)}]+{re.escape(end)}" for start, end in quotes.items())
    part = f"({quoted}|[{characters}]+)"
    between = f"[{re.escape(delimiter)}]"
    before, after = (between, between) if delimiter else (r"[\s,;(\[{]", r"[\s,;)\]}]")
    pairs = compile_findall(f"(?:^|(?<={before})){part}{re.escape(separator)}{part}(?={after}|$)")

    def parse(value: Any) -> dict[str, Any] | None:
        if not isinstance(value, str):
            return None
        result: dict[str, Any] = {}
        for key, text in pairs(value):
            name = key[1:-1] if quotes.get(key[0]) == key[-1] else key.strip()
            is_quoted = quotes.get(text[0]) == text[-1]
            found = text[1:-1].strip() if is_quoted else _read(text.strip().rstrip(","))
            is_empty = found is None or (found == "" and not text[1:-1])
            if name and " " not in name and not is_empty:
                put(result, (), name, found)
        return result

    return parse


def _in_class(character: str) -> str:
    """A character, or a backslash with one, as a class of a regular expression takes it."""
    return character if len(character) == 2 else re.escape(character)


def _read(text: str) -> Any:
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if match := _DURATION.fullmatch(text):
        return int(Decimal(match[1]) * _MILLISECONDS[match[2]])
    number: float | None
    if _INTEGER.fullmatch(text):
        number = None if _NO_OCTAL.fullmatch(text) else to_integer(text)
    else:
        number = None if _LEADING_ZERO.match(text) else to_double(text)
    return text if number is None else number


FILTER = Filter("keyvalue", _build)
