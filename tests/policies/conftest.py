"""A small stack that no policy objects to, and ways to spoil it."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from firedrill.policies.rule import Declared, Item
from firedrill.resources import (
    DOWNTIME_SCHEDULE,
    LOGPUSH_JOB,
    LOGS_METRIC,
    LOGS_PIPELINE,
    MONITOR,
    MONITOR_NOTIFICATION_RULE,
    OBSERVED_SERVICE,
    R2_BUCKET,
    SERVICE_LEVEL_OBJECTIVE,
    WORKERS_SCRIPT,
)

SHOP = "urn:pulumi:prod::p::firedrill:components:ObservedService::shop"


def monitor(name: str, kind: str, query: str, critical: str, **changes: Any) -> Item:
    inputs = {
        "name": f"shop prod: {name}",
        "type": "query alert",
        "query": query,
        "message": "{{#is_alert}}\nfailing @pagerduty-shop\n{{/is_alert}}\nRunbook: https://x.example/runbooks/do-latency.md",
        "tags": ["env:prod", f"monitor:{kind}", "service:shop", "team:till"],
        "priority": "2",
        "monitorThresholds": {"critical": critical},
        "onMissingData": "default",
        "requireFullWindow": False,
        "evaluationDelay": 120,
        "renotifyInterval": 30,
        "renotifyOccurrences": 3,
        **changes,
    }
    return Item(MONITOR, name, f"{SHOP}::{name}", inputs, SHOP)


BURN = 'burn_rate("4711").over("30d").long_window("1h").short_window("5m") > 14.4'

SILENT = "too many fail\nRunbook: https://x.example/runbooks/do-latency.md"

SELECT = {"source": "Logs", "target": "line", "filter": "Level:debug", "valueToExtract": "Message"}

ITEMS: tuple[Item, ...] = (
    Item(
        OBSERVED_SERVICE,
        "shop",
        SHOP,
        {
            "scriptName": "shop-prod",
            "environment": "prod",
            "site": "datadoghq.eu",
            "handles": ["@pagerduty-shop", "@slack-shop"],
            "deletedClasses": [],
            "drill": "tests/policies/drill.yaml",
            "region": "eu",
            "classes": {"Cart": {"operations": ["add"], "countedBy": "caller"}},
        },
    ),
    Item(
        WORKERS_SCRIPT,
        "script",
        f"{SHOP}::script",
        {
            "scriptName": "shop-prod",
            "mainModule": "worker.mjs",
            "content": "export class Cart {}",
            "logpush": True,
            "compatibilityDate": "2026-11-01",
            "observability": {"enabled": True, "logs": {"enabled": True, "persist": True}},
            "bindings": [
                {"type": "durable_object_namespace", "name": "CART", "className": "Cart"},
                {"type": "plain_text", "name": "LIMIT", "text": "5"},
                {"type": "secret_text", "name": "TELEMETRY_SALT", "text": "[secret]"},
            ],
            "migrations": {"newTag": "Cart", "newSqliteClasses": ["Cart"]},
        },
        SHOP,
        protect=True,
        secrets=("bindings[2].text",),
    ),
    Item(
        MONITOR_NOTIFICATION_RULE,
        "route",
        f"{SHOP}::route",
        {"name": "shop", "filter": {"tags": ["team:till"]}, "recipients": ["slack-shop"]},
    ),
    Item(
        DOWNTIME_SCHEDULE,
        "window",
        f"{SHOP}::window",
        {
            "monitorIdentifier": {"monitorTags": ["env:prod", "monitor:do-latency"]},
            "oneTimeSchedule": {"start": "2027-01-02T03:00:00Z", "end": "2027-01-02T03:30:00Z"},
            "scope": "*",
        },
    ),
    Item(R2_BUCKET, "bucket", f"{SHOP}::bucket", {"name": "archive", "jurisdiction": "eu"}, SHOP, protect=True),
    Item(
        LOGPUSH_JOB,
        "job",
        f"{SHOP}::job",
        {
            "accountId": "acc",
            "name": "shop prod",
            "enabled": True,
            "dataset": "workers_trace_events",
            "destinationConf": "datadog://http-intake.logs.datadoghq.eu/api/v2/logs?header_DD-API-KEY=[secret]&ddsource=shop-events",
            "filter": '{"where":{"key":"ScriptName","operator":"eq","value":"shop-prod"}}',
            "outputOptions": {"fieldNames": ["Logs", "ScriptName", "ScriptVersion", "WallTimeMs"]},
        },
        SHOP,
        secrets=("destinationConf",),
    ),
    Item(
        LOGS_PIPELINE,
        "pipeline",
        f"{SHOP}::pipeline",
        {
            "name": "shop prod",
            "isEnabled": True,
            "filters": [{"query": "source:shop-events service:shop env:prod"}],
            "processors": [
                {"arrayProcessor": {"isEnabled": True, "name": "line", "operation": {"select": SELECT}}},
                {"pipeline": {"isEnabled": True, "processors": [{"grokParser": {"isEnabled": True, "name": "grok"}}]}},
            ],
        },
        SHOP,
    ),
    Item(
        LOGS_METRIC,
        "latencies",
        f"{SHOP}::latencies",
        {
            "name": "shop.prod.latency",
            "filter": {"query": "source:shop-events service:shop env:prod @WallTimeMs:* @telemetry.op:(add OR take)"},
            "compute": {"aggregationType": "distribution", "path": "@WallTimeMs", "includePercentiles": True},
            "groupBies": [{"path": "@telemetry.op", "tagName": "operation"}],
        },
        SHOP,
    ),
    Item(
        LOGS_METRIC,
        "requests",
        f"{SHOP}::requests",
        {
            "name": "shop.prod.requests",
            "filter": {"query": "source:shop-events service:shop env:prod"},
            "compute": {"aggregationType": "count"},
            "groupBies": [],
        },
        SHOP,
    ),
    monitor(
        "latency",
        "do-latency",
        "percentile(last_5m):p95:shop.prod.latency{*} > 500",
        "500",
        monitorThresholds={"critical": "500", "criticalRecovery": "400"},
    ),
    monitor(
        "rate",
        "do-error-ratio",
        "sum(last_5m):100 * sum:shop.prod.requests{a:b}.as_count() / sum:shop.prod.requests{*}.as_count() > 5",
        "5",
        message=SILENT,
        monitorThresholds={"critical": "5", "criticalRecovery": "2"},
    ),
    Item(
        MONITOR,
        "guarded",
        f"{SHOP}::guarded",
        {
            **{
                key: value
                for key, value in monitor("guarded", "do-error-rate", "1 && !2", "5").inputs.items()
                if key not in ("onMissingData", "monitorThresholds", "evaluationDelay")
            },
            "type": "composite",
        },
        SHOP,
        depends_on=(f"{SHOP}::rate", f"{SHOP}::latency"),
    ),
    Item(
        SERVICE_LEVEL_OBJECTIVE,
        "availability",
        f"{SHOP}::availability",
        {
            "name": "shop prod: availability",
            "type": "metric",
            "thresholds": [{"timeframe": "30d", "target": 99.9}],
            "query": {
                "numerator": "sum:shop.prod.requests{a:b}.as_count()",
                "denominator": "sum:shop.prod.requests{*}.as_count()",
            },
        },
        SHOP,
    ),
    Item(
        MONITOR,
        "burning",
        f"{SHOP}::burning",
        {
            **{
                key: value
                for key, value in monitor("burning", "do-errors", BURN, "14.4").inputs.items()
                if key not in ("onMissingData", "evaluationDelay")
            },
            "type": "slo alert",
        },
        SHOP,
        depends_on=(f"{SHOP}::availability",),
    ),
)


@pytest.fixture
def stack() -> Declared:
    return Declared(ITEMS)


@pytest.fixture
def spoilt() -> Callable[..., Declared]:
    """The stack with inputs of one resource replaced (None removes one), or its Pulumi options."""

    def change(name: str, inputs: dict[str, Any], **options: Any) -> Declared:
        return Declared([_changed(item, inputs, options) if item.name == name else item for item in deepcopy(ITEMS)])

    return change


def _changed(item: Item, inputs: dict[str, Any], options: dict[str, Any]) -> Item:
    merged = {key: value for key, value in {**item.inputs, **inputs}.items() if value is not None}
    return replace(item, inputs=merged, **options)
