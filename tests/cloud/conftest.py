"""Inputs that both vendors accept, and a cloud whose clock stands still."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from firedrill.cloud.cloud import Cloud
from firedrill.cloud.store import Store
from firedrill.cloud.tokens import WORKERS_SUBDOMAIN
from firedrill.resources import LOGPUSH_JOB, LOGS_METRIC, LOGS_PIPELINE, MONITOR, WORKERS_SCRIPT
from firedrill.vendors.errors import FiredrillError

Json = dict[str, Any]

CONTENT = "export class Counter {}\nexport default {}\n"


def refusal(attempt: Callable[[], object]) -> str:
    """What is said of an attempt, which is refused."""
    with pytest.raises(FiredrillError) as refused:
        attempt()
    return str(refused.value)


def _given(inputs: Json) -> Json:
    return {key: value for key, value in inputs.items() if value is not None}


def _script(**changes: Any) -> Json:
    """A Worker that makes the class Counter."""
    binding = {"type": "durable_object_namespace", "name": "COUNTER", "className": "Counter"}
    salt = {"type": "secret_text", "name": "SALT", "text": "s3cr3t-salt"}
    return _given(
        {
            "accountId": "acc",
            "scriptName": "shop",
            "mainModule": "worker.mjs",
            "content": CONTENT,
            "contentSha256": hashlib.sha256(CONTENT.encode()).hexdigest(),
            "compatibilityDate": "2026-01-01",
            "bindings": [salt, binding],
            "migrations": {"newTag": "v1", "newSqliteClasses": ["Counter"]},
            **changes,
        }
    )


def _subdomain(**changes: Any) -> Json:
    return _given({"accountId": "acc", "scriptName": "shop", "enabled": True, **changes})


def _job(**changes: Any) -> Json:
    """A job that delivers to Datadog."""
    query = "header_DD-API-KEY=s3cr3t-key&ddsource=shop&service=shop"
    return _given(
        {
            "accountId": "acc",
            "name": "shop",
            "dataset": "workers_trace_events",
            "destinationConf": f"datadog://http-intake.logs.datadoghq.com/api/v2/logs?{query}",
            "outputOptions": {"fieldNames": ["Outcome", "ScriptName"]},
            "filter": json.dumps({"where": {"key": "ScriptName", "operator": "eq", "value": "shop"}}),
            "enabled": True,
            **changes,
        }
    )


def _pipeline(**changes: Any) -> Json:
    return _given({"name": "shop", "isEnabled": True, "filters": [{"query": "source:shop"}], **changes})


def _metric(**changes: Any) -> Json:
    """A metric that counts errors by their kind."""
    return _given(
        {
            "name": "shop.errors",
            "compute": {"aggregationType": "count"},
            "filter": {"query": "source:shop status:error"},
            "groupBies": [{"path": "@kind", "tagName": "kind"}],
            **changes,
        }
    )


def _monitor(**changes: Any) -> Json:
    """A monitor with the threshold 5."""
    return _given(
        {
            "name": "errors",
            "type": "query alert",
            "query": "sum(last_5m):sum:shop.errors{*}.as_count() > 5",
            "message": "Errors. @team",
            "monitorThresholds": {"critical": "5"},
            "requireFullWindow": False,
            **changes,
        }
    )


_BUILDERS: dict[str, Callable[..., Json]] = {
    WORKERS_SCRIPT: _script,
    WORKERS_SUBDOMAIN: _subdomain,
    LOGPUSH_JOB: _job,
    LOGS_PIPELINE: _pipeline,
    LOGS_METRIC: _metric,
    MONITOR: _monitor,
}


@pytest.fixture
def inputs() -> Callable[..., Json]:
    """Inputs of a type that its vendor accepts, with changes; None leaves an input out."""
    return lambda token, **changes: _BUILDERS[token](**changes)


@pytest.fixture
def state_file(tmp_path: Path) -> Path:
    return tmp_path / "cloud" / "state.json"


@pytest.fixture
def cloud(state_file: Path, tmp_path: Path) -> Cloud:
    now = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
    return Cloud(Store(state_file), root=tmp_path, clock=lambda: now)


Refuse = Callable[..., str]


@pytest.fixture
def problem(cloud: Cloud, inputs: Callable[..., Json]) -> Refuse:
    """The only problem that a check finds with inputs that were changed."""

    def check(token: str, **changes: Any) -> str:
        (found,) = cloud.check(token, inputs(token, **changes)).problems
        return found

    return check
