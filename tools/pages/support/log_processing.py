"""What of Datadog's pipelines and processors is done, modelled and refused."""

from __future__ import annotations

from firedrill.vendors.datadog.processors import kinds
from firedrill.vendors.features import Feature

_PIPELINES = "docs.datadoghq.com/logs/log_configuration/pipelines"
_API = "docs.datadoghq.com/api/latest/logs-pipelines"

FEATURES = (
    Feature("pipeline: filter, order and nesting", "done", _PIPELINES),
    Feature("pipeline: processors are disabled by default", "done", _API),
    Feature("pipeline: order resource", "done", _API),
    Feature("pipeline: integration pipelines", "refused", _PIPELINES, "not published; use a ddsource of your own"),
    *(kind.feature for _, kind in sorted(kinds().items())),
)
