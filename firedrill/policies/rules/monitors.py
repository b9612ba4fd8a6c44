"""Rules about monitors: what one needs to be of use to whoever is woken by it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from firedrill.config_keys import config_keys
from firedrill.declared.monitor_tags import tag_values
from firedrill.installed import PACKAGES
from firedrill.policies.drills import undrilled
from firedrill.policies.queries import handles, is_ratio, metric_query, said_in_alert
from firedrill.policies.rule import Declared, Item, Rule, entries, name_within_limits, number
from firedrill.resources import LOGS_METRIC, MONITOR, MONITOR_NOTIFICATION_RULE, OBSERVED_SERVICE
from firedrill.vendors.datadog.rules.monitors import COMPOSITE, SLO_ALERT, priority_breaches
from firedrill.vendors.datadog.rules.tags import normalised
from firedrill.vendors.datadog.rules.thresholds import critical_breaches, number_breach

WITHOUT_WINDOW = (COMPOSITE, SLO_ALERT)
"""The types of monitors that look at no window of points themselves."""
MIN_DELAY_S = 60  # Logpush uploads about every 30 s, and a batch may be sent again
_RUNBOOK = re.compile(r"https://\S*/(runbooks/[\w.-]+\.md)")


def _runbook(item: Item, declared: Declared) -> Iterator[str]:
    link = _RUNBOOK.search(said_in_alert(item))
    if link is None:
        yield "its message links to no runbook (https://.../runbooks/<monitor>.md)"
    elif _leads_here(link[0], declared.root) and not (declared.root / "docs" / link[1]).is_file():
        yield f"its message links to docs/{link[1]}, which does not exist"


def _leads_here(link: str, root: Path) -> bool:
    """Whether a runbook is the project's own to write: it keeps some, and this is none of those of the package."""
    if root.resolve() != PACKAGES and link.startswith(f"{config_keys()['docsUrl']['default']}/"):
        return False
    return (root / "docs" / "runbooks").is_dir()


def _team(item: Item, _: Declared) -> Iterator[str]:
    if not tag_values(item.inputs, "team"):
        yield "it has no tag team:"


def _environment(item: Item, declared: Declared) -> Iterator[str]:
    service = declared.service(item)
    stack = str(service.inputs.get("environment") or "") if service else ""
    given = tag_values(item.inputs, "env")
    if not given:
        yield "it has no tag env:"
    for value in given:
        if stack and value != normalised(f"env:{stack}").removeprefix("env:"):
            yield f"it has the tag env:{value}, its stack is {stack}"


def _handles(item: Item, declared: Declared) -> Iterator[str]:
    if not declared.of(OBSERVED_SERVICE):
        return  # nothing says which handles there are
    service = declared.service(item)
    known = (service.inputs.get("handles") or ()) if service else ()
    for handle in handles(item):
        if handle not in known:
            allowed = f"one of {', '.join(known)}" if known else "there are none"
            yield f"it notifies {handle}, which is not a handle of the stack's config ({allowed})"


def _recipients(item: Item, declared: Declared) -> Iterator[str]:
    services = declared.of(OBSERVED_SERVICE)
    known = {handle for each in services for handle in each.inputs.get("handles") or ()}
    conditional = item.inputs.get("conditionalRecipients") or {}
    given = [
        *(item.inputs.get("recipients") or ()),
        *(who for each in entries(conditional.get("conditions")) for who in each.get("recipients") or ()),
        *(conditional.get("fallbackRecipients") or ()),
    ]
    for who in dict.fromkeys(given) if services else ():
        if f"@{who}" not in known:
            yield f"it notifies {who}, which is not a handle of the stack's config (one of {', '.join(sorted(known))})"


def _missing_data(item: Item, _: Declared) -> Iterator[str]:
    stated = [item.inputs.get(key) for key in ("onMissingData", "notifyNoData")]
    if item.inputs.get("type") not in WITHOUT_WINDOW and all(value in (None, "") for value in stated):
        yield "it does not say what missing data means"


def _full_window(item: Item, _: Declared) -> Iterator[str]:
    if item.inputs.get("requireFullWindow") is not False:
        yield f"requireFullWindow is {item.inputs.get('requireFullWindow')!r} (the provider's default is true)"


def _recovery(item: Item, _: Declared) -> Iterator[str]:
    query = metric_query(item)
    thresholds = item.inputs.get("monitorThresholds") or {}
    if query is None or (query.counts and not is_ratio(item) and not query.tree.aggregation.change):
        return  # a plain count moves in whole events
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


def _renotify(item: Item, _: Declared) -> Iterator[str]:
    if not handles(item):
        return
    missing = [key for key in ("renotifyInterval", "renotifyOccurrences") if not number(item.inputs.get(key))]
    if missing:
        yield f"it notifies, but {' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} not set"


def _guarded(item: Item, declared: Declared) -> Iterator[str]:
    if not is_ratio(item):
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
    for metric in query.metrics:
        if metric not in known:
            yield f"its query asks for {metric}, which no LogsMetric of the stack makes"


def _delay(item: Item, _: Declared) -> Iterator[str]:
    given = item.inputs.get("evaluationDelay") or 0
    delay = number(given)
    if item.inputs.get("type") not in WITHOUT_WINDOW and not (delay and delay >= MIN_DELAY_S):
        yield f"evaluationDelay is {given} s: logs that are still on their way would be missed"


def _priority(item: Item, _: Declared) -> Iterator[str]:
    given = number(item.inputs.get("priority"))
    if given is None:
        yield "it has no priority"
    else:
        yield from map(str, priority_breaches(int(given)))


def _unique_name(item: Item, declared: Declared) -> Iterator[str]:
    same = [each for each in declared.of(MONITOR) if each.inputs.get("name") == item.inputs.get("name")]
    if len(same) > 1 and same[0] is not item:
        yield f"{same[0].name} has the same name {item.inputs.get('name')!r}"


RULES = (
    Rule(
        "monitor-runbook",
        "Whoever is paged needs to know what to do.",
        "write docs/runbooks/<monitor>.md and link to it at the end of the message",
        (MONITOR,),
        _runbook,
    ),
    Rule(
        "monitor-tag-team",
        "Whoever is paged must see whose monitor it is.",
        "add the tag team:...",
        (MONITOR,),
        _team,
    ),
    Rule(
        "monitor-tag-env",
        "Nobody should be paged at night for dev.",
        "add the tag env: with the stack's environment",
        (MONITOR,),
        _environment,
        whole=True,
    ),
    Rule(
        "monitor-handles-in-config",
        "A handle with a typing mistake notifies nobody, and Datadog does not say so.",
        "notify firedrill:notifyPage or firedrill:notifyChat",
        (MONITOR,),
        _handles,
        whole=True,
    ),
    Rule(
        "route-recipients-in-config",
        "A recipient with a typing mistake hears of nothing, and Datadog does not say so.",
        "use handles of the stack's config, or add it to its routes",
        (MONITOR_NOTIFICATION_RULE,),
        _recipients,
        whole=True,
    ),
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
        "monitor-renotify-limited",
        "A page without reminders is forgotten; one without a limit is muted.",
        "set renotifyInterval and renotifyOccurrences",
        (MONITOR,),
        _renotify,
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
        "monitor-priority",
        "Who is on call sorts by it.",
        "set priority, 1 (highest) to 5",
        (MONITOR,),
        _priority,
        level="advisory",
    ),
    Rule(
        "monitor-name-within-limits",
        "A name that is cut cannot be told from others.",
        "choose a shorter name",
        (MONITOR,),
        name_within_limits,
    ),
    Rule(
        "monitor-names-unique",
        "Two monitors of one name cannot be told apart in a notification.",
        "give each a name of its own",
        (MONITOR,),
        _unique_name,
        whole=True,
    ),
    Rule(
        "monitor-drilled",
        "An alert that has never fired is a hope.",
        "write a scenario that makes it fire, or a line in drill-exemptions.txt that says why there is none",
        (MONITOR,),
        undrilled,
        whole=True,
    ),
)
