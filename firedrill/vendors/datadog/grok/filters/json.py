"""json: parses JSON, in whose texts line breaks and other control characters need no escape.

What follows an object or an array is ignored, as in the results that Datadog publishes with its pipelines
(integrations-core, weave-npc_tests.yaml).
"""

from __future__ import annotations

from json import JSONDecoder
from math import isfinite
from typing import Any, NoReturn

from firedrill.vendors.datadog import quick_json
from firedrill.vendors.datadog.grok.definitions import plain

_SPACE = " \t\n\r"


def _refuse(text: str) -> NoReturn:
    raise ValueError(text)


def _finite(text: str) -> float:
    number = float(text)
    return number if isfinite(number) else _refuse(text)


_decode = JSONDecoder(
    parse_constant=_refuse, parse_float=_finite, strict=False
).raw_decode  # a third faster than decode


def _json(value: Any) -> Any:
    if not isinstance(value, str):
        return None
    text = value.strip(_SPACE)
    return quick_json.read(text, _as_python_does) if text[:1] == "{" else _as_python_does(text)


def _as_python_does(text: str) -> Any:
    try:
        found, end = _decode(text)
    except (ValueError, RecursionError):
        return None
    return found if end == len(text) or isinstance(found, (dict, list)) else None


FILTER = plain("json", _json, "NaN, Infinity and numbers beyond a double are no JSON")
