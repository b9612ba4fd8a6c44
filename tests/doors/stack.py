"""A small stack that every door accepts, as rendered resources, and more resources of other kinds to put beside it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from firedrill.cloud.tokens import INTEGRATION_ACCOUNT, OWNERSHIP_CHALLENGE
from firedrill.render.mock_engine import resource_id
from firedrill.resources import (
    LOGPUSH_JOB,
    LOGS_METRIC,
    LOGS_PIPELINE,
    MONITOR,
    OBSERVED_SERVICE,
    WORKERS_CRON_TRIGGER,
    WORKERS_SCRIPT,
    Resource,
)

Json = dict[str, Any]

ACCOUNT = "0123456789abcdef0123456789abcdef"
CONTENT = "export class Bag {}\nexport class Cart {}\nexport default {}\n"
SEARCH = "source:shop-events service:shop env:prod"
KEYS = "access-key-id=ID&secret-access-key=SECRET"
FOLDER = "shop/{DATE}"
TOKEN = "met"
"""Stands for the token that meets the ownership challenge of a job's destination."""
_URN = "urn:pulumi:prod::doors::"
_SHOP = f"{_URN}{OBSERVED_SERVICE}::shop"
_MESSAGE = (
    "{{#is_alert}}\nslow @pagerduty-shop\n{{/is_alert}}\nRunbook: https://docs.example/docs/runbooks/do-latency.md"
)


def _resource(type_: str, name: str, inputs: Json, secret: tuple[str, ...] = ()) -> Resource:
    id_ = resource_id(type_, name)
    return Resource(type_, name, f"{_URN}{type_}::{name}", id_, inputs, _SHOP, secret_inputs=secret, protect=True)


def _monitor(name: str, query: str, **inputs: Any) -> Resource:
    shared = {
        "name": f"shop prod: {name}",
        "type": "query alert",
        "query": query,
        "message": _MESSAGE,
        "tags": ["env:prod", "monitor:do-latency", "service:shop", "team:till"],
        "priority": "2",
        "requireFullWindow": False,
    }
    return _resource(MONITOR, name, {**shared, **inputs})


def _job(name: str, conf: str, **inputs: Any) -> Resource:
    shared = {
        "accountId": ACCOUNT,
        "name": f"shop-{name}",
        "dataset": "workers_trace_events",
        "enabled": True,
        "destinationConf": conf,
        "filter": '{"where":{"key":"ScriptName","operator":"eq","value":"shop-prod"}}',
        "outputOptions": {"outputType": "ndjson", "fieldNames": ["EventTimestampMs", "Outcome", "WallTimeMs"]},
    }
    return _resource(LOGPUSH_JOB, name, {**shared, **inputs}, ("destinationConf",))


STACK: Mapping[str, Resource] = {
    "service": Resource(
        OBSERVED_SERVICE,
        "shop",
        _SHOP,
        "",
        {
            "service": "shop",
            "scriptName": "shop-prod",
            "environment": "prod",
            "handles": ["@pagerduty-shop"],
            "deletedClasses": ["Basket"],
            "drill": "tests/policies/drill.yaml",
            "classes": {"Cart": {"operations": ["add"], "errors": ["error"], "countedBy": "caller"}},
        },
    ),
    "script": _resource(
        WORKERS_SCRIPT,
        "script",
        {
            "accountId": ACCOUNT,
            "scriptName": "shop-prod",
            "mainModule": "worker.mjs",
            "content": CONTENT,
            "contentSha256": hashlib.sha256(CONTENT.encode()).hexdigest(),
            "compatibilityDate": "2026-11-01",
            "logpush": True,
            "observability": {"enabled": True, "logs": {"enabled": True, "invocationLogs": True}},
            "bindings": [{"type": "durable_object_namespace", "name": "CART", "className": "Cart"}],
            "migrations": {"newTag": "v1", "newSqliteClasses": ["Cart"]},
        },
    ),
    "job": _job(
        "job", "datadog://http-intake.logs.datadoghq.com/api/v2/logs?header_DD-API-KEY=[secret]&ddsource=shop-events"
    ),
    "pipeline": _resource(
        LOGS_PIPELINE,
        "pipeline",
        {
            "name": "shop prod",
            "isEnabled": True,
            "filters": [{"query": SEARCH}],
            "processors": [
                {"dateRemapper": {"isEnabled": True, "name": "date", "sources": ["EventTimestampMs"]}},
                {
                    "stringBuilderProcessor": {
                        "isEnabled": True,
                        "name": "line",
                        "template": "%{Outcome}",
                        "target": "line",
                    }
                },
            ],
        },
    ),
    "latencies": _resource(
        LOGS_METRIC,
        "latencies",
        {
            "name": "shop.prod.latency",
            "filter": {"query": SEARCH},
            "compute": {"aggregationType": "distribution", "path": "@WallTimeMs", "includePercentiles": True},
            "groupBies": [{"path": "@Outcome", "tagName": "outcome"}],
        },
    ),
    "requests": _resource(
        LOGS_METRIC,
        "requests",
        {
            "name": "shop.prod.requests",
            "filter": {"query": SEARCH},
            "compute": {"aggregationType": "count"},
            "groupBies": [],
        },
    ),
    "latency": _monitor(
        "latency",
        "percentile(last_5m):p95:shop.prod.latency{*} by {outcome} > 500",
        monitorThresholds={"critical": "500", "criticalRecovery": "400", "warning": "300", "warningRecovery": "250"},
        onMissingData="default",
        evaluationDelay=120,
        renotifyInterval=30,
        renotifyOccurrences=3,
    ),
}
"""By a name of ours."""

OTHERS: Mapping[str, Resource] = {
    "composite": _monitor("composite", f"{STACK['latency'].id} && !{STACK['latency'].id}", type="composite"),
    "equal": _monitor(
        "equal",
        "sum(last_5m):sum:shop.prod.requests{*}.as_count() == 5",
        monitorThresholds={"critical": "5"},
    ),
    "anomaly": _monitor(
        "anomaly",
        "avg(last_4h):anomalies(avg:shop.prod.requests{*}.as_count(), 'basic', 2, direction='above',"
        " alert_window='last_15m', interval=60, count_default_zero='true') >= 1",
        monitorThresholds={"critical": "1", "criticalRecovery": "0"},
        monitorThresholdWindows={"triggerWindow": "last_15m", "recoveryWindow": "last_15m"},
    ),
    "logs": _monitor(
        "logs",
        f'logs("{SEARCH}").index("*").rollup("count").last("5m") > 5',
        type="log alert",
        monitorThresholds={"critical": "5"},
    ),
    "checks": _monitor(
        "checks",
        '"http.can_connect".over("env:prod").by("host").last(3).count_by_status()',
        type="service check",
        monitorThresholds={"ok": "1", "warning": "1", "critical": "2"},
    ),
    "r2": _job("r2", f"r2://shop-archive/{FOLDER}?account-id={ACCOUNT}&{KEYS}"),
    "s3": _job("s3", f"s3://shop-archive/{FOLDER}?region=eu-west-1&{KEYS}&endpoint=s3.example.com"),
    "azure": _job(
        "azure",
        f"azure://shopstore.blob.core.windows.net/archive/{FOLDER}?sv=1&sig=SECRET",
        ownershipChallenge=TOKEN,
    ),
    "splunk": _job(
        "splunk",
        "splunk://splunk.example.com:8088/services/collector/raw?channel=01234567-89ab-cdef-0123-456789abcdef"
        "&insecure-skip-verify=false&sourcetype=cloudflare%3Ajson&header_Authorization=Splunk%20SECRET",
    ),
    "https": _job("https", "https://logs.example.com/in?header_Authorization=SECRET"),
    "cron": _resource(
        WORKERS_CRON_TRIGGER,
        "cron",
        {"accountId": ACCOUNT, "scriptName": "shop-prod", "schedules": [{"cron": "*/5 * * * *"}]},
    ),
    "account": _resource(
        INTEGRATION_ACCOUNT, "account", {"apiKey": "[secret]", "name": "shop", "resources": ["worker"]}, ("apiKey",)
    ),
    "challenge": _resource(
        OWNERSHIP_CHALLENGE,
        "challenge",
        {"accountId": ACCOUNT, "destinationConf": f"s3://shop-archive/{FOLDER}?region=eu-west-1"},
        ("destinationConf",),
    ),
}
"""Each to be put beside the stack."""


def changed(name: str, changes: Mapping[str, Any]) -> Resource:
    """The resource of that name with some inputs changed: objects field by field, None leaves one out."""
    resource = STACK.get(name) or OTHERS[name]
    return replace(resource, inputs=laid_over(resource.inputs, changes))


def stack_with(resource: Resource) -> list[Resource]:
    """The whole stack with this resource in the place of the one of its name, or beside the others."""
    return [*(each for each in STACK.values() if each.urn != resource.urn), resource]


def laid_over(given: Mapping[str, Any], changes: Mapping[str, Any]) -> Json:
    """`changes` over what is given: objects field by field, None leaves one out."""
    result = dict(given)
    for key, value in changes.items():
        if value is None:
            result.pop(key, None)
        elif isinstance(value, Mapping) and isinstance(result.get(key), Mapping):
            result[key] = laid_over(result[key], value)
        else:
            result[key] = value
    return result
