"""What of Datadog's log intake is done and modelled."""

from __future__ import annotations

from firedrill.vendors.features import Feature

_API = "docs.datadoghq.com/api/latest/logs"
_PIPELINES = "docs.datadoghq.com/logs/log_configuration/pipelines"

FEATURES = (
    Feature("intake: request limits (5 MB, 1,000 logs)", "done", _API, "413 refuses the whole request"),
    Feature("intake: logs over 1 MB are cut", "modelled", _API, "which part is cut is not documented"),
    Feature(
        "intake: tags of a log",
        "modelled",
        "docs.datadoghq.com/logs/log_collection",
        "at most 100 tags of 256 characters, normalised",
    ),
    Feature("intake: reserved attributes", "done", _PIPELINES, "default preprocessing, not an organisation's own"),
    Feature("intake: message of a log without one", "done", _PIPELINES, "its JSON, pretty-printed"),
    Feature("intake: date window", "done", _PIPELINES, "18 hours back; beyond 2 hours ahead: switch future_date"),
)
