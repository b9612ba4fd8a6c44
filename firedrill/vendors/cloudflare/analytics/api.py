"""Answers to queries of analytics and for the names of namespaces, as Cloudflare's API gives them.

What Cloudflare does not know is refused in the form that is documented for errors; so is, by its name, what it knows
and is not modelled here. Source: developers.cloudflare.com/analytics/graphql-api (limits, errors)
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from firedrill.vendors.cloudflare.analytics.datasets import DATASETS, OTHERS, TIMES, Dataset, read, written
from firedrill.vendors.cloudflare.analytics.query import Field, parse
from firedrill.vendors.cloudflare.analytics.usage import Namespace, Usage
from firedrill.vendors.cloudflare.rules import answers
from firedrill.vendors.errors import FiredrillError

MAX_ROWS = 10_000
"""Rows of an answer. Source: developers.cloudflare.com/analytics/graphql-api/limits"""
KEPT_S = 2_678_400
"""31 days. Source: developers.cloudflare.com/durable-objects/observability/metrics-and-analytics"""
DELAY_MS = 300_000
"""A minute is known so long after its end: nothing is documented. A public exporter waits as long by default."""
_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "": lambda value, wanted: value == wanted,
    "neq": lambda value, wanted: value != wanted,
    "in": lambda value, wanted: value in wanted,
    "geq": lambda value, wanted: value >= wanted,
    "gt": lambda value, wanted: value > wanted,
    "leq": lambda value, wanted: value <= wanted,
    "lt": lambda value, wanted: value < wanted,
}
_OF_TEXT = ("", "neq", "in")


class _Refused(FiredrillError):
    """What is wrong with a query, and where."""

    def __init__(self, message: str, *path: str) -> None:
        self.path = path
        super().__init__(message)


def namespaces(known: Collection[Namespace]) -> dict[str, Any]:
    """What is answered for the list of an account's namespaces.

    Source: developers.cloudflare.com/api/resources/durable_objects/subresources/namespaces/methods/list
    """
    return answers.result(
        [
            {
                "id": each.id,
                "name": f"{each.script}_{each.class_name}",
                "script": each.script,
                "class": each.class_name,
                "use_sqlite": True,
            }
            for each in known
        ]
    )


def answer(body: Any, account: str, usage: Usage, now_ms: int) -> dict[str, Any]:
    """The JSON that is answered at a time (ms) to a query with its variables; never raises."""
    asked = body if isinstance(body, Mapping) else {}
    try:
        variables = asked.get("variables")
        fields = parse(str(asked.get("query") or ""), variables if isinstance(variables, Mapping) else {})
        return {"data": {each.name: _viewer(each, account, usage, now_ms) for each in fields}, "errors": None}
    except FiredrillError as error:
        path = list(error.path) if isinstance(error, _Refused) else None
        at = datetime.fromtimestamp(now_ms / 1000, UTC).isoformat()
        return {"data": None, "errors": [{"message": str(error), "path": path, "extensions": {"timestamp": at}}]}


def _viewer(viewer: Field, account: str, usage: Usage, now_ms: int) -> dict[str, Any]:
    _require(viewer.key == "viewer", f'unknown field "{viewer.key}"')
    return {each.name: _accounts(each, account, usage, now_ms) for each in _asked(viewer)}


def _accounts(accounts: Field, account: str, usage: Usage, now_ms: int) -> list[dict[str, Any]]:
    _require(accounts.key == "accounts", f'unknown field "{accounts.key}"', "viewer")
    given = accounts.arguments.get("filter") or {}
    _require(given == {"accountTag": account}, "not authorized for that account", "viewer", "accounts")
    return [{each.name: list(_rows(each, usage, now_ms)) for each in _asked(accounts)}]


def _rows(asked: Field, usage: Usage, now_ms: int) -> Iterator[dict[str, Any]]:
    dataset = DATASETS.get(asked.key)
    if dataset is None:
        known = asked.key in OTHERS
        raise _Refused(f'{"dataset not modelled here" if known else "unknown field"} "{asked.key}"', *_path(asked))
    dimensions, fields = _selected(asked, dataset)
    unknown = asked.arguments.keys() - {"limit", "filter", "orderBy"}
    _require_argument(asked, not unknown, f'unknown arg "{min(unknown, default="")}"')
    limit = asked.arguments.get("limit")
    within = isinstance(limit, int) and 0 < limit <= MAX_ROWS
    _require(within, f"limit must be positive number and not greater than {MAX_ROWS}", *_path(asked))
    since_ms, matches = _filter(asked, dataset, now_ms)
    groups: dict[tuple[str, ...], dict[str, float]] = {}
    for at_ms, others, values in usage.rows(asked.key, since_ms):
        if at_ms + TIMES["datetimeMinute"] + DELAY_MS > now_ms or not matches(at_ms, others):
            continue
        group = tuple(written(each, at_ms) if each in TIMES else others[each] for each in dimensions)
        found = groups.setdefault(group, {})
        for name in fields:
            one, other = found.get(name, 0.0), values[name]
            found[name] = max(one, other) if dataset.aggregate == "max" else one + other
    for group in _ordered(asked, dimensions, list(groups))[:limit]:
        row: dict[str, Any] = {"dimensions": dict(zip(dimensions, group, strict=True))} if dimensions else {}
        yield row | ({dataset.aggregate: groups[group]} if fields else {})


def _selected(asked: Field, dataset: Dataset) -> tuple[list[str], list[str]]:
    """The names of the dimensions and of the fields that are asked for."""
    path = _path(asked)
    allowed = {"dimensions": {*dataset.dimensions, *dataset.times}, dataset.aggregate: dataset.fields}
    found: dict[str, list[str]] = {"dimensions": [], dataset.aggregate: []}
    for part in _asked(asked):
        _require(part.key in allowed, f'unknown field "{part.key}"', *path)
        for each in _asked(part):
            _require(not each.fields, "scalar fields must have not selections", *path, part.key, each.key)
            here = each.key not in dataset.others
            _require(here, f'field not modelled here "{each.key}"', *path, part.key)
            _require(each.key in allowed[part.key], f'unknown field "{each.key}"', *path, part.key)
            found[part.key].append(each.key)
    return found["dimensions"], found[dataset.aggregate]


def _filter(asked: Field, dataset: Dataset, now_ms: int) -> tuple[int, Callable[[int, Mapping[str, str]], bool]]:
    """From when on rows are asked for (ms), and whether one is, by its time and its other dimensions."""
    since_ms = 0
    conditions: list[tuple[str, Callable[[Any, Any], bool], Any]] = []
    given = asked.arguments.get("filter") or {}
    _require_argument(asked, isinstance(given, Mapping), "filter is no object")
    for name, wanted in given.items():
        dimension, _, how = name.partition("_")
        known = dimension in dataset.times or (dimension in dataset.dimensions and how in _OF_TEXT)
        _require_argument(asked, how in _COMPARE and known, f'unknown arg "{name}"')
        _require_argument(asked, how != "in" or isinstance(wanted, list), f'"{name}" is no list')
        if dimension not in TIMES:
            conditions.append((dimension, _COMPARE[how], wanted))
            continue
        try:
            times = [read(each) for each in (wanted if how == "in" else [wanted])]
        except (TypeError, ValueError):
            raise _wrong_argument(asked, f'"{name}" is no time') from None
        kept = min(times, default=now_ms) >= now_ms - KEPT_S * 1000
        _require(kept, f"cannot request data older than {KEPT_S}s", *_path(asked))
        conditions.append((dimension, _COMPARE[how], times if how == "in" else times[0]))
        since_ms = max(since_ms, min(times) if times and how in ("geq", "gt") and dimension == dataset.finest else 0)

    def matches(at_ms: int, others: Mapping[str, str]) -> bool:
        return all(
            compare(at_ms // TIMES[name] * TIMES[name] if name in TIMES else others[name], wanted)
            for name, compare, wanted in conditions
        )

    return since_ms, matches


def _ordered(asked: Field, dimensions: list[str], groups: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    order = asked.arguments.get("orderBy") or []
    _require_argument(asked, isinstance(order, list), "orderBy is no list")
    for each in reversed(order):
        name, _, way = str(each).rpartition("_")
        _require_argument(asked, name in dimensions and way in ("ASC", "DESC"), f'unknown arg "{each}"')
        place = dimensions.index(name)
        groups.sort(key=lambda group: group[place], reverse=way == "DESC")
    return groups


def _asked(field: Field) -> tuple[Field, ...]:
    _require(bool(field.fields), f'object field must have selections "{field.key}"')
    return field.fields


def _require(holds: bool, message: str, *path: str) -> None:
    if not holds:
        raise _Refused(message, *path)


def _require_argument(asked: Field, holds: bool, what: str) -> None:
    if not holds:
        raise _wrong_argument(asked, what)


def _wrong_argument(asked: Field, what: str) -> _Refused:
    return _Refused(f'error parsing args for "{asked.key}": {what}', *_path(asked))


def _path(asked: Field) -> tuple[str, ...]:
    return "viewer", "accounts", "0", asked.key
