"""`formula("a / b * 100").last("5m") > n` over queries of logs or events, named in a monitor's options.

No page says in which order a formula is aggregated. It is modelled: without functions every variable is taken over the
whole window before arithmetic; functions work on the buckets that metric queries have, and their results are averaged,
or aggregated as `.rollup("sum")` says.
Source: docs.datadoghq.com/api/latest/monitors/#create-a-monitor (options.variables)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field

from firedrill.vendors.datadog.queries import nodes
from firedrill.vendors.datadog.queries.chains import last_window, refuse_other
from firedrill.vendors.datadog.queries.check import check, group_keys
from firedrill.vendors.datadog.queries.formula import over_time, with_names
from firedrill.vendors.datadog.queries.parser import parse_monitor
from firedrill.vendors.datadog.queries.printer import print_monitor
from firedrill.vendors.datadog.queries.query import MonitorQuery
from firedrill.vendors.datadog.queries.record_query import RecordQuery, Source, compile_record_query
from firedrill.vendors.datadog.queries.records import Record
from firedrill.vendors.datadog.queries.store import Point
from firedrill.vendors.datadog.spec import Model, read
from firedrill.vendors.errors import FiredrillError, Unsupported

NOTE = "formula(): each variable over the whole window before arithmetic; the order of aggregation is not documented"


class _Compute(Model):
    aggregation: str
    metric: str | None = None
    interval: int | None = None


class _Group(Model):
    """A facet; its limit and order choose the groups with most, and all are evaluated here."""

    facet: str
    limit: int | None = None
    sort: dict[str, Any] | None = None
    should_exclude_missing: bool | None = None


class _Search(Model):
    query: str = "*"


class _Variable(Model):
    """A query of options.variables as the API has it."""

    name: str
    data_source: str
    compute: _Compute
    search: _Search = _Search()
    indexes: Annotated[tuple[str, ...], Field(strict=False)] | None = None
    group_by: Annotated[tuple[_Group, ...], Field(strict=False)] | None = None
    storage: str | None = None


@dataclass(frozen=True)
class RecordFormula(RecordQuery):
    """A formula over queries of records; their points stand in one store, each under its variable's name."""

    parts: Mapping[str, RecordQuery]

    @property
    def reads(self) -> tuple[str, ...]:
        """What tells the points of this query from others'."""
        return tuple(f"{name}={part}" for name, part in self.parts.items())

    @property
    def modelled(self) -> tuple[str, ...]:
        """What of the query is emulated by a model of its own."""
        return (*super().modelled, NOTE)

    def _points(self, records: Sequence[Record]) -> Iterator[Point]:
        for name, part in self.parts.items():
            for point in part._points(records):
                yield point._replace(metric=name)


def compile_records(text: str, origin: Source, variables: Sequence[Mapping[str, Any]]) -> RecordQuery:
    """A query of records, or a formula over the `variables`, checked and ready.

    Raises QuerySyntaxError, FiredrillError or the search's own error for what Datadog refuses; Unsupported for
    variables of other products.
    """
    refuse_other(text, origin.head)
    tree = parse_monitor(text)
    if not isinstance(tree, nodes.ChainQuery) or tree.head != "formula":
        if variables:
            raise FiredrillError("options.variables is for queries that begin with formula(; remove it.")
        return compile_record_query(text, origin)
    window = last_window(tree, text, ("rollup",))
    parts = dict(_part(variable, origin, window.text.removeprefix("last_"), text) for variable in variables)
    named = with_names(tree, {name: _leaf(name, part, part.group_by) for name, part in parts.items()}, text)
    check(nodes.ThresholdQuery(nodes.TimeAggregation("sum", window), named, tree.comparator, tree.threshold), text)
    called = any(isinstance(node, nodes.Call) for node in nodes.walk(named))
    aggregator = over_time(tree, text) or "avg"
    whole = nodes.TimeAggregation(aggregator if called else "percentile", window)
    expression = with_names(tree, {name: _values(name, part) for name, part in parts.items()}, text)
    keys = group_keys(expression)
    metric = MonitorQuery(nodes.ThresholdQuery(whole, named, tree.comparator, tree.threshold), expression, keys, None)
    counts = all(part.counts for part in parts.values())

    def matches(record: Record) -> bool:
        return any(part.matches(record) for part in parts.values())

    facets = {key: facet for part in parts.values() for key, facet in part.facets.items() if key in keys}
    aggregation = "count" if counts else "formula"
    notes = tuple(dict.fromkeys(note for part in parts.values() for note in part.notes))
    return RecordFormula(origin, tree, metric, matches, aggregation, facets, None, parts, notes=notes)


def _part(variable: Mapping[str, Any], origin: Source, last: str, text: str) -> tuple[str, RecordQuery]:
    """A variable's name, and its query as the monitor of that query alone would have it."""
    where = f"Monitor query {text!r}, variable {variable.get('name')!r}"
    if variable.get("data_source") != origin.head:
        raise Unsupported(f"the variable data source {variable.get('data_source')!r} in {origin.monitor}", where)
    known = read(_Variable, dict(variable), where)
    if any(group.should_exclude_missing is False for group in known.group_by or ()):
        raise Unsupported("should_exclude_missing false, which adds a group N/A", where)
    rollup = (known.compute.aggregation, *([known.compute.metric] if known.compute.metric else ()))
    methods = {
        "index": known.indexes or () if origin.head == "logs" else (),
        "rollup": rollup,
        "by": (",".join(group.facet for group in known.group_by),) if known.group_by else (),
        "last": (last,),
    }
    chain = tuple(nodes.Method(name, tuple(map(nodes.Text, values))) for name, values in methods.items() if values)
    query = nodes.ChainQuery(origin.head, known.search.query, chain, ">", 0.0)
    return known.name, compile_record_query(print_monitor(query), origin)


def _leaf(name: str, part: RecordQuery, by: tuple[str, ...]) -> nodes.MetricQuery:
    leaf = part.metric.leaves[0]
    return nodes.MetricQuery(leaf.aggregator, name, leaf.scope, by, leaf.modifier)


def _values(name: str, part: RecordQuery) -> nodes.Expression:
    """A variable's points; of a cardinality how many series there are of its distinct values."""
    leaf = _leaf(name, part, part.metric.group_by)
    return leaf if leaf.by == part.group_by else nodes.Call("count", (leaf, nodes.Keys(part.group_by)))
