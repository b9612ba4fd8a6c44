"""Date patterns: runs of letters, as in Java's date formats, to regular expressions and readers of their texts.

One letter reads one or two digits, n letters read n digits; of months and days, three letters are abbreviations and
four full names, in any case. `Y` is a year like `y`, as in Joda's formats.
Source: docs.datadoghq.com/logs/log_configuration/parsing#parsing-dates
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from firedrill.vendors.datadog.grok.dates.locales import Names
from firedrill.vendors.datadog.grok.dates.zones import zone
from firedrill.vendors.datadog.grok.errors import BadArguments, NotEmulated

_RUN = re.compile(r"(([A-Za-z])\2*)|'((?:[^']|'')*)'|([^'])", re.DOTALL)
_OFFSET = r"Z|[+-]\d\d(?::?\d\d(?::?\d\d)?)?"
_REGION = r"[A-Za-z]+(?:[/_+-][A-Za-z0-9]+)*"
_DIGITS = {"d": "day", "D": "day_of_year", "H": "hour", "k": "hour_to_24", "h": "half_hour_to_12", "K": "half_hour"}
_DIGITS |= {"m": "minute", "s": "second"}
_UNSUPPORTED = frozenset("GQqwWeFcBnNAVOp")
_FIRST_OF_TWO_DIGITS = 70
"""`yy` is between 1970 and 2069."""


@dataclass(frozen=True, slots=True)
class Part:
    """One run: the field it gives, "" for literal text, the regular expression it matches, how its text is read."""

    field: str
    regex: str
    read: Callable[[str], Any] = int


def read_pattern(pattern: str, names: Names) -> list[Part]:
    """The parts of a date pattern; BadArguments says what is wrong, NotEmulated names a letter."""
    result = []
    for run, letter, quoted, other in _RUN.findall(pattern):
        result.append(_part(letter, len(run), names) if run else _literal(quoted, other))
    fields = [part.field for part in result if part.field]
    if not fields or pattern.count("'") % 2:
        raise BadArguments("a date pattern that names a field and closes its quotes, as yyyy-MM-dd'T'HH:mm:ss")
    return result


def _literal(quoted: str, other: str) -> Part:
    return Part("", re.escape(other or quoted.replace("''", "'") or "'"))


def _part(letter: str, count: int, names: Names) -> Part:
    if letter in _DIGITS:
        return Part(_DIGITS[letter], r"\d{1,3}" if letter == "D" and count == 1 else _digits(count))
    match letter:
        case "y" | "u" | "Y":
            return Part("year", r"\d{4}" if count == 1 else rf"\d{{{count}}}", _year)
        case "M" | "L" if count <= 2:
            return Part("month", _digits(count))
        case "M" | "L":
            return _named("month", names.short_months if count == 3 else names.months)
        case "E":
            return _named("weekday", names.short_days if count <= 3 else names.days)
        case "S":
            return Part("millisecond", rf"\d{{{count}}}", lambda text: int(text[:3].ljust(3, "0")))
        case "a":
            return Part("afternoon", "[AaPp][Mm]", lambda text: text[0] in "Pp")
        case "Z" | "X" | "x" if count <= 2 or letter != "Z":
            return Part("zone", _OFFSET, zone)
        case "z" | "Z":
            return Part("zone", f"{_OFFSET}|{_REGION}", zone)
    if letter in _UNSUPPORTED:
        raise NotEmulated(f"the date pattern letter {letter!r}")
    raise BadArguments(f"a letter of date patterns instead of {letter!r}; plain text stands in single quotes")


def _digits(count: int) -> str:
    return r"\d{1,2}" if count == 1 else rf"\d{{{count}}}"


def _year(text: str) -> int:
    return int(text) + (0 if len(text) != 2 else 1900 if int(text) >= _FIRST_OF_TWO_DIGITS else 2000)


def _named(field: str, names: tuple[str, ...]) -> Part:
    numbers = {name.lower(): number for number, name in enumerate(names, start=1)}
    longest_first = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
    return Part(field, rf"(?i:{longest_first})\.?", lambda text: numbers[text.rstrip(".").lower()])
