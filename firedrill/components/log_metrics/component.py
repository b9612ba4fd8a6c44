"""The log-based metrics as one component."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_datadog as datadog

from firedrill.components.log_metrics.definitions import Metric
from firedrill.components.log_metrics.inputs import metric_inputs, resource_name


@dataclass(frozen=True)
class LogMetricsArgs:
    """Which metrics to make from which logs."""

    prefix: str
    """What every metric's name starts with, the final dot included."""
    scope: str
    """The log search that matches the service's logs."""
    metrics: Sequence[Metric]
    """Those of the telemetry contract for the Worker's classes."""


class LogMetrics(pulumi.ComponentResource):
    """One `LogsMetric` per metric of the telemetry contract."""

    metric_names: pulumi.Output[list[str]]

    def __init__(self, name: str, args: LogMetricsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("firedrill:components:LogMetrics", name, None, opts)
        # A name is in use until its metric is deleted, so the new one cannot be created first.
        child = pulumi.ResourceOptions(parent=self, delete_before_replace=True)
        metrics = [
            datadog.LogsMetric(
                f"{name}-{resource_name(metric)}", **metric_inputs(metric, args.prefix, args.scope), opts=child
            )
            for metric in args.metrics
        ]
        self.metric_names = pulumi.Output.all(*(metric.name for metric in metrics)).apply(list)
        self.register_outputs({"metricNames": self.metric_names})
