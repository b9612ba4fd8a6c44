"""Chained queries over records (indexed logs, events), evaluated as metric queries over points made of them.

`logs("search").index("main").rollup("count").by("service,@http.method").last("5m") > 100`
Sources: docs.datadoghq.com/monitors/types/log, docs.datadoghq.com/monitors/types/event
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Literal

import numpy as np

from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.queries import nodes
from firedrill.vendors.datadog.queries.chains import chain_mistake, last_window, method_of, texts
from firedrill.vendors.datadog.queries.facets import Facet, facet_of
from firedrill.vendors.datadog.queries.parser import parse_monitor
from firedrill.vendors.datadog.queries.printer import print_monitor
from firedrill.vendors.datadog.queries.query import Evaluation, GroupValues, MonitorQuery
from firedrill.vendors.datadog.queries.records import Record
from firedrill.vendors.datadog.queries.store import BoolArray, IntArray, Kind, Point, PointStore, Tags
from firedrill.vendors.datadog.search import DURATIONS, has_durations
from firedrill.vendors.datadog.search import compile_query as compile_search
from firedrill.vendors.datadog.tags import text as text_of
from firedrill.vendors.errors import FiredrillError, Unsupported

LONGEST_S = 2 * 86_400
MAX_FACETS = 4
MEASURES = {"avg": "avg", "min": "min", "max": "max", "sum": "sum", "median": "p50"} | {
    f"pc{number}": f"p{number}" for number in (75, 90, 95, 98, 99)
}
"""Aggregations of a measure, and the metric aggregator of the same meaning."""

_METRIC = "records"
_DISTINCT = "distinct value"


@dataclass(frozen=True)
class Source:
    """What a query reads: its `head`, the `monitor` it belongs to, its methods besides last()."""

    head: Literal["logs", "events"]
    monitor: str
    methods: tuple[str, ...]
    records: Callable[[PointStore], Sequence[Record]]


@dataclass(frozen=True)
class RecordQuery:
    """A compiled query over records.

    Records become points of a private store, on which a metric query of the same meaning runs. Groups are not limited
    to the top values, and windows are cut at multiples of 10 s.
    """

    source: Source
    tree: nodes.ChainQuery
    metric: MonitorQuery
    matches: Callable[[Record], bool]
    aggregation: str
    """count, cardinality or one of MEASURES."""
    facets: Mapping[str, Facet]
    """By group key; the counted attribute of a cardinality is one more."""
    measure: Facet | None
    notes: tuple[str, ...] = field(default=(), kw_only=True)
    """What of the query is a model by the way it is read."""

    @property
    def reads(self) -> tuple[str, ...]:
        """What tells the points of this query from others'."""
        return (str(self),)

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

    @property
    def counts(self) -> bool:
        """Whether the query counts, so that missing data may be evaluated as zero."""
        return self.aggregation == "count"

    fills_zero = False
    """Functions, and with them default_zero(), exist in metric queries only."""

    @property
    def modelled(self) -> tuple[str, ...]:
        """What of the query is emulated by a model of its own."""
        found = [*self.metric.modelled, *self.notes]
        if self.group_by:
            found.append("groups: all of them, where Datadog keeps the top values of each facet")
        return tuple(found)

    def __str__(self) -> str:
        return print_monitor(self.tree)

    def evaluate(self, store: PointStore, times_s: IntArray, *, delay_s: int = 0) -> Evaluation:
        """As `MonitorQuery.evaluate`, over the store's records; every window counts as full."""
        points = store.cached(("records", *self.reads), lambda: PointStore(self._points(self.source.records(store))))
        found = self.metric.evaluate(points, times_s, delay_s=delay_s)
        if _DISTINCT in self.metric.group_by:
            found = _distinct(found, len(times_s), grouped=bool(self.group_by))
        whole = np.ones(len(times_s), np.bool_)
        zero = self._zero(found)
        return Evaluation(
            {
                tags: GroupValues(group.values, group.since_s, lambda: whole, zero)
                for tags, group in found.groups.items()
            }
        )

    @property
    def measured(self) -> Facet | None:
        """What the query takes of each record: a measure, or the attribute whose values it counts; None for a count."""
        return self.measure or self.facets.get(_DISTINCT)

    def latest(self, store: PointStore, time_s: int, group: Tags, *, delay_s: int = 0) -> Log | None:
        """The last record of a group's window that had arrived, None when there is none.

        It stands for the "chosen" one that a message may show; the page does not say which one that is.
        Source: docs.datadoghq.com/monitors/notify/variables (matching attribute and tag variables)
        """
        found = self.explain(store, time_s, group, delay_s=delay_s)
        return found[-1].log if found else None

    def explain(self, store: PointStore, time_s: int, group: Tags, *, delay_s: int = 0) -> list[Record]:
        """The records of a group's window that had arrived, in the order of their times."""
        end_ms = (time_s - delay_s) * 1000
        begin_ms, wanted = end_ms - self.window_s * 1000, set(group)
        found = (
            record
            for record in self.source.records(store)
            if begin_ms <= record.log.timestamp < end_ms
            and record.arrived_ms <= time_s * 1000
            and self.matches(record)
            and any(wanted <= set(tags) for tags in self._groups(record.log))
        )
        return sorted(found, key=lambda record: record.log.timestamp)

    def _zero(self, found: Evaluation) -> BoolArray | None:
        """Where missing records may count as zero: with "below" and groups only while no group has any.

        Source: docs.datadoghq.com/monitors/types/log (no data and below alerts)
        """
        if not self.group_by or self.comparator not in ("<", "<=") or not found.groups:
            return None
        nobody: BoolArray = np.logical_and.reduce([np.isnan(group.values) for group in found.groups.values()])
        return nobody

    def _points(self, records: Sequence[Record]) -> Iterator[Point]:
        kind: Kind = "distribution" if self.measure else "count"
        for record in filter(self.matches, records):
            log = record.log
            values = self.measure(log) if self.measure else [1]
            for value in values:
                if isinstance(value, int | float) and not isinstance(value, bool):
                    for group in self._groups(log):
                        yield Point(_METRIC, kind, tuple(sorted(group)), log.timestamp, record.arrived_ms, float(value))

    def _groups(self, log: Log) -> Iterator[Tags]:
        return product(*([f"{key}:{text_of(value)}" for value in facet(log)] for key, facet in self.facets.items()))


def compile_record_query(text: str, origin: Source) -> RecordQuery:
    """A query over records, checked and ready.

    Raises QuerySyntaxError or the search's own error for what Datadog refuses; Unsupported for other forms.
    """
    tree = parse_monitor(text)
    if isinstance(tree, nodes.ThresholdQuery):
        raise FiredrillError(f"Monitor query {text!r}: it is a query of metrics; use type query alert.")
    if tree.head != origin.head:
        raise Unsupported(f"a query of {tree.head} in {origin.monitor}", f"Monitor query {text!r}")
    window = last_window(tree, text, origin.methods)
    methods = texts(tree, text, (*origin.methods, "last"))
    if window.seconds > LONGEST_S:
        raise chain_mistake(text, method_of(tree, "last"), "a window of at most two days (2880m, 48h)")
    facets = _facets(tree, text, methods.get("by", []))
    aggregation, *attribute = methods.get("rollup", ["count"])
    _check_rollup(tree, text, aggregation, attribute)
    if aggregation == "cardinality":
        facets[_DISTINCT] = facet_of(attribute[0])
    measured = aggregation in MEASURES
    leaf = nodes.MetricQuery(
        MEASURES.get(aggregation, "sum"), _METRIC, nodes.Everything(), tuple(facets), None if measured else "as_count"
    )
    time = nodes.TimeAggregation("percentile" if measured else "sum", window)
    metric = MonitorQuery(nodes.ThresholdQuery(time, leaf, tree.comparator, tree.threshold), leaf, leaf.by, None)
    search = compile_search(tree.text, where="monitor")
    indexes = {index.strip() for index in ",".join(methods.get("index", ["*"])).split(",")}

    def matches(record: Record) -> bool:
        return ("*" in indexes or record.index in indexes) and search(record.log)

    measure = facet_of(attribute[0]) if measured else None
    return RecordQuery(origin, tree, metric, matches, aggregation, facets, measure, notes=tuple(_notes(tree, methods)))


def _notes(tree: nodes.ChainQuery, methods: Mapping[str, list[str]]) -> Iterator[str]:
    if methods.get("rollup", [""])[0] == "cardinality":
        yield "cardinality: exact, where Datadog may estimate"
    if "*" in _keys(methods.get("by", [])):
        yield 'by("*"): one group of all, as without it'
    if has_durations(tree.text):
        yield DURATIONS


def _keys(by: list[str]) -> list[str]:
    return [key.strip() for key in ",".join(by).split(",") if key.strip()]


def _facets(tree: nodes.ChainQuery, text: str, by: list[str]) -> dict[str, Facet]:
    keys = [key for key in _keys(by) if key != "*"]
    if len(keys) > MAX_FACETS or len(set(keys)) < len(keys):
        raise chain_mistake(
            text, method_of(tree, "by"), f'at most {MAX_FACETS} different facets, as in .by("service,@http.method")'
        )
    return {key: facet_of(key) for key in keys}


def _check_rollup(tree: nodes.ChainQuery, text: str, aggregation: str, attribute: list[str]) -> None:
    known = aggregation in ("count", "cardinality", *MEASURES)
    if aggregation == "count" and attribute == ["count"]:  # as editors write it
        return
    if not known or len(attribute) != (0 if aggregation == "count" else 1):
        raise chain_mistake(
            text,
            method_of(tree, "rollup"),
            f'"count", or "cardinality" or one of {", ".join(MEASURES)} with an attribute, as in .rollup("avg", "@ms")',
        )


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
