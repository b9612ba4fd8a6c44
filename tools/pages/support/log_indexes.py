"""What of Datadog's log indexes is done and modelled."""

from __future__ import annotations

from firedrill.vendors.features import Feature

_PAGE = "docs.datadoghq.com/logs/log_configuration/indexes"

FEATURES = (
    Feature("index: filter and order", "done", _PAGE),
    Feature("index: exclusion filters", "done", _PAGE, "the first active one that matches counts"),
    Feature("index: sampling", "modelled", _PAGE, "exact at 0 and 1; between them by a hash"),
    Feature("index: daily quota", "done", _PAGE),
)
