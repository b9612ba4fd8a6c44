"""Builders of inputs that both vendors accept."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from firedrill.cloud.cloud import Cloud
from firedrill.cloud.store import Store

Json = dict[str, Any]

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=timezone.utc)
CONTENT = "export class Counter {}\nexport default {}\n"


@pytest.fixture
def cloud(tmp_path: Path) -> Cloud:
    return Cloud(Store(tmp_path / "cloud.json"), root=tmp_path, clock=lambda: NOW)


@pytest.fixture
def script() -> Callable[..., Json]:
    """A Worker that makes the class Counter, changed by the arguments; None leaves an input out."""

    def build(**changes: Any) -> Json:
        inputs = {
            "accountId": "acc",
            "scriptName": "shop",
            "mainModule": "worker.mjs",
            "content": CONTENT,
            "contentSha256": hashlib.sha256(CONTENT.encode()).hexdigest(),
            "compatibilityDate": "2026-01-01",
            "bindings": [{"type": "durable_object_namespace", "name": "COUNTER", "className": "Counter"}],
            "migrations": {"newTag": "v1", "newSqliteClasses": ["Counter"]},
            **changes,
        }
        return {key: value for key, value in inputs.items() if value is not None}

    return build


@pytest.fixture
def monitor() -> Callable[..., Json]:
    """A metric monitor with the threshold 5, changed by the arguments; None leaves an input out."""

    def build(**changes: Any) -> Json:
        inputs = {
            "name": "errors",
            "type": "query alert",
            "query": "sum(last_5m):sum:shop.errors{*}.as_count() > 5",
            "message": "Errors. @team",
            "monitorThresholds": {"critical": "5"},
            "requireFullWindow": False,
            **changes,
        }
        return {key: value for key, value in inputs.items() if value is not None}

    return build
