"""Metric points as Datadog answers with them: version 1 (`series[].pointlist`) and version 2 (`times` and `values`).

An answer of version 1 has its query and its times in it; one of version 2 has neither query nor interval, so the query
is given beside it and the interval is the shortest between two of its times.
Sources: docs.datadoghq.com/api/latest/metrics/query-timeseries-points,
docs.datadoghq.com/api/latest/metrics/query-timeseries-data-across-multiple-products
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from firedrill.declared.declaration import Json
from firedrill.documents import WRONG_SHAPE, wrong_shape
from firedrill.standalone.read import Source, parse_objects
from firedrill.standalone.words import shortened
from firedrill.vendors.datadog.dates import LATEST_MS
from firedrill.vendors.datadog.queries.graphs import parts
from firedrill.vendors.errors import FiredrillError

Group = frozenset[str]
DEFAULT_INTERVAL_MS = 60_000
"""Of an answer without any series, which says nothing of its interval."""


@dataclass
class HeldQuery:
    """What one query came to: by group the value at the start of each interval (ms)."""

    text: str
    place: str
    interval_ms: int = DEFAULT_INTERVAL_MS
    begin_ms: int | None = None
    end_ms: int | None = None
    groups: dict[Group, dict[int, float]] = field(default_factory=dict)


def read_points(sources: Sequence[Source], queries: Sequence[str]) -> list[HeldQuery]:
    """Every query of the files; `queries` are those that an answer of version 2 is of, by its query_index.

    Raises FiredrillError for what has neither form.
    """
    found: list[HeldQuery] = []
    for source in sources:
        for number, entry in enumerate(parse_objects(source, "answer"), start=1):
            place = source.name if number == 1 else f"{source.name}, answer {number}"
            try:
                found += _answer(entry, place, queries)
            except WRONG_SHAPE as error:
                raise FiredrillError(
                    f"{place} is not an answer about metric points: {wrong_shape(error)}; export it again."
                ) from error
    return found


def _answer(entry: Json, place: str, queries: Sequence[str]) -> list[HeldQuery]:
    if entry.get("errors") or entry.get("error"):
        raise FiredrillError(
            f"{place}: the API answered with an error: {shortened(entry.get('errors') or entry.get('error'))}"
        )
    if "series" in entry and "query" in entry:
        return _version_1(entry, place)
    data = entry.get("data")
    if isinstance(data, dict) and "times" in (data.get("attributes") or {}):
        return _version_2(data["attributes"], place, queries)
    raise FiredrillError(
        f"{place} is {shortened(entry)}; it should be what GET /api/v1/query answers with (query, series[].pointlist), "
        "or POST /api/v2/query/timeseries (data.attributes.times)."
    )


def _version_1(entry: Json, place: str) -> list[HeldQuery]:
    found = [HeldQuery(text, place) for text in parts(str(entry["query"]))]
    for each in found:
        each.begin_ms, each.end_ms = (
            None if entry.get(name) is None else _time(entry[name]) for name in ("from_date", "to_date")
        )
    for series in entry["series"]:
        held = _of_index(found, series.get("query_index") or 0, place)
        held.interval_ms = _time(int(series.get("interval") or DEFAULT_INTERVAL_MS // 1000) * 1000)
        tags = series.get("tag_set")
        group = _scope(series.get("scope") or "*") if tags is None else frozenset(map(str, tags))
        held.groups[group] = {_time(at): float(value) for at, value in series["pointlist"] if value is not None}
    return found


def _version_2(attributes: Mapping[str, Any], place: str, queries: Sequence[str]) -> list[HeldQuery]:
    if not queries:
        raise FiredrillError(
            f"{place}: an answer of version 2 does not say what was asked; give the query with --metric-query, "
            "several of them in the order of the request."
        )
    times = [_time(at) for at in attributes["times"]]
    found = [HeldQuery(text, place) for text in queries]
    steps = [later - earlier for earlier, later in pairwise(times)]
    for each in found:
        each.interval_ms = min(steps, default=DEFAULT_INTERVAL_MS)
        each.begin_ms = times[0] if times else None
        each.end_ms = times[-1] + each.interval_ms if times else None
    for series, values in zip(attributes["series"], attributes["values"], strict=True):
        held = _of_index(found, series.get("query_index") or 0, place)
        group = frozenset(map(str, series.get("group_tags") or ()))
        held.groups[group] = {at: float(value) for at, value in zip(times, values, strict=True) if value is not None}
    return found


def _of_index(found: Sequence[HeldQuery], index: int, place: str) -> HeldQuery:
    if not 0 <= index < len(found):
        raise FiredrillError(f"{place}: query_index is {index}, of {len(found)} known; give each query of the request.")
    return found[index]


def _scope(scope: str) -> Group:
    return frozenset(tag for tag in scope.split(",") if tag and tag != "*")


def _time(value: Any) -> int:
    """A time in ms. Raises ValueError for one that is none."""
    time_ms = int(value)
    if not 0 <= time_ms <= LATEST_MS:
        raise ValueError(time_ms)
    return time_ms


def times_of(query: HeldQuery) -> Iterator[int]:
    """The times of all points of a query (ms)."""
    for points in query.groups.values():
        yield from points
