"""The heartbeat as declared: whom it is sent to, what it sends, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from firedrill.components.heartbeat.session import MOST, session
from firedrill.components.model import DeclaredWorker
from firedrill.components.problems import DeclarationError
from firedrill.components.worker.bundle import Bundle

Service = Callable[..., DeclaredWorker]
CANARY = """
canary:
  - { request: "PUT /rooms/{id}", json: { name: "{id}" }, headers: { x-own: "1" } }
  - DELETE /rooms/{id}
"""


@pytest.fixture
def read(tmp_path: Path, service: Service) -> Callable[[str], list[dict[str, Any]]]:
    """The session of a Worker whose drill file has this text."""

    def run(text: str) -> list[dict[str, Any]]:
        (tmp_path / "drill.yaml").write_text(text)
        return session(tmp_path, service(key="chat"))

    return run


def test_the_session_is_the_canary_of_the_drill_file_about_one_object(read: Any) -> None:
    assert read(CANARY) == [
        {
            "method": "PUT",
            "path": "/rooms/firedrill-heartbeat",
            "headers": {"content-type": "application/json", "x-own": "1"},
            "body": '{"name": "firedrill-heartbeat"}',
        },
        {"method": "DELETE", "path": "/rooms/firedrill-heartbeat", "headers": {}},
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("traffic: []", "lists no requests under `canary`; add some, the last of which remove what the others"),
        ("canary: [GET rooms]", "its `canary` is not a list of requests"),
        ("canary: {", "line 1"),
        (f"canary: [{{ request: PUT /a, body: {'x' * MOST} }}]", "allowed: 4096, so that they fit into a variable"),
    ],
    ids=["none", "no request", "no YAML", "too large"],
)
def test_a_canary_that_cannot_be_sent_is_refused(read: Any, text: str, told: str) -> None:
    with pytest.raises(DeclarationError) as refused:
        read(text)
    assert str(refused.value).startswith("The heartbeat of the Worker 'chat'")
    assert told in str(refused.value)


def test_a_drill_file_that_is_missing_is_refused(tmp_path: Path, service: Service) -> None:
    with pytest.raises(DeclarationError, match=r"drill\.yaml"):
        session(tmp_path, service())


def test_it_is_one_worker_that_runs_each_minute_and_is_not_observed_itself(
    declare: Callable[..., Any], kit: SimpleNamespace
) -> None:
    from firedrill.components.heartbeat.component import Heartbeat, HeartbeatArgs, Target

    call = {"method": "GET", "path": "/", "headers": {}}
    targets = [Target("https://chat.example", [call]), Target("https://shop.example", [call])]
    args = HeartbeatArgs("acc-11", "shop-heartbeat-dev", "2026-11-01", Bundle("b/heartbeat.mjs", "sha-14"), targets)
    declared = declare(lambda: Heartbeat("heartbeat", args))
    script = declared.has(
        "WorkersScript",
        {
            "accountId": "acc-11",
            "scriptName": "shop-heartbeat-dev",
            "contentFile": "b/heartbeat.mjs",
            "contentSha256": "sha-14",
            "mainModule": "heartbeat.mjs",
            "compatibilityFlags": ["global_fetch_strictly_public"],
            "logpush": False,
        },
    )
    bindings = {each["name"]: each for each in script.inputs["bindings"]}
    assert bindings["CANARY"]["text"] == "f12ed211"
    assert json.loads(bindings["TARGET_1"]["json"]) == {"address": "https://shop.example", "session": [call]}
    declared.has("WorkersCronTrigger", {"scriptName": "shop-heartbeat-dev", "schedules": [{"cron": "* * * * *"}]})
