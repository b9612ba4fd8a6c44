"""Rules about service level objectives: that somebody hears when their budgets burn, and that this can happen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from firedrill.policies.rule import Declared, Item, Rule
from firedrill.resources import LOGS_METRIC, MONITOR, SERVICE_LEVEL_OBJECTIVE
from firedrill.vendors.datadog.from_pulumi import service_level_objective
from firedrill.vendors.datadog.objectives import compile_sli
from firedrill.vendors.datadog.rules.monitors import SLO_ALERT
from firedrill.vendors.datadog.rules.slo_alerts import read_alert, target_breaches
from firedrill.vendors.datadog.rules.slos import targets_of
from firedrill.vendors.errors import FiredrillError

_READ = ("name", "type", "groups", "monitorIds", "query", "sliSpecification", "thresholds", "timeframe")
"""What is read of an SLO: outputs have more than inputs."""


def _alerts(slo: Item, declared: Declared) -> list[Item]:
    return [
        each for each in declared.of(MONITOR) if each.inputs.get("type") == SLO_ALERT and slo.urn in each.depends_on
    ]


def _burn_alert(item: Item, declared: Declared) -> Iterator[str]:
    read = [read_alert(str(each.inputs.get("query"))) for each in _alerts(item, declared)]
    if not any(alert and alert.function == "burn_rate" for alert in read):
        yield "no monitor alerts on its burn rate, so a budget can be gone before anybody hears of it"


def _reachable(item: Item, declared: Declared) -> Iterator[str]:
    targets = targets_of(_spec(item))
    for each in _alerts(item, declared):
        if alert := read_alert(str(each.inputs.get("query"))):
            for breach in target_breaches(alert, targets):
                yield f"the monitor {each.name}: {breach}"


def _metrics_declared(item: Item, declared: Declared) -> Iterator[str]:
    known = {metric.inputs.get("name") for metric in declared.of(LOGS_METRIC)}
    try:
        metrics = compile_sli(_spec(item)).metrics
    except FiredrillError:
        return  # refused where it is compiled
    for metric in metrics:
        if metric not in known:
            yield f"it asks for {metric}, which no LogsMetric of the stack makes"


def _spec(item: Item) -> Mapping[str, Any]:
    return service_level_objective({key: item.inputs[key] for key in _READ if key in item.inputs})


RULES = (
    Rule(
        "slo-burn-alert",
        "An objective that nobody hears of is a number on a page.",
        "declare a Monitor of type slo alert with burn_rate() of its id",
        (SERVICE_LEVEL_OBJECTIVE,),
        _burn_alert,
        whole=True,
    ),
    Rule(
        "slo-burn-rate-reachable",
        "With everything failing a burn rate is 1 / (1 - target): an alert above it never fires.",
        "lower the burn rate, or raise the target",
        (SERVICE_LEVEL_OBJECTIVE,),
        _reachable,
        whole=True,
    ),
    Rule(
        "slo-metrics-declared",
        "An objective of a metric that does not exist is always met.",
        "correct the name, or declare the metric",
        (SERVICE_LEVEL_OBJECTIVE,),
        _metrics_declared,
        whole=True,
    ),
)
