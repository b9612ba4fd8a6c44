"""A job's filter: built for Workers, and checked as Cloudflare's API does.

Source: developers.cloudflare.com/logs/logpush/logpush-job/filters
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from firedrill.vendors.cloudflare.rules.fields import FIELDS, field_breaches
from firedrill.vendors.rules.breach import Breach, shown

MAX_BYTES = 1000
MAX_OPERATORS = 30
"""The page says approximately; comparisons are counted, and/or are not."""

_TYPES = {
    "eq": ("string", "int"),
    "lt": ("int",),
    "leq": ("int",),
    "gt": ("int",),
    "geq": ("int",),
    "startsWith": ("string",),
    "endsWith": ("string",),
    "contains": ("string", "array[string]"),
    "in": ("string", "int"),
}
_NEGATABLE = ("eq", "startsWith", "endsWith", "contains", "in")
OPERATORS = _TYPES | {f"!{name}": _TYPES[name] for name in _NEGATABLE}
"""Operator -> the types of fields that it works on."""

_EXPRESSION = '{"and": [...]}, {"or": [...]} or {"key": ..., "operator": ..., "value": ...}'


@dataclass(frozen=True)
class Only:
    """Which records of Workers are meant: those with one of these values, and with none of those `without`.

    Without values of a kind all are meant.
    """

    outcomes: tuple[str, ...] = ()
    without_outcomes: tuple[str, ...] = ()
    event_types: tuple[str, ...] = ()
    without_event_types: tuple[str, ...] = ()

    @property
    def conditions(self) -> list[dict[str, Any]]:
        """A comparison for each kind that has values."""
        kinds = (
            ("Outcome", "", self.outcomes),
            ("Outcome", "!", self.without_outcomes),
            ("EventType", "", self.event_types),
            ("EventType", "!", self.without_event_types),
        )
        return [_one_of(key, values, negated) for key, negated, values in kinds if values]


ALL = Only()


def worker_filter(names: Sequence[str], only: Only = ALL) -> str:
    """The filter that lets these records of these Workers through and no others; it may be too long."""
    workers = _one_of("ScriptName", names)
    where = {"and": [workers, *only.conditions]} if only.conditions else workers
    return json.dumps({"where": where}, separators=(",", ":"))


def worker_filters(names: Sequence[str], only: Only = ALL) -> list[str]:
    """The same as few filters, each as long as Cloudflare takes it: every record passes exactly one of them.

    One that is too long even for a single Worker is left too long. Its operators are few: there is one of each kind.
    """
    found: list[str] = []
    taken: list[str] = []
    for name in sorted(names):
        text = worker_filter([*taken, name], only)
        if taken and len(text.encode()) > MAX_BYTES:
            found.append(worker_filter(taken, only))
            taken = []
        taken.append(name)
    return [*found, worker_filter(taken, only)] if taken else found


def _one_of(key: str, values: Sequence[str], negated: str = "") -> dict[str, Any]:
    """`in` instead of many `eq`: each comparison counts towards the limit."""
    if len(values) == 1:
        return {"key": key, "operator": f"{negated}eq", "value": values[0]}
    return {"key": key, "operator": f"{negated}in", "value": sorted(values)}


def compared(text: str) -> dict[str, set[str]]:
    """The fields that a valid filter compares, each with the texts that it compares it with."""
    found: dict[str, set[str]] = {}

    def visit(node: Any) -> None:
        if "key" in node:
            value = node["value"]
            found.setdefault(node["key"], set()).update(map(str, value if isinstance(value, list) else [value]))
        else:
            for members in node.values():
                for member in members:
                    visit(member)

    if text:
        visit(json.loads(text)["where"])
    return found


def filter_breaches(text: str) -> Iterator[Breach]:
    """What is wrong with a filter's JSON text; "" lets everything through."""
    size = len(text.encode())
    if size > MAX_BYTES:
        yield Breach("filter", f"{size} bytes long", f"at most {MAX_BYTES} bytes", "shorten it, or make several jobs")
        return
    try:
        parsed = json.loads(text) if text else {"where": {"and": []}}
    except (ValueError, RecursionError) as error:
        yield Breach("filter", f"{text!r}, which is not JSON ({error})", 'JSON: {"where": ...}')
        return
    if not isinstance(parsed, dict) or list(parsed) != ["where"]:
        yield Breach("filter", repr(text), "an object with the only key 'where'")
        return
    operators = _count(parsed["where"])
    if operators > MAX_OPERATORS:
        yield Breach(
            "filter", f"{operators} operators long", f"about {MAX_OPERATORS} operators", "join values with 'in'"
        )
    elif text:
        yield from _expression("filter.where", parsed["where"])


def typed(field: str, value: Any) -> str | int:
    """A value in the field's type, since the page writes numbers as text, too; raises ValueError for another type."""
    if FIELDS[field] != "int" and isinstance(value, str):
        return value
    if FIELDS[field] == "int" and isinstance(value, (str, int)) and not isinstance(value, bool):
        return int(value)
    raise ValueError(value)


def _count(node: Any) -> int:
    members = node.get("and", node.get("or")) if isinstance(node, dict) else None
    return sum(map(_count, members)) if isinstance(members, list) else 1


def _expression(path: str, node: Any) -> Iterator[Breach]:
    if isinstance(node, dict) and len(node) == 1:
        ((word, members),) = node.items()
        if word in ("and", "or") and isinstance(members, list) and members:
            for index, member in enumerate(members):
                yield from _expression(f"{path}.{word}[{index}]", member)
            return
    if isinstance(node, dict) and node.keys() == {"key", "operator", "value"}:
        yield from _comparison(path, **node)
    else:
        yield Breach(path, json.dumps(node), _EXPRESSION)


def _comparison(path: str, key: Any, operator: Any, value: Any) -> Iterator[Breach]:
    unknown = [*field_breaches(f"{path}.key", [key])]
    if not isinstance(operator, str) or operator not in OPERATORS:
        unknown.append(Breach(f"{path}.operator", shown(operator), f"one of {', '.join(OPERATORS)}"))
    if unknown:
        yield from unknown
        return
    kind = FIELDS[key]
    if kind not in OPERATORS[operator]:
        usable = [name for name, types in OPERATORS.items() if kind in types]
        allowed = f"one of {', '.join(usable)}, since {key} is of type {kind}"
        none = f"no operator at all, since {key} is of type {kind}"
        yield Breach(
            f"{path}.operator", shown(operator), *((allowed,) if usable else (none, "filter on another field"))
        )
        return
    is_list = operator.removeprefix("!") == "in"
    if is_list and not isinstance(value, list):
        yield Breach(f"{path}.value", shown(value), f"a list, since the operator is {operator}")
        return
    for each in value if is_list else [value]:
        try:
            typed(key, each)
        except ValueError:
            allowed = "whole number" if kind == "int" else "string"
            yield Breach(f"{path}.value", shown(each), f"a {allowed}, since {key} is of type {kind}")
