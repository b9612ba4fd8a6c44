"""What a log-based metric of the telemetry contract looks like to the provider."""

from __future__ import annotations

from typing import Any

from firedrill.components.log_metrics.definitions import Metric
from firedrill.components.log_searches import CANARIES
from firedrill.components.problems import Problem, refuse
from firedrill.vendors.datadog.rules.log_metrics import name_breaches


def metric_inputs(metric: Metric, prefix: str, scope: str) -> dict[str, Any]:
    """Inputs of `LogsMetric`: `scope` narrows the metric's own filter to one service in one environment.

    Canary requests are nobody's traffic: only metrics that say so count them.

    Raises DeclarationError for a name that Datadog refuses.
    Source: docs.datadoghq.com/logs/log_configuration/logs_to_metrics
    """
    name = prefix + metric.key
    refuse(f"The metric {name!r}", [Problem.of(breach) for breach in name_breaches(name)])
    compute: dict[str, Any] = {"aggregation_type": metric.type}
    if metric.type == "distribution":
        compute |= {"path": metric.source, "include_percentiles": metric.percentiles}
    return {
        "name": name,
        "filter": {"query": f"{scope} {metric.filter}" + ("" if metric.canaries else f" -{CANARIES}")},
        "compute": compute,
        "group_bies": [{"path": tag.path, "tag_name": tag.name} for tag in metric.tags],
    }


def resource_name(metric: Metric) -> str:
    """The metric's part of its Pulumi name: renaming it would replace the metric and lose its history."""
    return metric.key.replace(".", "-").replace("_", "-")
