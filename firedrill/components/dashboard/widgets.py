"""Widgets as the API has them.

Source: docs.datadoghq.com/api/latest/dashboards, docs.datadoghq.com/dashboards/widgets
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

Widget = dict[str, Any]
Display = Literal["line", "bars"]


def metric(name: str, query: str) -> dict[str, Any]:
    """A query of metrics, which formulas call by its name."""
    return {"data_source": "metrics", "name": name, "query": query}


def timeseries(
    title: str,
    queries: Mapping[str, str],
    display: Display = "line",
    formula: str | Mapping[str, str] = "",
    *,
    deployments: str = "",
) -> Widget:
    """A graph of queries by their names, or of a formula over them, or of several by what they are called.

    `deployments` searches events to lay over it.
    """
    named = {formula: ""} if isinstance(formula, str) else {text: name for name, text in formula.items()}
    formulas = named if formula else dict.fromkeys(queries, "")
    request = {
        "response_format": "timeseries",
        "display_type": display,
        "queries": [metric(name, query) for name, query in queries.items()],
        "formulas": [{"formula": text, **({"alias": name} if name else {})} for text, name in formulas.items()],
    }
    definition: Widget = {"type": "timeseries", "title": title, "requests": [request]}
    if deployments:
        definition["requests"].append(_overlay(deployments))
    return {"definition": definition}


def _overlay(search: str) -> dict[str, Any]:
    """Events over a graph; the `events` of a widget are deprecated."""
    query = {
        "data_source": "events",
        "name": "deployments",
        "search": {"query": search},
        "compute": {"aggregation": "count"},
    }
    return {
        "response_format": "timeseries",
        "display_type": "overlay",
        "queries": [query],
        "formulas": [{"formula": "deployments"}],
    }


def toplist(title: str, query: str, formula: str = "ranked") -> Widget:
    """The groups of a query, or of a formula over it as `ranked`, the largest first."""
    request = {
        "response_format": "scalar",
        "queries": [{**metric("ranked", query), "aggregator": "sum"}],
        "formulas": [{"formula": formula, "limit": {"count": 10, "order": "desc"}}],
    }
    return {"definition": {"type": "toplist", "title": title, "requests": [request]}}


def objective(title: str, slo_id: str, timeframe: str) -> Widget:
    """An SLO with its error budget."""
    return {
        "definition": {
            "type": "slo",
            "title": title,
            "slo_id": slo_id,
            "view_type": "detail",
            "view_mode": "both",
            "show_error_budget": True,
            "time_windows": [timeframe],
        }
    }


def alert_graph(title: str, monitor_id: str) -> Widget:
    """What a monitor compares with its threshold, and when it alerted."""
    return {"definition": {"type": "alert_graph", "title": title, "alert_id": monitor_id, "viz_type": "timeseries"}}


def monitors(title: str, search: str) -> Widget:
    """The monitors that a search finds, with their states; `manage_status` is the API's name of a monitor summary."""
    return {
        "definition": {
            "type": "manage_status",
            "title": title,
            "query": search,
            "summary_type": "monitors",
            "display_format": "countsAndList",
            "show_last_triggered": True,
        }
    }


def note(text: str) -> Widget:
    """Text in Markdown."""
    return {"definition": {"type": "note", "content": text, "background_color": "white"}}


def group(title: str, widgets: Sequence[Widget]) -> Widget:
    """Widgets under a title."""
    return {"definition": {"type": "group", "title": title, "layout_type": "ordered", "widgets": list(widgets)}}
