"""What is emulated of Cloudflare's own metrics and of the collector that brings them to Datadog."""

from __future__ import annotations

from firedrill.vendors.cloudflare.analytics.datasets import DATASETS, OTHERS
from firedrill.vendors.features import Feature

_METRICS = "developers.cloudflare.com/durable-objects/observability/metrics-and-analytics"
_API = "developers.cloudflare.com/analytics/graphql-api"
_CRON = "developers.cloudflare.com/workers/configuration/cron-triggers"
_SERIES = "docs.datadoghq.com/api/latest/metrics"
_LAST = "as Datadog says of counts that AWS Lambda submits"

FEATURES = (
    Feature("the collector's code, bindings and schedule, in workerd", "done", _CRON, "on simulated time"),
    Feature("schedules with names, L, W or #", "refused", _CRON),
    *(Feature(f"dataset {name}", "modelled", _METRICS, "computed from the takes") for name in DATASETS),
    Feature(f"datasets {', '.join(OTHERS)}", "refused", _METRICS),
    Feature("dimensions and fields of a dataset that nothing here measures", "refused", _METRICS, "by their names"),
    Feature("when a minute is known", "modelled", _METRICS, "five minutes after its end: undocumented"),
    Feature("sampling at high volume (adaptive)", "modelled", f"{_API}/sampling", "everything is counted"),
    Feature(
        "filters neq, in, geq, gt, leq, lt, orderBy of dimensions, limit",
        "modelled",
        f"{_API}/features/filtering",
        "which dimensions a filter takes is not documented: all that are modelled",
    ),
    Feature("filters AND, OR, like, orderBy of fields, fragments, introspection", "refused", _API),
    Feature("errors of a query", "modelled", f"{_API}/errors", "the documented form; most texts are not documented"),
    Feature("metrics that a program submits: the last of several points counts", "modelled", _SERIES, _LAST),
)
