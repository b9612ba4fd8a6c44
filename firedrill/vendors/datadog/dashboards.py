"""Dashboards: their widgets and the queries in them, checked and not drawn.

What is not known, such as a new type of widget, is said; what is in another language is counted.
Source: docs.datadoghq.com/api/latest/dashboards, docs.datadoghq.com/dashboards/template_variables
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from firedrill.vendors.datadog import search
from firedrill.vendors.datadog.findings import Findings
from firedrill.vendors.datadog.queries.graphs import check_formula, check_query, parts
from firedrill.vendors.datadog.rules.dashboards import (
    DASHBOARD,
    INNER,
    NEEDS,
    NOT_READ,
    OLD_NOT_READ,
    OLD_REQUESTS,
    QUERY,
    REQUEST,
    SEARCHED,
    WIDGET,
    WIDGET_TYPES,
    dashboard_breaches,
)
from firedrill.vendors.rules.breach import Breach, shown
from firedrill.vendors.rules.shapes import Shape, besides, fitted
from firedrill.vendors.rules.unknown import is_unknown

_VARIABLE = re.compile(r"\$([A-Za-z](?:[\w.-]*\w)?)")
_STREAMS = {"log_stream": "logs", "event_stream": "events", "event_timeline": "events"}
"""Widgets whose own query is a search."""


def check_dashboard(raw: Mapping[str, Any]) -> Findings:
    """What is wrong with a dashboard as the API has it. Values that are not known yet are taken to be right."""
    return _Check(raw).found


class _Check:
    def __init__(self, raw: Mapping[str, Any]) -> None:
        self.found = Findings()
        self.unread: Counter[str] = Counter()
        self.used: dict[str, None] = {}
        self.queries = 0
        place = f"dashboard {raw.get('title', '')!r}"
        raw, wrong = fitted(raw, DASHBOARD)
        self.found.refuse(place, besides(wrong, dashboard_breaches(raw)))
        if isinstance(raw.get("widgets"), list):
            self.widgets(raw["widgets"], place)
            if not self.queries:
                self.found.warn(place, "no widget of it has a query")
        for source, number in self.unread.items():
            queries = "1 query" if number == 1 else f"{number} queries"
            self.found.warn(place, f"{queries} of {source} {'is' if number == 1 else 'are'} not checked")
        names = [str(each["name"]) for each in raw.get("template_variables") or () if each.get("name")]
        for name in self.used:
            if not any(re.match(rf"{re.escape(each)}(?!\w)", name) for each in names):
                there = ", ".join(dict.fromkeys(names)) or "there is none"
                self.found.warn(place, f"its queries use ${name}, which is not one of its template variables ({there})")

    def widgets(self, widgets: list[Any], place: str) -> None:
        for number, widget in enumerate(widgets, start=1):
            definition = widget.get("definition") if isinstance(widget, dict) else None
            if not isinstance(definition, dict):
                there = (
                    shown(definition) if definition is not None else "" if isinstance(widget, dict) else shown(widget)
                )
                field = "definition" if isinstance(widget, dict) else "it"
                self.found.refuse(f"{place} / widget {number}", [Breach(field, there, "an object")])
                continue
            title = definition.get("title")
            title = title if isinstance(title, str) else ""
            self.widget(definition, f"{place} / widget {number}{f' {title!r}' if title else ''}")

    def widget(self, definition: Mapping[str, Any], place: str) -> None:
        kind = definition.get("type")
        if not isinstance(kind, str) or not kind:
            self.found.refuse(place, [Breach("type", shown(kind) if kind else "", "the name of a type of widget")])
            return
        if kind not in WIDGET_TYPES:
            self.found.warn(place, f"its type {kind!r} is not known here, so it is not checked")
            return
        definition, wrong = self.fit(definition, WIDGET, place)
        needed = NEEDS.get(kind)
        if needed and needed not in wrong and definition.get(needed) in (None, ""):
            self.found.refuse(place, [Breach(needed, "", f"one, in a widget of type {kind}")])
        if isinstance(definition.get("widgets"), list):
            self.widgets(definition["widgets"], place)
        if isinstance(definition.get("source_widget_definition"), dict):
            self.widget(definition["source_widget_definition"], place)
        if kind in _STREAMS and isinstance(definition.get("query"), str):
            self.searched(_STREAMS[kind], definition["query"], place)
        for name, request in _requests(definition.get("requests")):
            self.request(request, f"{place}{name}")

    def fit(self, raw: Mapping[str, Any], shape: Shape, place: str) -> tuple[Mapping[str, Any], set[str]]:
        """A part of the dashboard without what is of another type than documented, and the fields that are."""
        sound, wrong = fitted(raw, shape)
        self.found.refuse(place, wrong)
        return sound, {each.field for each in wrong}

    def request(self, request: Mapping[str, Any], place: str) -> None:
        request, wrong = self.fit(request, REQUEST, place)
        if request.get("q") is not None:
            for part in parts(request["q"]):
                self.metrics(part, place)
        for key, source in OLD_REQUESTS.items():
            if isinstance(request.get(key), dict):
                self.searched(source, (request[key].get("search") or {}).get("query"), place)
        self.queries += sum(key in request for key in OLD_NOT_READ)
        self.unread.update(key.removesuffix("_query") for key in OLD_NOT_READ if key in request)
        queries = request.get("queries") or ()
        for query in queries:
            self.query(query, f"{place}, query {query['name']!r}" if query.get("name") else place)
        names = [str(query.get("name", "")) for query in queries]
        for formula in () if any(each.startswith("formulas") for each in wrong) else request.get("formulas") or ():
            if not is_unknown(formula):
                with self.found.collect(place, "query"):
                    check_formula(str(formula.get("formula", "")), names)
        if isinstance(request.get("query"), dict) and "data_source" in request["query"]:
            self.query(self.fit(request["query"], QUERY, place)[0], place)
        for key in INNER:
            for _, inner in _requests(request.get(key)):
                self.request(inner, place)

    def query(self, query: Mapping[str, Any], place: str) -> None:
        source = query.get("data_source")
        if source == "metrics":
            text = query.get("query")
            if not isinstance(text, str):
                there = "" if text is None else shown(text)
                self.found.refuse(place, [Breach("query", there, "a metric query")], "query")
            else:
                self.metrics(query["query"], place)
        elif source in SEARCHED:
            self.searched(source, (query.get("search") or {}).get("query", query.get("query_string")), place)
        elif source in NOT_READ:
            self.queries += 1
            self.unread[str(source)] += 1
        elif source is None:
            self.found.refuse(place, [Breach("data_source", "", "where the data come from, such as metrics or logs")])
        else:
            self.found.warn(place, f"data source {source!r} is not known here, so it is not checked", "query")

    def metrics(self, text: Any, place: str) -> None:
        self.uses(text)
        if not is_unknown(text):
            with self.found.collect(place, "query"):
                check_query(str(text))

    def searched(self, source: str, text: Any, place: str) -> None:
        self.uses(text)
        if isinstance(text, str) and not is_unknown(text):
            with self.found.collect(f"{place}: {source}", "filter"):
                search.compile_query(text, where="dashboard")

    def uses(self, text: Any) -> None:
        self.queries += 1
        if isinstance(text, str):
            self.used.update(dict.fromkeys(_VARIABLE.findall(text)))


def _requests(value: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Requests with what tells them apart: a list of them, one, or one for each part of a graph."""
    if isinstance(value, list):
        many = len(value) > 1
        entries = ((f" / request {number}" if many else "", each) for number, each in enumerate(value, start=1))
        yield from ((name, each) for name, each in entries if isinstance(each, dict))
    elif isinstance(value, dict):
        yield "", value
