"""What the widgets of a dashboard show, as queries that can be evaluated minute by minute.

Template variables have their defaults. Source: docs.datadoghq.com/dashboards/template_variables
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from firedrill.vendors.datadog.objectives.sli import substituted
from firedrill.vendors.datadog.queries import MonitorQuery, compile_query
from firedrill.vendors.errors import FiredrillError

_PERCENTILE = re.compile(r"\bp\d{2,3}(\.\d+)?:")
_AGGREGATOR = re.compile(r"\b(sum|avg|min|max):")
_OF_METRICS = ("timeseries", "toplist", "query_value", "query_table", "bar_chart", "treemap", "sunburst", "heatmap")


@dataclass(frozen=True)
class Shows:
    """One thing that a widget shows: the text of its query with the name of it, an SLO or a monitor by id, a search.

    `group` is the title of the group that the widget is in, `kind` its type, `display` line, bars or area.
    """

    group: str
    title: str
    kind: str
    queries: tuple[tuple[str, str], ...] = ()
    slo_id: str = ""
    alert_id: str = ""
    search: str = ""
    display: str = "line"
    unread: tuple[str, ...] = ()
    """Sources of data beside metrics that it asks, such as events."""
    overlay: str = ""
    """The search of the events that are laid over it."""


def shown_by(dashboard: Mapping[str, Any]) -> list[Shows]:
    """What each widget of a dashboard as the API has it shows; nothing of notes."""
    values = {str(each["name"]): each for each in dashboard.get("template_variables") or () if each.get("name")}
    return list(_widgets(dashboard.get("widgets") or (), "", values))


def compiled(text: str) -> MonitorQuery:
    """A widget's query over single minutes.

    Raises FiredrillError for what Datadog refuses or the emulator does not know.
    """
    counts = ".as_count()" in text
    aggregator = _AGGREGATOR.search(text)
    over = "sum" if counts else "percentile" if _PERCENTILE.search(text) else aggregator[1] if aggregator else "avg"
    return compile_query(f"{over}(last_1m):{text} > 0")


def _widgets(widgets: Sequence[Any], group: str, values: Mapping[str, Any]) -> Iterator[Shows]:
    for widget in widgets:
        definition = widget["definition"]
        kind, title = str(definition.get("type")), str(definition.get("title") or "")
        if kind == "group":
            yield from _widgets(definition.get("widgets") or (), title, values)
        elif kind == "slo":
            yield Shows(group, title, kind, slo_id=str(definition.get("slo_id")))
        elif kind == "alert_graph":
            yield Shows(group, title, kind, alert_id=str(definition.get("alert_id")))
        elif kind == "manage_status":
            yield Shows(group, title, kind, search=with_defaults(str(definition.get("query") or ""), values))
        elif kind in _OF_METRICS:
            yield _of_metrics(definition, group, title, kind, values)


def _of_metrics(definition: Mapping[str, Any], group: str, title: str, kind: str, values: Mapping[str, Any]) -> Shows:
    queries: list[tuple[str, str]] = []
    unread: list[str] = []
    display, overlay = "line", ""
    for request in definition.get("requests") or ():
        of_metrics = [each for each in request.get("queries") or () if each.get("data_source") == "metrics"]
        unread += [str(each.get("data_source")) for each in request.get("queries") or () if each not in of_metrics]
        if request.get("display_type") == "overlay":
            searches = [each.get("search") or {} for each in request.get("queries") or ()]
            overlay = next(
                (with_defaults(str(each["query"]), values) for each in searches if each.get("query")), overlay
            )
        if not of_metrics:
            continue
        display = str(request.get("display_type") or display)
        texts = [{**each, "query": with_defaults(str(each.get("query")), values)} for each in of_metrics]
        for formula in request.get("formulas") or [{"formula": each["name"]} for each in texts]:
            queries.append((str(formula.get("alias") or formula["formula"]), substituted(formula["formula"], texts)))
    return Shows(
        group, title, kind, tuple(queries), display=display, unread=tuple(dict.fromkeys(unread)), overlay=overlay
    )


def with_defaults(text: str, values: Mapping[str, Any]) -> str:
    """A query with the default of each template variable: `prefix:value`, or * for all."""

    def value(found: re.Match[str]) -> str:
        name, _, part = found[1].partition(".")
        if name not in values:
            return found[0]
        default = str(next(iter(values[name].get("defaults") or ()), values[name].get("default") or "*"))
        if part == "value" or default == "*":
            return default
        return f"{values[name]['prefix']}:{default}" if values[name].get("prefix") else default

    return re.sub(r"\$([A-Za-z]\w*(?:\.value)?)", value, text)


def problem(text: str) -> str:
    """Why a widget's query cannot be evaluated, "" if it can."""
    try:
        compiled(text)
    except FiredrillError as error:
        return str(error).rstrip(".")
    return ""
