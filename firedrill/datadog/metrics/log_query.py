"""Queries of log alerts, evaluated over indexed logs.

`logs("search").index("main").rollup("count").by("service,@http.method").last("5m") > 100`
Source: docs.datadoghq.com/monitors/types/log
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from firedrill.datadog.log import Log
from firedrill.datadog.metrics import nodes
from firedrill.datadog.metrics.chains import chain_mistake, last_window, method_of, texts
from firedrill.datadog.metrics.parser import parse_monitor
from firedrill.datadog.metrics.printer import print_monitor
from firedrill.datadog.metrics.query import Evaluation, GroupValues, MonitorQuery
from firedrill.datadog.metrics.store import IndexedLog, IntArray, Kind, Point, PointStore, Tags
from firedrill.datadog.paths import RESERVED, log_attribute, source
from firedrill.datadog.search import compile_query as compile_search
from firedrill.datadog.tags import text as text_of
from firedrill.errors import Unsupported

LONGEST_S = 2 * 86_400
MAX_FACETS = 4
METHODS = ("index", "rollup", "by")
MEASURES = {"avg": "avg", "min": "min", "max": "max", "sum": "sum", "median": "p50"} | {
    f"pc{number}": f"p{number}" for number in (75, 90, 95, 98, 99)
}
"""Aggregations of a measure, and the metric aggregator of the same meaning."""

_METRIC = "logs"
_DISTINCT = "distinct value"

Facet = Callable[[Log], list[Any]]


@dataclass(frozen=True)
class LogQuery:
    """A compiled log alert's query.

    Logs become points of a private store, on which a metric query of the same meaning runs. Groups are not limited to
    the top values, and windows are cut at multiples of 10 s.
    """

    tree: nodes.ChainQuery
    metric: MonitorQuery
    matches: Callable[[IndexedLog], bool]
    facets: dict[str, Facet]
    """By group key; the counted attribute of a cardinality is one more."""
    measure: Facet | None

    @property
    def window_s(self) -> int:
        """Seconds of the evaluation window."""
        return self.metric.window_s

    @property
    def comparator(self) -> str:
        """One of > >= < <= == !=."""
        return self.tree.comparator

    @property
    def threshold(self) -> float:
        """The number that the query ends with."""
        return self.tree.threshold

    @property
    def group_by(self) -> tuple[str, ...]:
        """The facets and tags of `.by()` as written, @ included."""
        return tuple(key for key in self.metric.group_by if key != _DISTINCT)

    def __str__(self) -> str:
        return print_monitor(self.tree)

    def evaluate(self, store: PointStore, times_s: IntArray, *, delay_s: int = 0) -> Evaluation:
        """As `MonitorQuery.evaluate`, over the store's indexed logs; every window counts as full."""
        points = store.cached(("logs", str(self)), lambda: PointStore(self._points(store.logs)))
        found = self.metric.evaluate(points, times_s, delay_s=delay_s)
        if _DISTINCT in self.metric.group_by:
            found = _distinct(found, len(times_s), grouped=bool(self.group_by))
        whole = np.ones(len(times_s), np.bool_)
        return Evaluation(
            {tags: GroupValues(group.values, group.since_s, lambda: whole) for tags, group in found.groups.items()}
        )

    def _points(self, logs: list[IndexedLog]) -> Iterator[Point]:
        kind: Kind = "distribution" if self.measure else "count"
        for indexed in filter(self.matches, logs):
            log = indexed.log
            values = self.measure(log) if self.measure else [1]
            tags = [[f"{key}:{text_of(value)}" for value in facet(log)] for key, facet in self.facets.items()]
            for value in values:
                if isinstance(value, int | float) and not isinstance(value, bool):
                    for group in product(*tags):
                        yield Point(
                            _METRIC, kind, tuple(sorted(group)), log.timestamp, indexed.arrived_ms, float(value)
                        )


def compile_log_query(text: str) -> LogQuery:
    """A log alert's query, checked and ready.

    Raises QuerySyntaxError or the search's own error for what Datadog refuses; Unsupported for other forms.
    """
    tree = parse_monitor(text)
    if isinstance(tree, nodes.ThresholdQuery) or tree.head != "logs":
        head = tree.head if isinstance(tree, nodes.ChainQuery) else "metric"
        raise Unsupported(f"{head} query in a log alert", f"Monitor query {text!r}")
    methods = texts(tree, text, (*METHODS, "last"))
    window = last_window(tree, text, METHODS)
    if window.seconds > LONGEST_S:
        raise chain_mistake(text, method_of(tree, "last"), "a window of at most two days (2880m, 48h)")
    keys = tuple(key.strip() for key in ",".join(methods.get("by", [])).split(",") if key.strip())
    if len(keys) > MAX_FACETS or len(set(keys)) < len(keys):
        raise chain_mistake(
            text, method_of(tree, "by"), f'at most {MAX_FACETS} different facets, as in .by("service,@http.method")'
        )
    facets = {key: _facet(key) for key in keys}
    aggregation, *attribute = methods.get("rollup", ["count"])
    distinct = aggregation == "cardinality"
    if len(attribute) != (0 if aggregation == "count" else 1) or not (
        distinct or aggregation == "count" or aggregation in MEASURES
    ):
        raise chain_mistake(
            text,
            method_of(tree, "rollup"),
            f'"count", or "cardinality" or one of {", ".join(MEASURES)} with an attribute, as in .rollup("avg", "@ms")',
        )
    if distinct:
        facets[_DISTINCT] = _facet(attribute[0])
    measured = aggregation in MEASURES
    leaf = nodes.MetricQuery(
        MEASURES.get(aggregation, "sum"), _METRIC, nodes.Everything(), tuple(facets), None if measured else "as_count"
    )
    time = nodes.TimeAggregation("percentile" if measured else "sum", window)
    metric = MonitorQuery(nodes.ThresholdQuery(time, leaf, tree.comparator, tree.threshold), leaf, leaf.by, None)
    search = compile_search(tree.text, where="monitor")
    indexes = {index.strip() for index in ",".join(methods.get("index", ["*"])).split(",")}

    def matches(indexed: IndexedLog) -> bool:
        return ("*" in indexes or indexed.index in indexes) and search(indexed.log)

    return LogQuery(tree, metric, matches, facets, _facet(attribute[0]) if measured else None)


def _distinct(found: Evaluation, length: int, *, grouped: bool) -> Evaluation:
    """How many values of the last group key have data, for each combination of the other keys."""
    counts: dict[Tags, GroupValues] = {}
    members: dict[Tags, list[GroupValues]] = defaultdict(list)
    for tags, group in found.groups.items():
        members[tags[:-1]].append(group)
    if not members and not grouped:
        members[()] = []
    for tags, groups in members.items():
        number = np.zeros(length)
        for group in groups:
            number += ~np.isnan(group.values)
        since = min((group.since_s for group in groups), default=np.inf)
        counts[tags] = GroupValues(np.where(number > 0, number, np.nan), since, lambda: np.ones(length, np.bool_))
    return Evaluation(counts)


def _facet(path: str) -> Facet:
    """All values of "@attribute", of a reserved attribute or of a tag."""
    if path.startswith("@") or path in RESERVED:
        read = log_attribute(path[1:]) if path.startswith("@") else source(path)

        def values(log: Log) -> list[Any]:
            value = read(log)
            elements = value if isinstance(value, list) else [value]
            return [element for element in elements if element is not None and not isinstance(element, dict | list)]

        return values
    prefix = f"{path}:"
    return lambda log: [tag[len(prefix) :] for tag in log.tags if tag.startswith(prefix)]
