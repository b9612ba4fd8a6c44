"""Rules about monitors: whether one alerts when it should, and only then."""

from __future__ import annotations

from collections.abc import Iterator

from firedrill.declared.collectors import PLATFORM_METRICS
from firedrill.declared.monitor_tags import monitor_tags
from firedrill.policies.drills import undrilled
from firedrill.policies.queries import handles, is_ratio, is_steadied, metric_query
from firedrill.policies.rule import Declared, Item, Rule, number
from firedrill.resources import LOGS_METRIC, MONITOR
from firedrill.vendors.datadog.queries.anomalies import AnomalyQuery
from firedrill.vendors.datadog.queries.forecast import ForecastQuery
from firedrill.vendors.datadog.queries.nodes import Both, Scope, Tag
from firedrill.vendors.datadog.queries.outliers import OutlierQuery
from firedrill.vendors.datadog.rules.monitors import COMPOSITE, SLO_ALERT
from firedrill.vendors.datadog.rules.thresholds import critical_breaches, number_breach

WITHOUT_WINDOW = (COMPOSITE, SLO_ALERT)
"""The types of monitors that look at no window of points themselves."""
MIN_DELAY_S = 60  # Logpush uploads about every 30 s, and a batch may be sent again

MIN_WINDOW_S = 300
"""What comes in batches of half a minute, which may be sent again, is not to be judged by one or two of them."""
MAX_GROUP_DELAY_S = 300
_LEARNING = (AnomalyQuery, ForecastQuery, OutlierQuery)


def _missing_data(item: Item, _: Declared) -> Iterator[str]:
    stated = [item.inputs.get(key) for key in ("onMissingData", "notifyNoData")]
    if item.inputs.get("type") not in WITHOUT_WINDOW and all(value in (None, "") for value in stated):
        yield "it does not say what missing data means"
    query = metric_query(item)
    if query and query.comparator.startswith("<") and stated[0] == "resolve":
        yield "it alerts when little comes, and resolves when nothing comes (onMissingData)"
    if query and query.comparator.startswith("<") and stated[0] == "show_no_data":
        yield "it alerts when little comes, and tells nobody when nothing comes (onMissingData)"
    if (hours := number(item.inputs.get("timeoutH"))) and stated[0] not in (None, "", "resolve"):
        yield f"it says what missing data means, and resolves itself after {hours:g} h of it (timeoutH)"


def _full_window(item: Item, _: Declared) -> Iterator[str]:
    if item.inputs.get("requireFullWindow") is not False:
        yield f"requireFullWindow is {item.inputs.get('requireFullWindow')!r} (the provider's default is true)"


def _recovery(item: Item, _: Declared) -> Iterator[str]:
    thresholds = item.inputs.get("monitorThresholds") or {}
    warning, again = thresholds.get("warning"), thresholds.get("warningRecovery")
    query = metric_query(item)
    if query and warning is not None and (again is None or number(again) == number(warning)):
        yield f"it warns at {warning}, and recovers from that there: a value that hovers there warns again and again"
    if query is None or (query.counts and not is_ratio(item) and not query.tree.aggregation.change):
        return  # a plain count moves in whole events
    if isinstance(query, ForecastQuery):
        return  # a forecast is a line, which does not hover
    recovery = thresholds.get("criticalRecovery")
    if recovery is None:
        yield "it has no criticalRecovery: a value that hovers at the threshold alerts again and again"
    elif number(recovery) == query.threshold:
        yield f"it recovers at {recovery}, where it alerts: a value that hovers there alerts again and again"


def _summed(item: Item, _: Declared) -> Iterator[str]:
    query = metric_query(item)
    if query is None or not query.counts:
        return
    for leaf in query.leaves:
        if leaf.modifier == "as_count" and leaf.aggregator != "sum":
            yield f"it takes the {leaf.aggregator} of {leaf.metric}, a count: of several series it tells one, or none"


def _threshold(item: Item, _: Declared) -> Iterator[str]:
    query = metric_query(item)
    if query is None:
        return
    given = (item.inputs.get("monitorThresholds") or {}).get("critical")
    critical = number(given)
    if critical is None and given is not None:
        yield str(number_breach("monitorThresholds.critical", given))
    elif critical is None:
        yield f"it has no monitorThresholds.critical; its query compares with {query.threshold:g}"
    else:
        yield from map(str, critical_breaches(critical, query.threshold))


def _guarded(item: Item, declared: Declared) -> Iterator[str]:
    if not is_ratio(item) or is_steadied(item):
        return
    if handles(item):
        yield "it notifies on a rate alone: one failure in a quiet night is 100 %"
    elif not any(_combines(each, item, declared) for each in declared.siblings(item, MONITOR)):
        yield "no composite monitor combines it with a minimum of traffic, so nobody ever hears of it"


def _combines(composite: Item, ratio: Item, declared: Declared) -> bool:
    """Whether it is a composite of the ratio and a monitor that is none."""
    parts = [each for each in declared.of(MONITOR) if each.urn in composite.depends_on]
    return (
        composite.inputs.get("type") == COMPOSITE
        and any(each.urn == ratio.urn for each in parts)
        and not all(is_ratio(each) for each in parts)
    )


def _metrics_declared(item: Item, declared: Declared) -> Iterator[str]:
    query = metric_query(item)
    if query is None:
        return
    known = {metric.inputs.get("name") for metric in declared.of(LOGS_METRIC)}
    known |= {name for collector in declared.of(PLATFORM_METRICS) for name in collector.inputs.get("metrics") or ()}
    for metric in query.metrics:
        if metric not in known:
            yield f"its query asks for {metric}, which no LogsMetric of the stack makes"


def _delay(item: Item, _: Declared) -> Iterator[str]:
    given = item.inputs.get("evaluationDelay") or 0
    delay = number(given)
    if item.inputs.get("type") not in WITHOUT_WINDOW and not (delay and delay >= MIN_DELAY_S):
        yield f"evaluationDelay is {given} s: logs that are still on their way would be missed"


def _window(item: Item, _: Declared) -> Iterator[str]:
    query = metric_query(item)
    if query and query.window.seconds < MIN_WINDOW_S:
        yield f"its window is {query.window.text}: when a batch of logs comes late there is little or nothing in it"


def _new_groups(item: Item, _: Declared) -> Iterator[str]:
    delay, query = number(item.inputs.get("newGroupDelay")) or 0, metric_query(item)
    if query and delay > MAX_GROUP_DELAY_S and any(leaf.by for leaf in query.leaves):
        yield f"newGroupDelay is {delay:g} s: so long nobody hears of an operation or error that is new"


def _class(item: Item, declared: Declared) -> Iterator[str]:
    query = metric_query(item)
    name = monitor_tags(item.inputs, item.name).class_name
    if query is None or not name or not declared.service(item):
        return
    for leaf in query.leaves:
        if f"class:{name}" not in _asked(leaf.scope):
            yield f"it is about the class {name}, but reads {leaf.metric} of all classes"


def _beside(item: Item, declared: Declared) -> Iterator[str]:
    query = metric_query(item)
    if not isinstance(query, _LEARNING):
        return
    others = (metric_query(each) for each in declared.siblings(item, MONITOR))
    exact = {metric for each in others if each and not isinstance(each, _LEARNING) for metric in each.metrics}
    if exact.isdisjoint(query.metrics):
        yield f"it learns what is usual of {', '.join(query.metrics)}, of which no monitor has a threshold"


def _asked(scope: Scope) -> list[str]:
    """The tags that a series must have to be in a scope."""
    parts = scope.operands if isinstance(scope, Both) else (scope,)
    return [part.text for part in parts if isinstance(part, Tag)]


RULES = (
    Rule(
        "monitor-missing-data-stated",
        "Without it, silence is taken for health or for an incident depending on the type.",
        "set onMissingData",
        (MONITOR,),
        _missing_data,
    ),
    Rule(
        "monitor-full-window-off",
        "Metrics from logs have gaps: a monitor that requires a full window is skipped and never alerts.",
        "set requireFullWindow to false",
        (MONITOR,),
        _full_window,
    ),
    Rule(
        "monitor-recovery-threshold",
        "Without distance between alert and recovery a monitor flaps.",
        "set monitorThresholds.criticalRecovery",
        (MONITOR,),
        _recovery,
    ),
    Rule(
        "monitor-counts-summed",
        "Events are counted by adding them up: any other aggregation depends on how many series there are.",
        "write sum(window):sum:metric{...}.as_count()",
        (MONITOR,),
        _summed,
    ),
    Rule(
        "monitor-threshold-in-query",
        "Datadog refuses a monitor whose threshold differs from its query's.",
        "write the same number in both",
        (MONITOR,),
        _threshold,
    ),
    Rule(
        "monitor-ratio-guarded",
        "A rate over little traffic says nothing.",
        "let the ratio notify nobody and combine it with a traffic monitor in a composite",
        (MONITOR,),
        _guarded,
        whole=True,
    ),
    Rule(
        "monitor-metrics-declared",
        "A monitor of a metric that does not exist never alerts.",
        "correct the name, or declare the metric",
        (MONITOR,),
        _metrics_declared,
        whole=True,
    ),
    Rule(
        "monitor-evaluation-delay",
        "Logpush delivers in batches: the newest minutes are never complete.",
        f"set evaluationDelay to at least {MIN_DELAY_S} seconds",
        (MONITOR,),
        _delay,
    ),
    Rule(
        "monitor-window-holds-batches",
        "Logs come in batches: a window that holds one or two of them alerts, or not, by chance.",
        f"let the query look at {MIN_WINDOW_S // 60} minutes or more",
        (MONITOR,),
        _window,
    ),
    Rule(
        "monitor-new-groups-watched",
        "What fails for the first time is a group that Datadog has not seen: the delay keeps its alert back.",
        f"remove newGroupDelay, or set it to at most {MAX_GROUP_DELAY_S} seconds",
        (MONITOR,),
        _new_groups,
    ),
    Rule(
        "monitor-drilled",
        "An alert that has never fired is a hope.",
        "write a scenario that makes it fire, or a line in drill-exemptions.txt that says why there is none",
        (MONITOR,),
        undrilled,
        whole=True,
    ),
    Rule(
        "monitor-reads-its-class",
        "A monitor of one class that counts others too tells of the wrong one.",
        "write class:<class> into the scope of each metric, or remove the tag class:",
        (MONITOR,),
        _class,
        whole=True,
    ),
    Rule(
        "monitor-learned-beside-threshold",
        "What anomalies, outliers and forecasts learn is not documented to the digit: their proof is a model's.",
        "declare a monitor that compares the same metric with a threshold, or with an hour ago",
        (MONITOR,),
        _beside,
        "advisory",
        whole=True,
    ),
)
