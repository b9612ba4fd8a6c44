"""Who reads which attribute of a log as it arrives: the pipelines, and through what they write metrics and monitors.

An attribute that a processor writes comes from what the processor reads. So whoever reads `@telemetry.op`, which a
grok parser writes, reads the attribute that holds the line; a monitor reads what its metrics are made of.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from firedrill.vendors.datadog.processors import Flow, flow_of, read_options
from firedrill.vendors.datadog.queries.graphs import parts
from firedrill.vendors.datadog.queries.nodes import ChainQuery, MetricQuery, Text, walk
from firedrill.vendors.datadog.queries.parser import parse_expression, parse_monitor
from firedrill.vendors.datadog.search import facets_of
from firedrill.vendors.datadog.search.pins import pinned
from firedrill.vendors.errors import FiredrillError

Specs = Mapping[str, Sequence[Mapping[str, Any]]]
"""API JSON by kind: "pipeline", "log metric", "monitor", "dashboard", "SLO"."""


class Reader(NamedTuple):
    """Something that is declared: a processor, a metric, a monitor, a dashboard or an SLO, by its name."""

    kind: str
    name: str


class Asked(NamedTuple):
    """What a query asks for: facets of logs, and metrics."""

    facets: frozenset[str] = frozenset()
    metrics: frozenset[str] = frozenset()


def readers(specs: Specs, reserved: Mapping[str, str]) -> dict[str, list[Reader]]:
    """By the first name of each attribute that logs arrive with, everything that reads it.

    `reserved` are the logs' own `source` and `service`: what asks for others is about other logs. What cannot be read
    reads nothing: it is refused where it is compiled.
    """
    traced = _Traced(reserved)
    for pipeline in specs.get("pipeline", ()):
        traced.pipeline(pipeline)
    for metric in specs.get("log metric", ()):
        traced.metric(metric)
    for monitor in specs.get("monitor", ()):
        traced.read(Reader("monitor", str(monitor.get("name", ""))), _of_monitor(monitor))
    for kind in ("SLO", "dashboard"):
        for spec in specs.get(kind, ()):
            name = str(spec.get("title") or spec.get("name") or "")
            traced.read(Reader(kind, name), _joined(map(_of_query, _objects(spec))))
    return {root: list(found) for root, found in traced.readers.items()}


@dataclass
class _Traced:
    """Follows attributes from where logs arrive to who reads them."""

    reserved: Mapping[str, str]
    made_of: dict[str, frozenset[str]] = field(default_factory=dict)
    """Facet that is written -> the attributes that it comes from, by their first names."""
    metrics: dict[str, frozenset[str]] = field(default_factory=dict)
    """The same of each metric."""
    readers: dict[str, dict[Reader, None]] = field(default_factory=dict)

    def pipeline(self, spec: Mapping[str, Any]) -> None:
        query = _query(spec)
        if not spec.get("is_enabled") or not self.concerns(query):
            return
        self.read(Reader("pipeline", str(spec.get("name", ""))), Asked(_facets(query)))
        for part in spec.get("processors") or ():
            if part.get("type") == "pipeline":
                self.pipeline(part)
            else:
                self.processor(part)

    def processor(self, spec: Mapping[str, Any]) -> None:
        flow = Flow(frozenset())
        with suppress(FiredrillError):
            options = read_options(spec, "")
            flow = flow_of(options) if options.is_enabled else flow
        roots = self.read(Reader("processor", str(spec.get("name") or spec.get("type"))), Asked(flow.reads))
        for target in flow.writes:
            self.made_of[target] = self.made_of.get(target, frozenset()) | roots

    def metric(self, spec: Mapping[str, Any]) -> None:
        query, name = _query(spec), str(spec.get("id", ""))
        if not self.concerns(query):
            return
        paths = [(spec.get("compute") or {}).get("path"), *(each.get("path") for each in spec.get("group_by") or ())]
        asked = Asked(_facets(query) | {str(path) for path in paths if path})
        self.metrics[name] = self.read(Reader("metric", name), asked)

    def concerns(self, query: str) -> bool:
        """Whether a search may find the logs, by their source and service."""
        pins = pinned(query)
        return all(
            not pins.get(name) or value.lower() in {each.lower() for each in pins[name]}
            for name, value in self.reserved.items()
        )

    def read(self, reader: Reader, asked: Asked) -> frozenset[str]:
        """Note who reads it, and return the first names of the attributes that it comes from."""
        of_metrics = (self.metrics.get(name, frozenset()) for name in asked.metrics)
        roots = frozenset[str]().union(*map(self.roots, asked.facets), *of_metrics)
        for root in sorted(roots):
            self.readers.setdefault(root, {})[reader] = None
        return roots

    def roots(self, facet: str) -> frozenset[str]:
        """What a facet comes from: what writes it, what is in it or around it; else itself, if it is an attribute."""
        around = [facet[:end] for end, character in enumerate(facet) if character == "."]
        written = [made for made in (facet, *around) if made in self.made_of]
        inside = [made for made in self.made_of if made.startswith(f"{facet}.") or made == "@"]
        own = {facet[1:].partition(".")[0]} if facet.startswith("@") and not written else set[str]()
        return frozenset(own).union(*(self.made_of[made] for made in (*written, *inside)))


def _query(spec: Mapping[str, Any]) -> str:
    return str((spec.get("filter") or {}).get("query", "*"))


def _facets(query: str) -> frozenset[str]:
    with suppress(FiredrillError):
        return facets_of(query)
    return frozenset()


def _metrics(text: str) -> frozenset[str]:
    """The metrics of a query that stands by itself; its template variables are parts of names."""
    with suppress(FiredrillError):
        found = walk(parse_expression(text.replace("$", "v")))
        return frozenset(each.metric for each in found if isinstance(each, MetricQuery))
    return frozenset()


def _joined(asked: Iterable[Asked]) -> Asked:
    each = list(asked)
    return Asked(
        frozenset[str]().union(*(one.facets for one in each)), frozenset[str]().union(*(one.metrics for one in each))
    )


def _of_monitor(spec: Mapping[str, Any]) -> Asked:
    with suppress(FiredrillError):
        tree = parse_monitor(str(spec.get("query", "")))
        if not isinstance(tree, ChainQuery):
            found = walk(tree.expression)
            return Asked(metrics=frozenset(each.metric for each in found if isinstance(each, MetricQuery)))
        if tree.head == "logs":
            return Asked(_facets(tree.text) | _facets_of_methods(tree))
        return _joined(map(_of_query, (spec.get("options") or {}).get("variables") or ()))
    return Asked()


def _facets_of_methods(tree: ChainQuery) -> frozenset[str]:
    """What a chain groups by, and what it takes of each log."""
    texts = {each.name: [one.value for one in each.arguments if isinstance(one, Text)] for each in tree.methods}
    named = [*texts.get("rollup", ())[1:], *",".join(texts.get("by", ())).split(",")]
    return frozenset(each.strip() for each in named if each.strip() not in ("", "*"))


def _of_query(query: Mapping[str, Any]) -> Asked:
    """What an object in the API's JSON asks for, if it is a query of a widget, an SLO or a monitor's formula."""
    asked = Asked(metrics=_texts_of(query, "q", "numerator", "denominator"))
    if query.get("data_source", "metrics") == "metrics" and "name" in query:
        return _joined([asked, Asked(metrics=_texts_of(query, "query"))])
    if query.get("data_source") == "logs" or query.get("type") == "log_stream" or "log_query" in query:
        search = query.get("log_query", query)
        inner = search.get("search") or {}
        text = inner.get("query") or search.get("query") or search.get("query_string") or ""
        groups = [each.get("facet") for each in search.get("group_by") or () if isinstance(each, Mapping)]
        measured = (search.get("compute") or {}).get("metric")
        return Asked(_facets(str(text)) | {str(each) for each in (*groups, measured) if each and each != "*"})
    return asked


def _texts_of(query: Mapping[str, Any], *keys: str) -> frozenset[str]:
    texts = [query[key] for key in keys if isinstance(query.get(key), str)]
    return frozenset[str]().union(*(_metrics(part) for text in texts for part in parts(text)))


def _objects(value: Any) -> Iterator[Mapping[str, Any]]:
    """Every object in the JSON, however deep."""
    if isinstance(value, Mapping):
        yield value
        for inner in value.values():
            yield from _objects(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _objects(inner)
