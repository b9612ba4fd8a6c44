"""What a log-based metric of the telemetry contract looks like to the provider."""

from __future__ import annotations

from typing import Any

from components.log_metrics.definitions import Metric


def metric_inputs(metric: Metric, prefix: str, scope: str) -> dict[str, Any]:
    """Inputs of `LogsMetric`: `scope` narrows the metric's own filter to one service in one environment.

    Source: docs.datadoghq.com/logs/log_configuration/logs_to_metrics
    """
    compute: dict[str, Any] = {"aggregation_type": metric.type}
    if metric.type == "distribution":
        compute |= {"path": metric.source, "include_percentiles": metric.percentiles}
    return {
        "name": prefix + metric.key,
        "filter": {"query": f"{scope} {metric.filter}"},
        "compute": compute,
        "group_bies": [{"path": tag.path, "tag_name": tag.name} for tag in metric.tags],
    }


def resource_name(metric: Metric) -> str:
    """The metric's part of its Pulumi name: renaming it would replace the metric and lose its history."""
    return metric.key.replace(".", "-").replace("_", "-")
