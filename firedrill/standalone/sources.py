"""The vendor's page of each rule that `firedrill check` can find broken."""

from __future__ import annotations

from collections.abc import Mapping

from firedrill.declared.declaration import Kind
from firedrill.vendors.datadog.processors import kinds
from firedrill.vendors.datadog.processors.base import PAGES

_DATADOG = "docs.datadoghq.com/"
_CLOUDFLARE = "developers.cloudflare.com/"
_LOGPUSH = f"{_CLOUDFLARE}logs/logpush/logpush-job/"

_KINDS: Mapping[Kind, str] = {
    "pipeline": f"{_DATADOG}logs/log_configuration/pipelines",
    "pipeline order": f"{_DATADOG}api/latest/logs-pipelines",
    "log metric": f"{_DATADOG}logs/log_configuration/logs_to_metrics",
    "log index": f"{_DATADOG}logs/log_configuration/indexes",
    "log index order": f"{_DATADOG}api/latest/logs-indexes",
    "monitor": f"{_DATADOG}api/latest/monitors",
    "downtime": f"{_DATADOG}api/latest/downtimes",
    "SLO": f"{_DATADOG}api/latest/service-level-objectives",
    "dashboard": f"{_DATADOG}api/latest/dashboards",
    "notification rule": f"{_DATADOG}monitors/notify/notification_rules",
    "archive": f"{_DATADOG}logs/log_configuration/archives",
    "archive order": f"{_DATADOG}api/latest/logs-archives",
    "restriction query": f"{_DATADOG}api/latest/logs-restriction-queries",
    "Logpush job": f"{_LOGPUSH}api-configuration",
    "WorkersScript": f"{_CLOUDFLARE}durable-objects/reference/durable-objects-migrations",
}
_RULES: Mapping[tuple[Kind, str], str] = {
    ("pipeline", "filter"): f"{_DATADOG}logs/explorer/search_syntax",
    ("log metric", "filter"): f"{_DATADOG}logs/explorer/search_syntax",
    ("archive", "filter"): f"{_DATADOG}logs/explorer/search_syntax",
    ("restriction query", "filter"): f"{_DATADOG}logs/explorer/search_syntax",
    ("dashboard", "filter"): f"{_DATADOG}logs/explorer/search_syntax",
    ("dashboard", "query"): f"{_DATADOG}dashboards/querying",
    ("SLO", "query"): f"{_DATADOG}dashboards/querying",
    ("monitor", "composite"): f"{_DATADOG}monitors/types/composite",
    ("monitor", "part"): f"{_DATADOG}monitors/types/composite",
    ("monitor", "message"): f"{_DATADOG}monitors/notify/variables",
    ("monitor", "warning"): f"{_DATADOG}monitors/notify/variables",
    ("monitor", "option"): f"{_DATADOG}monitors/guide/monitor_api_options",
    ("monitor", "threshold"): f"{_DATADOG}monitors/guide/recovery-thresholds",
    ("Logpush job", "dataset"): f"{_LOGPUSH}datasets/account/workers_trace_events",
    ("Logpush job", "filter"): f"{_LOGPUSH}filters",
    ("Logpush job", "output_options"): f"{_LOGPUSH}log-output-options",
}


def page_of(kind: Kind, rule: str) -> str:
    """The page of a rule; that of the kind when the rule has none of its own."""
    if kind == "pipeline" and rule not in ("", "filter", "pipeline"):
        return kinds()[rule].feature.source if rule in kinds() else PAGES
    return _RULES.get((kind, rule), _KINDS[kind])
