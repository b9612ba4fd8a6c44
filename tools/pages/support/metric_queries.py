"""What of metric and log queries is done, modelled and refused, as data."""

from __future__ import annotations

from firedrill.vendors.datadog.queries.functions import functions
from firedrill.vendors.features import Feature, Status

_METRIC = "docs.datadoghq.com/monitors/types/metric"
_API = "docs.datadoghq.com/api/latest/monitors/#create-a-monitor"
_COUNT = "docs.datadoghq.com/monitors/guide/as-count-in-monitor-evaluations"
_SPARSE = "docs.datadoghq.com/monitors/guide/monitor-arithmetic-and-sparse-metrics"
_NO_DATA = "docs.datadoghq.com/monitors/guide/troubleshooting-no-data"
_TYPES = "docs.datadoghq.com/metrics/custom_metrics/type_modifiers"
_DISTRIBUTIONS = "docs.datadoghq.com/metrics/distributions"
_ROLLUP = "docs.datadoghq.com/dashboards/functions/rollup"
_EVENT = "docs.datadoghq.com/monitors/types/event"
_LOG = "docs.datadoghq.com/monitors/types/log"

_PARTS: tuple[tuple[str, Status, str, str], ...] = (
    ("time aggregators avg, sum, min, max", "done", _METRIC, "sum only with as_count()"),
    ("percentile(window)", "modelled", _DISTRIBUTIONS, "exact over raw values, where Datadog has a sketch's estimate"),
    ("evaluation windows, 1 minute to 1 month", "done", _METRIC, "the API's older text ends at one week"),
    (
        "cumulative windows (current_1h, current_1d, current_1mo)",
        "modelled",
        "docs.datadoghq.com/monitors/configuration",
        "at the moment of a reset the span that has just ended is shown; frequency by the longest span",
    ),
    (
        "cumulative windows with change(), anomalies(), outliers() or require_full_window, or of log queries",
        "refused",
        "docs.datadoghq.com/monitors/configuration",
        "",
    ),
    ("evaluation_delay, late points", "done", "docs.datadoghq.com/monitors/configuration", "by arrival, to the ms"),
    ("change, pct_change", "done", "docs.datadoghq.com/monitors/types/change-alert", "totals first with as_count()"),
    ("space aggregators avg, sum, min, max", "done", _API, "avg where none is written"),
    ("space aggregator stddev", "modelled", _API, "of the series of a group, or of a distribution's values"),
    (
        "space aggregators count, pXX, count(v: v>n)",
        "modelled",
        _DISTRIBUTIONS,
        "exact over raw values; distributions only",
    ),
    (
        "scopes: tags, boolean operators, IN, wildcards",
        "done",
        "docs.datadoghq.com/metrics/advanced-filtering",
        "a comma beside words is AND",
    ),
    ("group by", "done", _NO_DATA, "series without a group tag are not evaluated"),
    ("arithmetic, classic path", "done", _SPARSE, "bucket by bucket; what cannot be computed is discarded"),
    ("arithmetic with as_count()", "done", _COUNT, "totals before arithmetic; missing is 0; sum only"),
    ("arithmetic between different group keys", "refused", _API, "its meaning is not documented"),
    ("as_count(), as_rate()", "done", _TYPES, ""),
    ("weighted()", "modelled", _TYPES, "by the usual distance of each series' points"),
    ("rollup(aggregator, seconds)", "done", _ROLLUP, "one interval per query"),
    ("rollup() of seconds that are not a multiple of 10", "modelled", _ROLLUP, "rounded up to one"),
    ("rollup at calendar intervals", "refused", _ROLLUP, ""),
    ("buckets without rollup()", "modelled", _METRIC, "undocumented; those of the full-window rule are taken"),
    ("fill(method, limit)", "done", "docs.datadoghq.com/dashboards/functions/interpolation", ""),
    ("fill(limit)", "modelled", "docs.datadoghq.com/dashboards/functions/interpolation", "linear"),
    ("full window", "done", _METRIC, "of any metric of the query"),
    ("formula() over metric variables", "modelled", _API, "evaluated as the metric query with the names replaced"),
    ("formula() over data sources other than the monitor's", "refused", _API, ""),
    ("log query: count", "done", _LOG, ""),
    ("log query: cardinality", "modelled", _LOG, "exact, where Datadog may estimate"),
    ('log query: .by("*")', "modelled", _LOG, "a simple alert, as without it"),
    ("log query: measures", "modelled", _LOG, "percentiles exact over raw values"),
    ("log query: groups", "modelled", _LOG, "up to four facets, not limited to their top values"),
    ("log query: below with groups", "done", _LOG, "a silent group keeps its status while another has logs"),
    ("log query: formula() over logs", "modelled", _LOG, "variables over the whole window, then arithmetic"),
    ("event query: formula() over events", "modelled", _EVENT, "as over logs"),
    ("event query: count", "done", _EVENT, "events in the shape of logs"),
    ("event query: cardinality, measures, groups", "modelled", _EVENT, "as those of logs"),
)

FEATURES = (
    *(Feature(f"query: {name}", status, page, note) for name, status, page, note in _PARTS),
    *(
        Feature(f"function: {one.name}()", one.status, one.source, one.note)
        for one in sorted(functions().values(), key=lambda one: one.name)
    ),
)
