"""json: parses properly formatted JSON."""

from __future__ import annotations

from json import JSONDecoder
from typing import Any, NoReturn

from firedrill.datadog.grok.definitions import plain


def _refuse(name: str) -> NoReturn:
    raise ValueError(name)


_decode = JSONDecoder(parse_constant=_refuse).decode


def _json(value: Any) -> Any:
    if not isinstance(value, str):
        return None
    try:
        return _decode(value)
    except (ValueError, RecursionError):
        return None


FILTER = plain("json", _json, "NaN and Infinity are no JSON")
