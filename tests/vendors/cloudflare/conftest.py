from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from firedrill.vendors.cloudflare.trace_items import Record

CONF = (
    "datadog://http-intake.logs.datadoghq.eu/api/v2/logs"
    "?header_DD-API-KEY=[secret]&ddsource=workers-trace-events&service=shop&ddtags=env%3Adev%2Cteam%3Ax"
)


@pytest.fixture
def make_record() -> Callable[..., Record]:
    """The smallest full record, with the given fields changed."""

    def make(**changed: Any) -> Record:
        return {
            "CPUTimeMs": 11,
            "DispatchNamespace": "",
            "Entrypoint": "Counter",
            "Event": {"RpcMethod": "increment"},
            "EventTimestampMs": 1_000,
            "EventType": "worker_rpc",
            "Exceptions": [],
            "Logs": [],
            "Outcome": "ok",
            "ScriptName": "shop",
            "ScriptTags": [],
            "ScriptVersion": {"ID": "1", "Message": "", "Tag": ""},
            "WallTimeMs": 12,
            **changed,
        }

    return make


@pytest.fixture
def make_job() -> Callable[..., dict[str, Any]]:
    """A job as the API describes it, with the given keys changed."""

    def make(**changed: Any) -> dict[str, Any]:
        return {
            "name": "j",
            "account_id": "acc",
            "enabled": True,
            "dataset": "workers_trace_events",
            "destination_conf": CONF,
            "output_options": {"field_names": ["EventTimestampMs", "Logs"]},
            **changed,
        }

    return make


@pytest.fixture
def make_script() -> Callable[..., dict[str, Any]]:
    """A script as the API describes it, with the given keys changed."""

    def make(**changed: Any) -> dict[str, Any]:
        return {
            "script_name": "shop",
            "logpush": True,
            "compatibility_date": "2026-01-01",
            "bindings": [{"type": "durable_object_namespace", "name": "COUNTER", "class_name": "Counter"}],
            "migrations": {"new_tag": "v1", "new_sqlite_classes": ["Counter"]},
            **changed,
        }

    return make
