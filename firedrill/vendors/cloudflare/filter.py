"""A job's filter: which records it lets through.

Source: developers.cloudflare.com/logs/logpush/logpush-job/filters
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from firedrill.vendors.cloudflare.rules.filters import filter_breaches, typed
from firedrill.vendors.cloudflare.trace_items import Record
from firedrill.vendors.errors import refuse

Predicate = Callable[[Record], bool]

_MEANINGS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda field, value: field == value,
    "lt": lambda field, value: field < value,
    "leq": lambda field, value: field <= value,
    "gt": lambda field, value: field > value,
    "geq": lambda field, value: field >= value,
    "startsWith": lambda field, value: field.startswith(value),
    "endsWith": lambda field, value: field.endswith(value),
    "contains": lambda field, value: value in field,
    "in": lambda field, value: field in value,
}
"""By operator; `contains` on an array is one of its elements."""


def compile_filter(text: str, place: str) -> Predicate:
    """The predicate of a filter's JSON text; "" lets everything through.

    Raises FiredrillError, beginning with `place`, for what Cloudflare's API would not accept.
    """
    refuse(place, filter_breaches(text))
    return _expression(json.loads(text)["where"]) if text else lambda record: True


def _expression(node: dict[str, Any]) -> Predicate:
    if "key" in node:
        return _comparison(**node)
    ((word, members),) = node.items()
    parts = [_expression(member) for member in members]
    if word == "and":
        return lambda record: all(part(record) for part in parts)
    return lambda record: any(part(record) for part in parts)


def _comparison(key: str, operator: str, value: Any) -> Predicate:
    meaning = _MEANINGS[operator.removeprefix("!")]
    wanted = [typed(key, each) for each in value] if isinstance(value, list) else typed(key, value)
    if operator.startswith("!"):
        return lambda record: not meaning(record[key], wanted)
    return lambda record: meaning(record[key], wanted)
