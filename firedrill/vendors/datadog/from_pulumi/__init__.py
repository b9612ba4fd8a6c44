"""From rendered Pulumi inputs (camelCase, the provider's shapes and defaults) to Datadog's API JSON.

A provider default that differs from the API's is applied here; an input that is not known is refused by its name.
Inputs that are null count as absent.
Source: pulumi.com/registry/packages/datadog/api-docs (LogsCustomPipeline, LogsMetric, LogsIndex, Monitor,
DowntimeSchedule, Downtime)
"""

from __future__ import annotations

from firedrill.vendors.datadog.from_pulumi.administration import archive, as_written
from firedrill.vendors.datadog.from_pulumi.dashboards import dashboard, dashboard_json
from firedrill.vendors.datadog.from_pulumi.downtimes import downtime, downtime_schedule
from firedrill.vendors.datadog.from_pulumi.logs import logs_index, logs_metric
from firedrill.vendors.datadog.from_pulumi.monitors import monitor, monitor_json
from firedrill.vendors.datadog.from_pulumi.pipelines import PROCESSOR_TYPES, pipeline
from firedrill.vendors.datadog.from_pulumi.slos import service_level_objective

__all__ = [
    "PROCESSOR_TYPES",
    "archive",
    "as_written",
    "dashboard",
    "dashboard_json",
    "downtime",
    "downtime_schedule",
    "logs_index",
    "logs_metric",
    "monitor",
    "monitor_json",
    "pipeline",
    "service_level_objective",
]
