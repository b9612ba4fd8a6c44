"""csv(headers[, separator[, quotingcharacter]]): one line of separated values becomes an object.

Numbers are cast; empty values are left out; the first values or the first headers are taken when their numbers differ;
a dot in a header makes an object.
Source: docs.datadoghq.com/logs/log_configuration/parsing#parsing-csv
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from io import StringIO
from typing import Any

from firedrill.vendors.datadog.grok.definitions import Filter, Transform, texts
from firedrill.vendors.datadog.grok.errors import BadArguments
from firedrill.vendors.datadog.grok.numbers import to_double, to_integer

_EXPECTED = (
    "headers that start with a letter, one separating character (or tab) and one quoting character, "
    'as csv("name,age", ",")'
)
_HEADER = re.compile(r"[A-Za-z][\w.@-]*", re.ASCII)


def _build(arguments: Sequence[Any]) -> Transform:
    given = texts(arguments, 1, 3, _EXPECTED)
    headers, separator, quote = [*given, *("", ",", '"')[len(given) :]]
    separator = "\t" if separator == "tab" else separator
    names = [name.strip() for name in headers.split(",")]
    if not all(map(_HEADER.fullmatch, names)) or len(separator) != 1 or len(quote) != 1 or separator == quote:
        raise BadArguments(_EXPECTED)

    def parse(value: Any) -> dict[str, Any] | None:
        if not isinstance(value, str):
            return None
        try:
            row = next(csv.reader(StringIO(value, newline=""), delimiter=separator, quotechar=quote), [])
        except csv.Error:
            return None
        return {name: _cast(text) for name, text in zip(names, row, strict=False) if text}

    return parse


def _cast(text: str) -> str | int | float:
    for cast in (to_integer, to_double):
        if text.isascii() and (number := cast(text)) is not None:
            return number
    return text


FILTER = Filter("csv", _build)
