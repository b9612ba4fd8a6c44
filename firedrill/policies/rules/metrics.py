"""Rules about log-based metrics: cost and truth."""

from __future__ import annotations

import re
from collections.abc import Iterator

from firedrill.policies.queries import metric_query
from firedrill.policies.rule import Declared, Item, Rule, entries
from firedrill.resources import LOGS_METRIC, MONITOR
from firedrill.vendors.datadog.queries.builder import is_percentile
from firedrill.vendors.datadog.rules.log_metrics import name_breaches
from firedrill.vendors.datadog.search.pins import demanded, not_pinned

# One value per instance, person, request, moment or text: as tags they make a time series each.
UNBOUNDED = frozenset(
    (
        *("address", "email", "guid", "hash", "id", "ids", "ip", "key", "name", "session", "token", "user", "uuid"),
        *("date", "ms", "time", "timestamp"),
        *("message", "path", "query", "referer", "request", "uri", "url"),
    )
)
"""The last word of an attribute's path, in lowercase."""
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
NARROW = ("service", "env")


def _cardinality(item: Item, _: Declared) -> Iterator[str]:
    for group in entries(item.inputs.get("groupBies")):
        words = _WORD.findall(str(group.get("path", "")))
        if words and words[-1].lower() in UNBOUNDED:
            yield f"it is grouped by {group.get('path')}, which has a value of its own for each object or request"


def _percentiles(item: Item, declared: Declared) -> Iterator[str]:
    if (item.inputs.get("compute") or {}).get("includePercentiles") is not True:
        return
    queries = [metric_query(monitor) for monitor in declared.of(MONITOR)]
    asked = {leaf.metric for query in queries if query for leaf in query.leaves if is_percentile(leaf.aggregator)}
    if item.inputs.get("name") not in asked:
        yield "it keeps percentiles, which cost five metrics more, and no monitor asks for one"


def _filter(item: Item, _: Declared) -> Iterator[str]:
    query = str((item.inputs.get("filter") or {}).get("query", ""))
    missing = not_pinned(query, NARROW)
    if missing:
        yield f"its filter names no {' and no '.join(missing)}: it would count what belongs to others"


def _attributes(item: Item, _: Declared) -> Iterator[str]:
    found = demanded(str((item.inputs.get("filter") or {}).get("query", "")))
    compute, groups = item.inputs.get("compute") or {}, entries(item.inputs.get("groupBies"))
    paths = dict.fromkeys(str(each.get("path") or "") for each in (compute, *groups))
    missing = [path for path in paths if path.startswith("@") and path not in found]
    if missing:
        yield f"its filter does not ask for {' and '.join(missing)}, by which it counts or groups"


def _name(item: Item, _: Declared) -> Iterator[str]:
    yield from map(str, name_breaches(str(item.inputs.get("name") or "")))


RULES = (
    Rule(
        "metric-tags-bounded",
        "Every distinct tag value is a time series that is billed.",
        "group by operations, results and classes, never by ids, names or URLs",
        (LOGS_METRIC,),
        _cardinality,
    ),
    Rule(
        "metric-percentiles-used",
        "Percentiles of a distribution are billed whether somebody reads them or not.",
        "set includePercentiles to false, or add the monitor that needs them",
        (LOGS_METRIC,),
        _percentiles,
        level="advisory",
        whole=True,
    ),
    Rule(
        "metric-filter-narrow",
        "Log-based metrics count the logs of the whole account.",
        "filter on service and env",
        (LOGS_METRIC,),
        _filter,
    ),
    Rule(
        "metric-filter-asks-for-attributes",
        "What Datadog makes of a log that lacks the value or a group of a metric is not documented.",
        "add `@path:*` to the filter for each attribute of compute and groupBies",
        (LOGS_METRIC,),
        _attributes,
    ),
    Rule(
        "metric-name-within-limits",
        "Datadog changes or refuses other names.",
        "choose another name",
        (LOGS_METRIC,),
        _name,
    ),
)
