"""Which series a scope selects, and into which groups they fall."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import product

from firedrill.vendors.datadog.queries import nodes
from firedrill.vendors.datadog.queries.store import PointStore, Series, Tags

Matches = Callable[[Tags], bool]


def compile_scope(scope: nodes.Scope) -> Matches:
    """The scope as a predicate on a series' tags; `*` inside a value stands for any characters.

    Source: docs.datadoghq.com/metrics/advanced-filtering
    """
    if isinstance(scope, nodes.Everything):
        return lambda tags: True
    if isinstance(scope, nodes.Tag):
        return _tag(scope.text)
    if isinstance(scope, nodes.Within):
        options = [_tag(f"{scope.key}:{value}") for value in scope.values]
        wanted = not scope.excluded
        return lambda tags: any(option(tags) for option in options) is wanted
    if isinstance(scope, nodes.Not):
        inner = compile_scope(scope.operand)
        return lambda tags: not inner(tags)
    operands = [compile_scope(operand) for operand in scope.operands]
    if isinstance(scope, nodes.Both):
        return lambda tags: all(operand(tags) for operand in operands)
    return lambda tags: any(operand(tags) for operand in operands)


def select(store: PointStore, query: nodes.MetricQuery) -> dict[Tags, list[Series]]:
    """The series of a query by group: one "key:value" for each group key, in the query's order.

    A series that lacks a group key has no group, since monitors do not evaluate N/A groups; one with several values of
    a key belongs to several. Source: docs.datadoghq.com/monitors/guide/troubleshooting-no-data
    """
    return store.cached(("select", query.metric, query.scope, query.by), lambda: _select(store, query))


def first_arrivals_s(store: PointStore, query: nodes.MetricQuery) -> dict[Tags, float]:
    """When the first point of each group arrived, in seconds since the epoch."""
    return {
        group: min(int(one.arrived_ms.min()) for one in series) / 1000
        for group, series in select(store, query).items()
        if series
    }


def _select(store: PointStore, query: nodes.MetricQuery) -> dict[Tags, list[Series]]:
    matches = compile_scope(query.scope)
    groups: dict[Tags, list[Series]] = {} if query.by else {(): []}
    for tags, series in store.series(query.metric).items():
        if matches(tags):
            for group in _groups(tags, query.by):
                groups.setdefault(group, []).append(series)
    return groups


def _groups(tags: Tags, keys: tuple[str, ...]) -> Iterator[Tags]:
    return product(*([tag for tag in tags if tag.startswith(f"{key}:")] for key in keys))


def _tag(text: str) -> Matches:
    if "*" not in text:
        return lambda tags: text in tags
    pattern = re.compile(".*".join(re.escape(part) for part in text.split("*")), re.DOTALL)
    return lambda tags: any(pattern.fullmatch(tag) for tag in tags)
