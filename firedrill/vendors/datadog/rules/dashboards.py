"""What Datadog accepts of dashboards, apart from their queries.

Source: docs.datadoghq.com/api/latest/dashboards (create a new dashboard), docs.datadoghq.com/dashboards/widgets
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from firedrill.vendors.rules.breach import Breach, shown
from firedrill.vendors.rules.shapes import FLAG, STRINGS, TEXT, Shape

LAYOUT_TYPES = ("ordered", "free")
REFLOW_TYPES = ("auto", "fixed")
VARIABLE_TYPES = ("filter", "group")
MAX_TAGS = 5
MAX_TABS = 100

WIDGET_TYPES = frozenset(
    {
        *("alert_graph", "alert_value", "bar_chart", "change", "check_status", "cohort", "custom", "distribution"),
        *(
            "embedded_app",
            "event_stream",
            "event_timeline",
            "free_text",
            "funnel",
            "geomap",
            "group",
            "heatmap",
            "hostmap",
            "iframe",
        ),
        *("image", "list_stream", "log_stream", "manage_status", "note", "point_plot", "powerpack", "query_table"),
        *("query_value", "retention_curve", "run_workflow", "sankey", "scatterplot", "servicemap", "slo", "slo_list"),
        *("split_group", "sunburst", "timeseries", "toplist", "topology_map", "trace_service", "treemap", "wildcard"),
    }
)
NEEDS: Mapping[str, str] = {"alert_graph": "alert_id", "alert_value": "alert_id", "slo": "slo_id", "group": "widgets"}
"""The field without which a widget of a type shows nothing."""

SEARCHED = frozenset(
    {
        *("audit", "audit_stream", "ci_pipelines", "ci_pipeline_stream", "ci_tests", "ci_test_stream", "event_stream"),
        *("events", "logs", "logs_pattern_stream", "logs_stream", "logs_transaction_stream", "rum", "rum_stream"),
        *("spans", "trace_stream"),
    }
)
"""Sources of data whose queries are searches as logs have them."""
NOT_READ = frozenset(
    {
        *("app_sec_events", "traces"),
        *("apm_dependency_stats", "apm_issue_stream", "apm_metrics", "apm_resource_stats", "cloud_cost", "container"),
        *("database_queries", "incident_analytics", "issue_stream", "llm_observability", "llm_observability_stream"),
        *("logs_issue_stream", "network", "network_device_flows", "on_call_events", "process", "product_analytics"),
        *("product_analytics_extended", "profiles", "rum_issue_stream", "security_signals", "slo"),
    }
)
"""Sources of data in other languages, which are counted and not checked."""

_SEARCH: Shape = {"search": {"query": TEXT}}
QUERY: Shape = {"name": TEXT, "data_source": TEXT, "query_string": TEXT, "indexes": STRINGS, "compute": {}, **_SEARCH}
"""A query of a widget; its own `query` is text only where metrics are its source."""
OLD_REQUESTS: Mapping[str, str] = {
    "log_query": "logs",
    "event_query": "events",
    "audit_query": "audit",
    "rum_query": "rum",
}
"""The searches of old requests, with what they search."""
OLD_NOT_READ = (
    *("apm_query", "apm_stats_query", "network_query", "process_query", "profile_metrics_query", "security_query"),
)
INNER = ("fill", "fills", "size", "sizes", "x", "xs", "xes", "y", "ys", "table", "scatterplot_tables")
"""Parts of a request that are requests themselves."""
REQUEST: Shape = {
    "q": TEXT,
    "query": {},
    "queries": [QUERY],
    "formulas": [{"formula": TEXT, "alias": TEXT}],
    **{key: {"index": TEXT, **_SEARCH} for key in OLD_REQUESTS},
    **{key: {} for key in OLD_NOT_READ},
    **dict.fromkeys(INNER, ({}, [{}])),
}
WIDGET: Shape = {
    "title": TEXT,
    "query": TEXT,
    "content": TEXT,
    "alert_id": TEXT,
    "slo_id": TEXT,
    "indexes": STRINGS,
    "requests": ([{}], {}),
    "widgets": [{}],
    "source_widget_definition": {},
}
"""The definition of a widget, apart from its type."""
_VARIABLE: Shape = {"prefix": TEXT, "type": TEXT, "default": TEXT, "defaults": STRINGS, "available_values": STRINGS}
DASHBOARD: Shape = {
    "description": TEXT,
    "is_read_only": FLAG,
    "notify_list": STRINGS,
    "tags": STRINGS,
    "restricted_roles": STRINGS,
    "tabs": [{}],
    "template_variables": [_VARIABLE],
    "template_variable_presets": [{"name": TEXT, "template_variables": [{}]}],
}
"""A dashboard's own fields, apart from those that it cannot do without."""


def dashboard_breaches(raw: Mapping[str, Any]) -> Iterator[Breach]:
    """What is wrong with a dashboard's own fields."""
    if not isinstance(raw.get("title"), str) or not raw["title"]:
        yield Breach("title", _shown(raw.get("title")), "text")
    layout = raw.get("layout_type")
    if layout not in LAYOUT_TYPES:
        yield Breach("layout_type", _shown(layout), f"one of {', '.join(LAYOUT_TYPES)}")
    reflow = raw.get("reflow_type") or None
    if reflow is not None and (reflow not in REFLOW_TYPES or layout == "free"):
        allowed = "none with layout_type 'free'" if layout == "free" else f"one of {', '.join(REFLOW_TYPES)}"
        yield Breach("reflow_type", shown(reflow), allowed)
    if not isinstance(raw.get("widgets"), list):
        summary = (
            "the API's list of dashboards leaves them out, so get each dashboard by its id"
            if "widgets" not in raw
            else ""
        )
        yield Breach("widgets", _shown(raw.get("widgets")), "a list", summary)
    tags = raw.get("tags") or []
    if len(tags) > MAX_TAGS:
        yield Breach("tags", f"{len(tags)} tags", f"at most {MAX_TAGS}")
    for tag in tags:
        if not tag.startswith("team:"):
            yield Breach("tags", shown(tag), "tags that begin with team:")
    if len(raw.get("tabs") or ()) > MAX_TABS:
        yield Breach("tabs", f"{len(raw['tabs'])} tabs", f"at most {MAX_TABS}")
    yield from _variables(raw.get("template_variables") or ())


def _variables(variables: Any) -> Iterator[Breach]:
    names: list[Any] = []
    for number, each in enumerate(variables):
        place, name = f"template_variables[{number}]", each.get("name")
        if not isinstance(name, str) or not name:
            yield Breach(f"{place}.name", _shown(name), "text")
        elif name in names:
            yield Breach(f"{place}.name", shown(name), "a name of its own")
        names.append(name)
        if each.get("type") and each["type"] not in VARIABLE_TYPES:
            yield Breach(f"{place}.type", shown(each["type"]), f"one of {', '.join(VARIABLE_TYPES)}")


def _shown(value: Any) -> str:
    return "" if value in (None, "") else shown(value)
