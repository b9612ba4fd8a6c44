"""A job's filter: which records it lets through.

Source: developers.cloudflare.com/logs/logpush/logpush-job/filters
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from firedrill.vendors.cloudflare.fields import FIELDS, check_fields
from firedrill.vendors.cloudflare.trace_items import Record
from firedrill.vendors.errors import FiredrillError, Mistakes

Predicate = Callable[[Record], bool]

MAX_BYTES = 1000
MAX_OPERATORS = 30
"""The page says approximately; comparisons are counted, and/or are not."""

_OPERATORS: dict[str, tuple[frozenset[str], Callable[[Any, Any], bool]]] = {
    "eq": (frozenset({"string", "int"}), lambda field, value: field == value),
    "lt": (frozenset({"int"}), lambda field, value: field < value),
    "leq": (frozenset({"int"}), lambda field, value: field <= value),
    "gt": (frozenset({"int"}), lambda field, value: field > value),
    "geq": (frozenset({"int"}), lambda field, value: field >= value),
    "startsWith": (frozenset({"string"}), lambda field, value: field.startswith(value)),
    "endsWith": (frozenset({"string"}), lambda field, value: field.endswith(value)),
    "contains": (frozenset({"string", "array[string]"}), lambda field, value: value in field),
    "in": (frozenset({"string", "int"}), lambda field, value: field in value),
}
"""Operator -> the types it works on, and its meaning; `contains` on an array is one of its elements."""

_NEGATABLE = ("eq", "startsWith", "endsWith", "contains", "in")

OPERATORS = (*_OPERATORS, *(f"!{name}" for name in _NEGATABLE))


def compile_filter(text: str, place: str) -> Predicate:
    """The predicate of a filter's JSON text; "" lets everything through.

    Raises FiredrillError, beginning with `place`, for what Cloudflare's API would not accept.
    """
    if not text:
        return lambda record: True
    size = len(text.encode())
    if size > MAX_BYTES:
        raise FiredrillError(f"{place}: the filter has {size} bytes; at most {MAX_BYTES} are allowed: shorten it")
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FiredrillError(f"{place}: the filter is not JSON ({error}): {text!r}") from error
    if not isinstance(parsed, dict) or list(parsed) != ["where"]:
        raise FiredrillError(f"{place}: the filter must be an object with the only key 'where', not {text!r}")
    operators = _count(parsed["where"])
    if operators > MAX_OPERATORS:
        raise FiredrillError(
            f"{place}: the filter has {operators} operators; about {MAX_OPERATORS} are allowed: join values with 'in'"
        )
    return _expression(parsed["where"], place)


def _count(node: Any) -> int:
    members = node.get("and", node.get("or")) if isinstance(node, dict) else None
    return sum(_count(each) for each in members) if isinstance(members, list) else 1


def _expression(node: Any, place: str) -> Predicate:
    if isinstance(node, dict) and len(node) == 1:
        ((word, members),) = node.items()
        if word in ("and", "or") and isinstance(members, list) and members:
            parts = _expressions(members, place)
            if word == "and":
                return lambda record: all(part(record) for part in parts)
            return lambda record: any(part(record) for part in parts)
    if isinstance(node, dict) and node.keys() == {"key", "operator", "value"}:
        return _comparison(node["key"], node["operator"], node["value"], place)
    raise FiredrillError(
        f"{place}: the filter has {json.dumps(node)} where it needs"
        ' {"and": [...]}, {"or": [...]} or {"key": ..., "operator": ..., "value": ...}'
    )


def _expressions(members: list[Any], place: str) -> list[Predicate]:
    mistakes = Mistakes()
    parts = []
    for member in members:
        with mistakes.collect():
            parts.append(_expression(member, place))
    mistakes.raise_all()
    return parts


def _comparison(key: Any, operator: Any, value: Any, place: str) -> Predicate:
    check_fields([key], f"{place}, filter")
    if operator not in OPERATORS:
        raise FiredrillError(f"{place}: the filter has the operator {operator!r}; there are {', '.join(OPERATORS)}")
    types, meaning = _OPERATORS[operator.removeprefix("!")]
    kind = FIELDS[key]
    if kind not in types:
        allowed = [name for name in OPERATORS if kind in _OPERATORS[name.removeprefix("!")][0]]
        usable = f"use one of {', '.join(allowed)}" if allowed else "filter on another field"
        raise FiredrillError(
            f"{place}: the filter compares {key} with {operator!r}, which does not work on {kind}; {usable}"
        )
    wanted = _value(key, operator, value, place)
    if operator.startswith("!"):
        return lambda record: not meaning(record[key], wanted)
    return lambda record: meaning(record[key], wanted)


def _value(key: str, operator: str, value: Any, place: str) -> Any:
    """The value in the field's type: the page writes numbers as text, too."""
    if operator.removeprefix("!") == "in":
        if not isinstance(value, list):
            raise FiredrillError(f"{place}: the filter compares {key} with {operator!r}, which needs a list: {value!r}")
        return [_scalar(key, each, place) for each in value]
    return _scalar(key, value, place)


def _scalar(key: str, value: Any, place: str) -> str | int:
    if FIELDS[key] == "int":
        try:
            return int(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else int("")
        except ValueError:
            raise FiredrillError(f"{place}: the filter compares {key}, an int, with {value!r}; use a number") from None
    if not isinstance(value, str):
        raise FiredrillError(f"{place}: the filter compares {key}, a {FIELDS[key]}, with {value!r}; use a string")
    return value
