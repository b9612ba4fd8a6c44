"""What of Datadog's log-based metrics is done."""

from __future__ import annotations

from firedrill.vendors.features import Feature

_PAGE = "docs.datadoghq.com/logs/log_configuration/logs_to_metrics"

FEATURES = (
    Feature("log metric: count", "done", _PAGE),
    Feature("log metric: distribution", "done", _PAGE, "numbers only; a string with a number: switch numeric_text"),
    Feature("log metric: group by", "done", _PAGE, "absent and array values: switches missing_group, array_group"),
    Feature("log metric: 20-minute rule", "done", _PAGE, "late logs make no point"),
)
