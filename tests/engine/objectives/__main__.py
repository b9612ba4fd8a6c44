"""An SLO with its alert, a dashboard and a notification rule, as far as the config asks for them."""

from __future__ import annotations

import json
from typing import Any

import pulumi

TOKENS = {
    "slo": "datadog:index/serviceLevelObjective:ServiceLevelObjective",
    "alert": "datadog:index/monitor:Monitor",
    "dashboard": "datadog:index/dashboardJson:DashboardJson",
    "rule": "datadog:index/monitorNotificationRule:MonitorNotificationRule",
}


class Declared(pulumi.CustomResource):
    """One resource of the provider, declared without its SDK, whose import takes seconds."""

    def __init__(self, kind: str, name: str, properties: dict[str, Any]) -> None:
        super().__init__(TOKENS[kind], name, properties)


def slo(name: str, given: dict[str, Any]) -> Declared:
    counted = {
        "type": "metric",
        "query": {
            "numerator": "sum:shop.requests{status_class:2xx}.as_count()",
            "denominator": "sum:shop.requests{*}.as_count()",
        },
    }
    sliced = {
        "type": "time_slice",
        "sliSpecification": {
            "timeSlice": {
                "query": {
                    "queries": [{"metricQuery": {"name": "p95", "query": "p95:shop.latency{*}"}}],
                    "formula": {"formulaExpression": "p95"},
                },
                "comparator": "<",
                "threshold": 400,
            }
        },
    }
    common = {"name": given.get("title", "Availability"), "thresholds": [{"timeframe": "7d", "target": 99}]}
    return Declared("slo", name, {**common, **(sliced if given.get("sliced") else counted)})


def dashboard(name: str, title: str, shows: pulumi.Output[str] | None) -> Declared:
    def text(slo_id: str | None) -> str:
        query = {"data_source": "metrics", "name": "all", "query": "sum:shop.requests{*}.as_count()"}
        request = {"response_format": "timeseries", "queries": [query], "formulas": [{"formula": "all"}]}
        graph = {"type": "timeseries", "title": "Requests", "requests": [request]}
        shown = {"type": "slo", "slo_id": slo_id, "view_type": "detail", "view_mode": "both", "time_windows": ["7d"]}
        widgets = [{"definition": each} for each in (graph, *([shown] if slo_id else []))]
        return json.dumps({"title": title, "layout_type": "ordered", "widgets": widgets})

    return Declared("dashboard", name, {"dashboard": shows.apply(text) if shows is not None else text(None)})


declared: dict[str, Any] = json.loads(pulumi.Config().get("declared") or "{}")
of_slo = declared.get("slo")
objective = slo(of_slo.get("as", "slo"), of_slo) if of_slo is not None else None
if objective is not None:
    burn = objective.id.apply(lambda id_: f'burn_rate("{id_}").over("7d").long_window("1h").short_window("5m") > 16.8')
    common = {"name": "Fast burn", "type": "slo alert", "message": "{{value}} @slack-shop"}
    Declared("alert", "alert", {**common, "query": burn, "monitorThresholds": {"critical": "16.8"}})
if (shown := declared.get("dashboard")) is not None:
    with_slo = objective.id if objective is not None and shown.get("slo", True) else None
    dashboard(shown.get("as", "dashboard"), shown.get("title", "Shop"), with_slo)
if (rule := declared.get("rule")) is not None:
    told = {"filter": {"tags": ["team:shop"]}, "recipients": rule.get("to", ["slack-shop"])}
    Declared("rule", rule.get("as", "rule"), {"name": rule.get("title", "Shop"), **told})
