"""What the gateway tells of its asynchronous reporter."""

from __future__ import annotations

from firedrill.components.log_metrics.definitions.metric import Metric, Tag
from firedrill.components.telemetry import REPORTS

OF_REPORTER = (
    Metric(
        "reporter.events",
        "count",
        "event",
        "Events by their fate at the reporter; a failed one is in its console line all the same.",
        "gateway",
        "@telemetry.report",
        tags=(Tag("report", "@telemetry.report", len(REPORTS)),),
    ),
)
