"""What the heartbeat sends to observed Workers, whatever they answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from firedrill.canaries import heartbeat_id, is_heartbeat
from firedrill.components.telemetry import CANARY

pytestmark = pytest.mark.workerd

MINUTE = 29_712_345
"""Since the epoch: 24,537 modulo 65,536."""
JSON_HEADERS = {"content-type": "application/json"}
SESSION = [
    {"method": "PUT", "path": "/rooms/canary", "headers": JSON_HEADERS, "body": '{"text": "here"}'},
    {"method": "GET", "path": "/rooms/canary?all=1", "headers": {"x-own": "1"}},
    {"method": "DELETE", "path": "/rooms/canary", "headers": {}},
]
TARGETS = {
    "TARGET_0": {"address": "https://chat.example", "session": SESSION},
    "TARGET_1": {"address": "https://shop.example/api", "session": SESSION[1:2]},
}
BINDINGS = {
    "CANARY": f'text = "{CANARY}"',
    **{name: f"json = {json.dumps(json.dumps(target))}" for name, target in TARGETS.items()},
}
Run = Callable[..., list[Any]]


@pytest.fixture(scope="module")
def client(start: Callable[..., Any]) -> Any:
    return start({"heartbeat": ("heartbeat.mjs", BINDINGS, True), "alone": ("heartbeat.mjs", BINDINGS, False)})


@pytest.fixture
def run(client: Any) -> Run:
    """Runs the heartbeat and gives the lines that it wrote."""
    return lambda worker="heartbeat": [
        json.loads(line) for line in client.ask(worker, {"scheduledTime": MINUTE * 60_000 + 321})
    ]


def sent(sink: Any, host: str) -> list[tuple[str, str]]:
    return [(each.method, each.url) for each in sink.received if f"//{host}" in each.url]


def test_each_worker_gets_its_session_in_order(sink: Any, run: Run) -> None:
    assert run() == []
    assert sent(sink, "chat.example") == [
        ("PUT", "https://chat.example/rooms/canary"),
        ("GET", "https://chat.example/rooms/canary?all=1"),
        ("DELETE", "https://chat.example/rooms/canary"),
    ]
    assert sent(sink, "shop.example") == [("GET", "https://shop.example/api/rooms/canary?all=1")]
    (put,) = [each for each in sink.received if each.method == "PUT"]
    assert (put.body, put.headers["content-type"]) == ({"text": "here"}, "application/json")


def test_each_request_is_marked_as_the_heartbeats(sink: Any, run: Run) -> None:
    run()
    ids = [each.headers["x-request-id"] for each in sink.received if "//chat.example" in each.url]
    assert ids == [heartbeat_id(MINUTE, number) for number in range(3)]
    assert all(map(is_heartbeat, ids))


def test_after_a_request_that_fails_the_others_still_clean_up(sink: Any, run: Run) -> None:
    sink.answer = lambda received: (503 if received.method == "PUT" else 202, None, {})
    (line,) = run()
    assert line == {
        "heartbeat": "failed",
        "problems": ["https://chat.example: PUT request 0 is answered with 503"],
    }
    assert sent(sink, "chat.example")[-1] == ("DELETE", "https://chat.example/rooms/canary")


def test_a_worker_that_nobody_reaches_does_not_make_it_throw(run: Run) -> None:
    (line,) = run("alone")
    assert line["heartbeat"] == "failed"
    assert len(line["problems"]) == 4
    assert all("is not answered" in each for each in line["problems"])


def test_a_redirection_is_not_followed_and_is_no_answer(sink: Any, run: Run) -> None:
    sink.answer = lambda received: (302, None, {"location": "https://elsewhere.example/"})
    (line,) = run()
    assert len(line["problems"]) == 4
    assert sent(sink, "elsewhere.example") == []
