"""Each policy: a stack that it passes, and the smallest change that it objects to, with its words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from firedrill.cost.kept import Kept, keep_estimate, mark
from firedrill.declared.collectors import PLATFORM_METRICS
from firedrill.policies.rule import Declared, Item, violations
from firedrill.policies.rules import RULES, logpush
from firedrill.vendors.cloudflare.rules.scripts import SCRIPT_NAME

Change = tuple[str, dict[str, Any], dict[str, Any]]
"""Resource, inputs to replace, options to replace."""

QUERY = "source:shop-events service:shop env:prod"

# policy -> what spoils the stack, what the policy says of it
FAILING: dict[str, tuple[Change, str]] = {
    "slo-burn-alert": (
        ("availability", {}, {"urn": "urn:pulumi:prod::p::shop::another"}),
        "no monitor alerts on its burn rate, so a budget can be gone before anybody hears of it",
    ),
    "slo-burn-rate-reachable": (
        ("availability", {"thresholds": [{"timeframe": "30d", "target": 90}]}, {}),
        "the monitor burning: query is a burn rate above 14.4; allowed: at most 10, which a target of 90 % burns when"
        " everything fails; more is never reached",
    ),
    "slo-metrics-declared": (
        ("availability", {"query": {"numerator": "sum:a{*}.as_count()", "denominator": "sum:a{*}.as_count()"}}, {}),
        "it asks for a, which no LogsMetric of the stack makes",
    ),
    "worker-logpush-on": (
        ("script", {"logpush": None}, {}),
        "logpush is None: a Logpush job gets nothing from this Worker",
    ),
    "worker-observability-stated": (
        ("script", {"observability": {"enabled": True}}, {}),
        "observability does not say logs.enabled: whoever deploys next decides",
    ),
    "worker-logs-stored-by-choice": (
        ("script", {"observability": {"enabled": True, "logs": {"enabled": True}}}, {}),
        "observability.logs.persist is not stated, and true by default: Cloudflare stores, and bills, what leaves by"
        " Logpush as well",
    ),
    "worker-compatibility-date-recent": (
        ("script", {"compatibilityDate": "2026-04-20"}, {}),
        "compatibilityDate is '2026-04-20'; allowed: a date such as 2026-11-01, not before 2026-04-21",
    ),
    "worker-class-removal-acknowledged": (
        ("script", {"migrations": {"steps": [{"deletedClasses": ["Cart"]}]}}, {}),
        "the migration deletes class Cart with the data of all its objects, which nobody acknowledged",
    ),
    "worker-classes-on-sqlite": (
        ("script", {"migrations": {"newClasses": ["Cart"]}}, {}),
        "class Cart is created with key-value storage, which cannot become SQLite later",
    ),
    "production-protected": (
        ("bucket", {}, {"protect": False}),
        "it is not protected in prod: one `pulumi destroy` deletes what it holds",
    ),
    "worker-name-within-limits": (
        ("script", {"scriptName": "s" * 64}, {}),
        f"scriptName is {'s' * 64!r}; allowed: {SCRIPT_NAME.allowed}",
    ),
    "worker-main-module-stated": (
        ("script", {"mainModule": None}, {}),
        "mainModule is missing; allowed: the name of the main module; set it",
    ),
    "logpush-owner-stated": (
        ("job", {"accountId": None}, {}),
        "accountId is missing; allowed: the id of the account that the job belongs to; set it, or zone_id for a dataset"
        " of zones",
    ),
    "logpush-destination-proven": (
        ("job", {"destinationConf": "s3://logs/{DATE}?region=eu-west-1"}, {}),
        "ownershipChallenge is missing; allowed: the token that Cloudflare wrote into the destination; run: firedrill"
        " challenge, or declare a LogpushOwnershipChallenge with the same destinationConf, and set what it wrote there",
    ),
    "worker-credentials-in-secret-bindings": (
        ("script", {"bindings": [{"type": "plain_text", "name": "STRIPE_API_KEY", "text": "k"}]}, {}),
        "the binding STRIPE_API_KEY is plain text, which anyone with read access to the Worker sees",
    ),
    "no-plain-credential": (
        ("job", {"destinationConf": "datadog://intake?header_DD-API-KEY=abc&ddsource=s"}, {"secrets": ()}),
        "destinationConf holds a credential that is not a Pulumi secret: it is readable in the state and in logs",
    ),
    "logpush-job-enabled": (("job", {"enabled": None}, {}), "enabled is None (the provider's default is false)"),
    "logpush-right-dataset": (
        ("job", {"dataset": None}, {}),
        "dataset is 'http_requests'; allowed: 'workers_trace_events', which has the events of Workers (the provider's"
        " default is 'http_requests')",
    ),
    "logpush-fields-cover-readers": (
        ("job", {"outputOptions": {"fieldNames": ["Logs", "ScriptName", "ScriptVersion"]}}, {}),
        "outputOptions.fieldNames lacks WallTimeMs, which the metric 'shop.prod.latency' and the monitor 'shop prod: "
        "latency' read",
    ),
    "logpush-no-sampling": (
        ("job", {"outputOptions": {"fieldNames": ["Logs", "WallTimeMs"], "sampleRate": 0.1}}, {}),
        "outputOptions.sampleRate is 0.1: every count in Datadog would be 0.1 of the truth, also for the monitor"
        " 'latency' and 1 more",
    ),
    "logpush-filter-present": (
        ("job", {"filter": None}, {}),
        "it has no filter: it sends, and bills, the records of every Worker of the account",
    ),
    "logpush-signature-lasts": (
        ("job", {"destinationConf": "azure://acct.blob.core.windows.net/logs/f?se=2020-01-01T00%3A00%3A00Z&sig=a"}, {}),
        "its shared access signature has expired on 2020-01-01: Azure refuses every upload",
    ),
    "logpush-own-source": (
        ("job", {"destinationConf": "datadog://intake?header_DD-API-KEY=[secret]&ddsource=cloudflare"}, {}),
        "ddsource is 'cloudflare'; allowed: a source other than cloudflare, since Datadog's own pipeline would run"
        " first",
    ),
    "logpush-own-site": (
        ("shop", {"site": "datadoghq.com"}, {}),
        "it delivers to datadoghq.eu, and the monitors are on datadoghq.com, which sees none of it",
    ),
    "logpush-personal-fields-asked-for": (
        ("job", {"outputOptions": {"fieldNames": ["Event", "Logs", "ScriptName", "ScriptVersion", "WallTimeMs"]}}, {}),
        "it sends Event, which has URLs and headers; nothing here reads it, and firedrill:moreFields does not ask for"
        " it",
    ),
    "worker-ids-hashed": (
        ("script", {"bindings": [{"type": "durable_object_namespace", "name": "CART", "className": "Cart"}]}, {}),
        "it has no binding TELEMETRY_SALT: its telemetry cannot tell one object from another",
    ),
    "logpush-name-within-limits": (
        ("job", {"name": ""}, {}),
        "name is missing: nobody can tell the jobs of the account apart",
    ),
    "region-kept": (
        ("bucket", {"jurisdiction": None}, {}),
        "jurisdiction is None: its objects may lie anywhere",
    ),
    "cost-within-budget": (
        ("shop", {"budget": 50}, {"urn": "urn:pulumi:of-no-estimate::p::firedrill:components:ObservedService::shop"}),
        "the budget of stack of-no-estimate is $50 a month, and nobody has estimated here what it costs",
    ),
    "pipeline-enabled": (("pipeline", {"isEnabled": None}, {}), "isEnabled is None: its logs stay unparsed"),
    "pipeline-processors-enabled": (
        ("pipeline", {"processors": [{"pipeline": {"isEnabled": True, "processors": [{"grokParser": {}}]}}]}, {}),
        "grokParser '' is not enabled (the provider's default is false)",
    ),
    "pipeline-filter-narrow": (
        ("pipeline", {"filters": [{"query": "source:shop-events"}]}, {}),
        "its filter 'source:shop-events' names no service and no env: it would change logs of others",
    ),
    "pipeline-own-source": (
        ("pipeline", {"filters": [{"query": "source:cloudflare service:shop"}]}, {}),
        "source is 'cloudflare'; allowed: a source other than cloudflare, since Datadog's own pipeline would run first",
    ),
    "pipeline-name-within-limits": (("pipeline", {"name": "n" * 256}, {}), "its name has 256 characters; use 1 to 255"),
    "metric-tags-bounded": (
        ("requests", {"groupBies": [{"path": "@telemetry.id", "tagName": "id"}]}, {}),
        "it is grouped by @telemetry.id, which has a value of its own for each object or request",
    ),
    "metric-percentiles-used": (
        ("latency", {"query": "avg(last_5m):avg:shop.prod.latency{*} > 500"}, {}),
        "it keeps percentiles, which cost five metrics more, and no monitor asks for one",
    ),
    "metric-filter-narrow": (
        ("requests", {"filter": {"query": "source:shop-events"}}, {}),
        "its filter names no service and no env: it would count what belongs to others",
    ),
    "metric-filter-asks-for-attributes": (
        ("latencies", {"filter": {"query": f"{QUERY} -@WallTimeMs:* (@telemetry.op:add OR @telemetry.at:object)"}}, {}),
        "its filter does not ask for @WallTimeMs and @telemetry.op, by which it counts or groups",
    ),
    "metric-name-within-limits": (
        ("requests", {"name": "shop-requests"}, {}),
        "name is 'shop-requests'; allowed: letters, digits, underscores and periods, a letter first, "
        "at most 200 characters",
    ),
    "monitor-runbook": (
        ("latency", {"message": "slow @slack-shop"}, {}),
        "its message links to no runbook (https://.../runbooks/<monitor>.md)",
    ),
    "monitor-tag-team": (("latency", {"tags": ["env:prod"]}, {}), "it has no tag team:"),
    "monitor-tag-env": (("latency", {"tags": ["team:till"]}, {}), "it has no tag env:"),
    "route-recipients-in-config": (
        ("route", {"recipients": ["slack-shop", "slack-shoop"]}, {}),
        "it notifies slack-shoop, which is not a handle of the stack's config (one of @pagerduty-shop, @slack-shop)",
    ),
    "downtime-mutes-one-alert": (
        ("window", {"monitorIdentifier": {"monitorTags": ["env:prod", "service:shop"]}}, {}),
        "it mutes every monitor with the tags env:prod, service:shop; none of them names one alert (monitor:...)",
    ),
    "downtime-ends": (
        ("window", {"oneTimeSchedule": {"start": "2027-01-02T03:00:00Z"}}, {}),
        "it has no end, so it mutes for good",
    ),
    "monitor-handles-in-config": (
        ("latency", {"message": "slow @slack-shoop https://x.example/runbooks/do-latency.md"}, {}),
        "it notifies @slack-shoop, which is not a handle of the stack's config (one of @pagerduty-shop, @slack-shop)",
    ),
    "monitor-missing-data-stated": (
        ("latency", {"onMissingData": None}, {}),
        "it does not say what missing data means",
    ),
    "monitor-full-window-off": (
        ("latency", {"requireFullWindow": None}, {}),
        "requireFullWindow is None (the provider's default is true)",
    ),
    "monitor-recovery-threshold": (
        ("latency", {"monitorThresholds": {"critical": "500"}}, {}),
        "it has no criticalRecovery: a value that hovers at the threshold alerts again and again",
    ),
    "monitor-counts-summed": (
        ("latency", {"query": "sum(last_5m):avg:shop.prod.requests{*}.as_count() > 500"}, {}),
        "it takes the avg of shop.prod.requests, a count: of several series it tells one, or none",
    ),
    "monitor-threshold-in-query": (
        ("latency", {"monitorThresholds": {"critical": "800", "criticalRecovery": "400"}}, {}),
        "options.thresholds.critical is 800; allowed: 500, which the query compares with",
    ),
    "monitor-renotify-limited": (
        ("latency", {"renotifyOccurrences": None}, {}),
        "it notifies, but renotifyOccurrences is not set",
    ),
    "monitor-ratio-guarded": (
        ("rate", {"message": "failing @pagerduty-shop https://x.example/runbooks/do-latency.md"}, {}),
        "it notifies on a rate alone: one failure in a quiet night is 100 %",
    ),
    "monitor-metrics-declared": (
        ("latency", {"query": "percentile(last_5m):p95:shop.prod.latencies{*} > 500"}, {}),
        "its query asks for shop.prod.latencies, which no LogsMetric of the stack makes",
    ),
    "monitor-reads-its-class": (
        ("latency", {"tags": ["env:prod", "monitor:do-latency", "team:till", "class:cart"]}, {}),
        "it is about the class cart, but reads shop.prod.latency of all classes",
    ),
    "monitor-learned-beside-threshold": (
        (
            "latency",
            {"query": "max(next_1w):forecast(max:shop.prod.latency{*}, 'linear', 1) > 500"},
            {},
        ),
        "it learns what is usual of shop.prod.latency, of which no monitor has a threshold",
    ),
    "monitor-evaluation-delay": (
        ("latency", {"evaluationDelay": None}, {}),
        "evaluationDelay is 0 s: logs that are still on their way would be missed",
    ),
    "monitor-window-holds-batches": (
        ("latency", {"query": "percentile(last_1m):p95:shop.prod.latency{*} > 500"}, {}),
        "its window is last_1m: when a batch of logs comes late there is little or nothing in it",
    ),
    "monitor-new-groups-watched": (
        (
            "latency",
            {"query": "percentile(last_5m):p95:shop.prod.latency{*} by {operation} > 500", "newGroupDelay": 3600},
            {},
        ),
        "newGroupDelay is 3600 s: so long nobody hears of an operation or error that is new",
    ),
    "monitor-priority": (("latency", {"priority": None}, {}), "it has no priority"),
    "monitor-name-within-limits": (("latency", {"name": "n" * 256}, {}), "its name has 256 characters; use 1 to 255"),
    "monitor-drilled": (
        ("latency", {"tags": ["env:prod", "monitor:made-up", "team:till"]}, {}),
        "neither the drill nor tests/policies/drill.yaml has a scenario that makes it fire",
    ),
    "monitor-off-asked-again": (
        ("shop", {"switchedOff": {"do-errors": {"reason": "being rewritten", "until": "2020-01-01"}}}, {}),
        "the monitor do-errors was to be off until 2020-01-01: being rewritten",
    ),
    "monitor-names-unique": (
        ("rate", {"name": "shop prod: latency"}, {}),
        "latency has the same name 'shop prod: latency'",
    ),
}

Spoilt = Callable[..., Declared]


def found(rule_id: str, declared: Declared) -> list[tuple[str, str]]:
    return [(each.item.name, each.finding) for each in violations(RULES, declared, {}) if each.rule.id == rule_id]


def test_every_policy_has_a_failing_case() -> None:
    assert sorted(FAILING) == sorted(rule.id for rule in RULES)


def test_policies_have_ids_of_their_own() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)


@pytest.mark.parametrize("rule_id", [rule.id for rule in RULES])
def test_a_stack_as_it_should_be_passes(rule_id: str, stack: Declared) -> None:
    assert found(rule_id, stack) == []


@pytest.mark.parametrize("rule_id", sorted(FAILING))
def test_a_spoilt_stack_is_told_what_is_wrong_with_which_resource(rule_id: str, spoilt: Spoilt) -> None:
    (name, inputs, options), finding = FAILING[rule_id]
    expected = {"metric-percentiles-used": "latencies", "logpush-own-site": "job"}.get(rule_id, name)
    assert found(rule_id, spoilt(name, inputs, **options)) == [(expected, finding)]


@pytest.mark.parametrize(
    ("ends", "told"),
    [
        (
            "2026-03-31T00:00:00Z",
            ["its shared access signature expires on 2026-03-31, in 89 days: then every upload is refused"],
        ),
        ("2026-04-01T00:00:00Z", []),
        ("no date", []),
    ],
)
def test_a_signature_has_to_last_90_days(
    ends: str, told: list[str], spoilt: Spoilt, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logpush, "today", lambda: date(2026, 1, 1))
    conf = f"azure://acct.blob.core.windows.net/logs/f?se={ends}&sig=a"
    assert [
        finding for _, finding in found("logpush-signature-lasts", spoilt("job", {"destinationConf": conf}))
    ] == told


def test_whoever_reads_a_log_learns_which_deployment_wrote_it(spoilt: Spoilt) -> None:
    fields = {"outputOptions": {"fieldNames": ["Logs", "ScriptName", "WallTimeMs"]}}
    told = "outputOptions.fieldNames lacks ScriptVersion, which tells whoever reads a log which deployment wrote it"
    assert found("logpush-fields-cover-readers", spoilt("job", fields)) == [("job", told)]


def test_fields_that_the_config_asks_for_may_be_personal(spoilt: Spoilt) -> None:
    fields = ["Event", "Logs", "ScriptName", "ScriptVersion", "WallTimeMs"]
    job = next(each for each in spoilt("job", {"outputOptions": {"fieldNames": fields}}).items if each.name == "job")
    asking = spoilt("shop", {"moreFields": ["Event"]})
    asked = replace(asking, items=[job if each.name == "job" else each for each in asking.items])
    assert found("logpush-personal-fields-asked-for", asked) == []


def test_a_pipeline_of_no_service_may_be_of_every_environment(spoilt: Spoilt) -> None:
    query = "source:shop-events service:shop"
    changed = spoilt("pipeline", {"filters": [{"query": query}]}, urn="urn:pipeline", parent="")
    assert found("pipeline-filter-narrow", changed) == []
    assert found("pipeline-filter-narrow", spoilt("pipeline", {"filters": [{"query": query}]})) == [
        ("pipeline", f"its filter {query!r} names no env: it would change logs of others")
    ]


@pytest.mark.parametrize(
    ("inputs", "told"),
    [
        ({"onMissingData": "default"}, []),
        ({"onMissingData": "show_no_data"}, ["tells nobody when nothing comes (onMissingData)"]),
        ({"timeoutH": 1}, ["resolves itself after 1 h of it (timeoutH)"]),
        ({"onMissingData": "show_and_notify_no_data", "timeoutH": 0}, []),
    ],
)
def test_silence_is_not_to_resolve_what_alerts_when_little_comes(
    inputs: dict[str, Any], told: list[str], spoilt: Spoilt
) -> None:
    few = {"query": "sum(last_5m):sum:shop.prod.requests{*}.as_count() < 20", **inputs}
    findings = [finding for _, finding in found("monitor-missing-data-stated", spoilt("latency", few))]
    assert [finding.rpartition(", and ")[2] for finding in findings] == told


@pytest.mark.parametrize(
    ("rule_id", "inputs", "told"),
    [
        ("downtime-mutes-one-alert", {"monitorIdentifier": {"monitorId": 3}}, []),
        (
            "downtime-mutes-one-alert",
            {"monitorIdentifier": {"monitorTags": ["env:prod", "monitor:do-latencyx"]}},
            ["it mutes nothing: no monitor of the stack has all of the tags env:prod, monitor:do-latencyx"],
        ),
        ("downtime-ends", {"oneTimeSchedule": None, "recurringSchedule": {"timezone": "UTC"}}, []),
        (
            "downtime-ends",
            {"oneTimeSchedule": {"start": "2027-01-02T03:00:00Z", "end": "2028-01-02T03:00:00Z"}},
            ["it lasts 8,760 hours; allowed: at most 24"],
        ),
        (
            "downtime-ends",
            {"oneTimeSchedule": {"start": "2027-01-02T03:00:00", "end": "2027-01-04T03:00:00Z"}},
            ["it lasts 48 hours; allowed: at most 24"],
        ),
    ],
)
def test_a_downtime_is_no_wider_and_no_longer_than_a_deployment(
    rule_id: str, inputs: dict[str, Any], told: list[str], spoilt: Spoilt
) -> None:
    assert [finding for _, finding in found(rule_id, spoilt("window", inputs))] == told


def test_a_job_is_of_the_account_of_its_worker(spoilt: Spoilt) -> None:
    assert found("logpush-owner-stated", spoilt("script", {"accountId": "acc"})) == []
    assert found("logpush-owner-stated", spoilt("script", {"accountId": "other"})) == [
        ("job", "it is of the account acc, its Worker of other")
    ]


def test_a_worker_without_objects_needs_no_logpush(spoilt: Spoilt) -> None:
    assert found("worker-logpush-on", spoilt("script", {"logpush": False, "bindings": [], "migrations": None})) == []


def test_an_acknowledged_removal_passes(spoilt: Spoilt) -> None:
    declared = spoilt("script", {"migrations": {"deletedClasses": ["Old"]}})
    acknowledged = [
        each if each.name != "shop" else type(each)(each.type, each.name, each.urn, {"deletedClasses": ["Old"]})
        for each in declared.items
    ]
    assert found("worker-class-removal-acknowledged", Declared(acknowledged)) == []


def test_a_runbook_that_does_not_exist_is_named(spoilt: Spoilt) -> None:
    declared = spoilt("latency", {"message": "slow https://x.example/runbooks/nowhere.md"})
    assert found("monitor-runbook", declared) == [
        ("latency", "its message links to docs/runbooks/nowhere.md, which does not exist")
    ]


def test_a_ratio_that_no_composite_combines_is_found(stack: Declared) -> None:
    alone = Declared([item for item in stack.items if item.name != "guarded"])
    assert found("monitor-ratio-guarded", alone) == [
        ("rate", "no composite monitor combines it with a minimum of traffic, so nobody ever hears of it")
    ]


def test_a_metric_of_cloudflares_needs_a_collector_that_is_declared(spoilt: Spoilt) -> None:
    asked = spoilt("latency", {"query": "sum(last_1h):sum:shop.prod.platform.requests{*} > 500"})
    finding = "its query asks for shop.prod.platform.requests, which no LogsMetric of the stack makes"
    assert found("monitor-metrics-declared", asked) == [("latency", finding)]


def test_a_metric_that_a_declared_collector_does_not_bring_is_found(spoilt: Spoilt) -> None:
    asked = spoilt("latency", {"query": "sum(last_1h):sum:shop.prod.platform.requests{*} > 500"})

    def told(*metrics: str) -> list[tuple[str, str]]:
        collector = Item(PLATFORM_METRICS, "platform", "urn:platform", {"metrics": list(metrics)})
        return found("monitor-metrics-declared", Declared([*asked.items, collector]))

    finding = "its query asks for shop.prod.platform.requests, which no LogsMetric of the stack makes"
    assert told("shop.prod.platform.requests") == []
    assert told("shop.prod.platform.request", "cart.prod.platform.requests") == [("latency", finding)]


def test_a_filter_for_another_worker_is_found(spoilt: Spoilt) -> None:
    assert found("logpush-filter-present", spoilt("job", {"filter": '{"where":{"key":"ScriptName"}}'})) == [
        ("job", "its filter does not name the Worker 'shop-prod' whose records it is there for")
    ]


def test_an_archive_may_have_fewer_fields_and_a_sample(stack: Declared, spoilt: Spoilt) -> None:
    sample = {"fieldNames": ["Outcome"], "sampleRate": 0.1}
    proven = {"destinationConf": "s3://logs/{DATE}?region=eu-west-1", "ownershipChallenge": "met"}
    changed = spoilt("job", {**proven, "outputOptions": sample}, secrets=tuple(proven))
    archive = next(each for each in changed.items if each.name == "job")
    beside = replace(archive, name="archive", urn="urn:archive")
    assert [each.rule.id for each in violations(RULES, Declared([*stack.items, beside]), {})] == []


def test_a_query_that_nobody_can_read_is_left_to_the_vendors_rules(spoilt: Spoilt) -> None:
    assert found("monitor-threshold-in-query", spoilt("latency", {"query": "nonsense"})) == []


def test_outside_production_nothing_needs_protection(stack: Declared) -> None:
    elsewhere = [
        type(each)(each.type, each.name, each.urn, {**each.inputs, "environment": "dev"}, each.parent)
        for each in stack.items
    ]
    assert found("production-protected", Declared(elsewhere)) == []


def test_a_worker_without_a_drill_file_has_no_drilled_monitor(spoilt: Spoilt) -> None:
    why = "its Worker has no drill file, so nothing proves that it fires"
    assert set(found("monitor-drilled", spoilt("shop", {"drill": ""}))) == {
        (name, why) for name in ("latency", "rate", "guarded", "burning")
    }


def test_what_is_wrong_with_a_drill_file_is_told(spoilt: Spoilt) -> None:
    assert found("monitor-drilled", spoilt("shop", {"drill": "nowhere.yaml"}))[0] == (
        "latency",
        "there is no drill file 'nowhere.yaml'; write it, or correct its path",
    )


@pytest.mark.parametrize(
    ("total", "changed", "told"),
    [
        (50.0, False, []),
        (50.01, False, ["the budget of stack prod is $50 a month, and it costs $50.01 by the last estimate here"]),
        (
            1.0,
            True,
            ["the budget of stack prod is $50 a month, and the last estimate here is of another version of it"],
        ),
    ],
)
def test_an_estimate_has_to_be_of_what_is_declared_and_within_the_budget(
    total: float, changed: bool, told: list[str], spoilt: Spoilt, tmp_path: Path
) -> None:
    declared = replace(spoilt("shop", {"budget": 50}), root=tmp_path)
    items = declared.items if not changed else [each for each in declared.items if each.name != "requests"]
    keep_estimate(tmp_path, "prod", Kept(total, mark(items)))
    assert [finding for _, finding in found("cost-within-budget", declared)] == told


def test_an_estimate_without_the_price_of_what_is_used_is_not_within_the_budget(spoilt: Spoilt, tmp_path: Path) -> None:
    declared = replace(spoilt("shop", {"budget": 50}), root=tmp_path)
    keep_estimate(tmp_path, "prod", Kept(1.0, mark(declared.items), ("logs delivered to other services",)))
    assert [finding for _, finding in found("cost-within-budget", declared)] == [
        "the budget of stack prod is $50 a month, and the last estimate here is without logs delivered to other "
        "services: nobody knows the price"
    ]
