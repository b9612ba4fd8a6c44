"""Each operation with each outcome gives one line of the gateway and, when it was reached, one of the object."""

from __future__ import annotations

import hashlib
import hmac
import itertools
import json
import socket
from typing import Any

import pytest

pytestmark = pytest.mark.workerd

_numbers = itertools.count()

ALL = -1  # stands for the number of attempts that a service makes
ATTEMPTS = {"faulty": 4, "oldest": 3}  # bindings: RETRY_ATTEMPTS = "4", and "many", which is no number

# What differs between two runs of the same request.
VOLATILE = ("v", "at", "class", "request", "id", "ms", "bytes", "read", "written", "calls", "pulse", "cold")

ENTRY = {"tool_use_id": "t", "tool_name": "n"}
NAME = {"tool_name": "n"}
LOST = {"message": "Network connection lost.", "retryable": True}
OVERLOADED = {"message": "Durable Object is overloaded.", "retryable": True, "overloaded": True}
LATE = {"message": "The operation timed out.", "retryable": True}
REFUSED = {"message": "Cannot resolve Durable Object."}
FULL = {"broken": "sql", "message": "database or disk is full: SQLITE_FULL"}
BUG = {"broken": "sql", "message": "x is not a function"}
BAD_INPUT = {"broken": "input"}


def failing(times: int, error: dict[str, Any]) -> dict[str, Any]:
    return {"x-fault-call": {"times": times, **error}}


def broken(plan: dict[str, Any]) -> dict[str, Any]:
    return {"x-fault-object": plan}


def ok(**fields: Any) -> dict[str, Any]:
    return {"result": "ok", **fields}


def error(category: str, **fields: Any) -> dict[str, Any]:
    return {"result": "error", "error": category, "name": "Error", **fields}


def at_once(status: int) -> dict[str, Any]:
    return {"status": status, "attempts": 1, "outcome": "first_try"}


def given_up(status: int, retried: bool = False) -> dict[str, Any]:
    attempts, outcome = (ALL, "exhausted") if retried else (1, "not_retried")
    return {"status": status, "attempts": attempts, "outcome": outcome}


MISS = {"result": "miss", "error": "not_found"}
REJECTED = {"result": "rejected", "error": "validation", "name": "InputError"}
TOOL, TOOLS = "/t", ""

# method, path below the conversation's tools, body, fault -> the gateway's line, the object's line
CASES: dict[str, tuple[str, str, Any, dict[str, Any], dict[str, Any], dict[str, Any] | None]] = {
    "store": ("PUT", TOOL, NAME, {}, ok(op="store", **at_once(200)), ok(op="store", keys=2)),
    "store several": ("POST", TOOLS, [ENTRY] * 3, {}, ok(op="store", **at_once(200)), ok(op="store", keys=2)),
    "store nothing new": (
        "PUT",
        "/known",
        NAME,
        {},
        ok(op="store", **at_once(200)),
        ok(op="store", keys=1),
    ),
    "retrieve": ("GET", "/known", None, {}, ok(op="retrieve", **at_once(200)), ok(op="retrieve", keys=1)),
    "retrieve miss": (
        "GET",
        TOOL,
        None,
        {},
        {"op": "retrieve", **MISS, "reason": "unknown_id", **at_once(404)},
        {"op": "retrieve", **MISS, "keys": 1},
    ),
    "delete": ("DELETE", "/known", None, {}, ok(op="delete", **at_once(200)), ok(op="delete", keys=0)),
    "delete miss": (
        "DELETE",
        TOOL,
        None,
        {},
        {"op": "delete", **MISS, **at_once(200)},
        {"op": "delete", **MISS, "keys": 1},
    ),
    "clear": (
        "DELETE",
        TOOLS,
        None,
        {},
        ok(op="clear", **at_once(200)),
        ok(op="clear", trigger="api", removed=1, keys=0),
    ),
    "store recovered": (
        "PUT",
        TOOL,
        NAME,
        failing(2, LOST),
        ok(op="store", status=200, attempts=3, outcome="recovered"),
        ok(op="store", keys=2),
    ),
    "retrieve recovered": (
        "GET",
        "/known",
        None,
        failing(1, LOST),
        ok(op="retrieve", status=200, attempts=2, outcome="recovered"),
        ok(op="retrieve", keys=1),
    ),
    "store exhausted": (
        "PUT",
        TOOL,
        NAME,
        failing(9, LOST),
        error("unreachable", op="store", **given_up(503, retried=True)),
        None,
    ),
    "retrieve exhausted": (
        "GET",
        "/known",
        None,
        failing(9, LOST),
        error("unreachable", op="retrieve", reason="exhausted", **given_up(503, retried=True)),
        None,
    ),
    "retrieve timeout": (
        "GET",
        "/known",
        None,
        failing(9, LATE),
        error("timeout", op="retrieve", reason="exhausted", **given_up(503, retried=True)),
        None,
    ),
    "retrieve overloaded": (
        "GET",
        "/known",
        None,
        failing(9, OVERLOADED),
        error("overloaded", op="retrieve", reason="not_retried", **given_up(503)),
        None,
    ),
    "retrieve not retryable": (
        "GET",
        "/known",
        None,
        failing(9, REFUSED),
        error("unreachable", op="retrieve", reason="not_retried", **given_up(503)),
        None,
    ),
    "delete is not retried": (
        "DELETE",
        "/known",
        None,
        failing(9, LOST),
        error("unreachable", op="delete", **given_up(503)),
        None,
    ),
    "clear is not retried": (
        "DELETE",
        TOOLS,
        None,
        failing(9, LOST),
        error("unreachable", op="clear", **given_up(503)),
        None,
    ),
    "store on failing storage": (
        "PUT",
        TOOL,
        NAME,
        broken(FULL),
        error("storage", op="store", **given_up(500)),
        error("storage", op="store"),
    ),
    "retrieve on failing storage": (
        "GET",
        "/known",
        None,
        broken(FULL),
        error("storage", op="retrieve", reason="not_retried", **given_up(500)),
        error("storage", op="retrieve"),
    ),
    "delete on failing storage": (
        "DELETE",
        "/known",
        None,
        broken(FULL),
        error("storage", op="delete", **given_up(500)),
        error("storage", op="delete"),
    ),
    "clear on failing storage": (
        "DELETE",
        TOOLS,
        None,
        broken({"broken": "deleteAll", "message": "storage is down"}),
        error("storage", op="clear", **given_up(500)),
        error("storage", op="clear", trigger="api"),
    ),
    "retrieve with a bug": (
        "GET",
        "/known",
        None,
        broken(BUG),
        error("code", op="retrieve", reason="not_retried", **given_up(500)),
        error("code", op="retrieve"),
    ),
    "retrieve refused by the object": (
        "GET",
        "/known",
        None,
        broken(BAD_INPUT),
        {"op": "retrieve", **REJECTED, **given_up(400)},
        {"op": "retrieve", **REJECTED, "keys": 1},
    ),
    "invalid body": (
        "POST",
        TOOLS,
        [],
        {},
        {"op": "store", **REJECTED, "status": 400},
        None,
    ),
    "body too large": (
        "POST",
        TOOLS,
        b" " * 70_000,
        {},
        {"op": "store", **REJECTED, "status": 413},
        None,
    ),
    "method not allowed": (
        "GET",
        TOOLS,
        None,
        {},
        {"op": "fetch", **REJECTED, "status": 405},
        None,
    ),
    "no such path": (
        "GET",
        "/t/x",
        None,
        {},
        {"op": "fetch", **REJECTED, "status": 404},
        None,
    ),
}


@pytest.fixture
def tools(workerd: Any) -> str:
    """The path of a new conversation's tools, where `known` is stored."""
    path = f"/conversations/lines-{next(_numbers)}/tools"
    assert workerd.send("faulty", "PUT", f"{path}/known", {"tool_name": "n"}).status == 200
    return path


def stable(line: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in line.items() if key not in VOLATILE}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("service", ["faulty", "oldest"])
def test_an_operation_writes_one_line_at_each_place_it_reaches(
    workerd: Any, tools: str, service: str, case: str
) -> None:
    method, below, body, fault, gateway, in_object = CASES[case]
    headers = {header: json.dumps(value) for header, value in fault.items()}
    assert workerd.send(service, "PUT", f"{tools}/known", NAME).status == 200
    response = workerd.send(service, method, f"{tools}{below}", body, headers)
    expected = gateway | ({"attempts": ATTEMPTS[service]} if gateway.get("attempts") == ALL else {})
    assert stable(workerd.line_of(response, "gateway")) == expected
    assert response.status == gateway["status"]
    if in_object is not None:
        assert stable(workerd.line_of(response, "object")) == in_object


@pytest.mark.parametrize("case", [case for case, (*_, in_object) in CASES.items() if in_object is None])
def test_an_object_that_was_not_reached_writes_no_line(workerd: Any, tools: str, case: str) -> None:
    method, below, body, fault, _, _ = CASES[case]
    headers = {header: json.dumps(value) for header, value in fault.items()}
    response = workerd.send("faulty", method, f"{tools}{below}", body, headers)
    workerd.line_of(response, "gateway")
    # A later call of the same object ends later: had the first one reached it, its item would have come before.
    workerd.line_of(workerd.send("faulty", "GET", f"{tools}/known"), "object")
    request = response.headers["x-request-id"]
    assert not [item for item in workerd.items.seen if '"at":"object"' in str(item["logs"]) and request in str(item)]


def test_a_request_that_breaks_off_is_the_clients_doing(workerd: Any) -> None:
    request = "b0" * 8
    head = f"POST /conversations/c/tools HTTP/1.1\r\nhost: h\r\nx-request-id: {request}\r\ncontent-length: 9\r\n\r\n"
    with socket.create_connection(("127.0.0.1", workerd.ports["main"])) as client:
        client.sendall(f"{head}[".encode())
    (item,) = workerd.items.wait(lambda item: request in str(item["logs"]))
    line = stable(json.loads(item["logs"][0]["message"][0]))
    assert line == {"op": "store", "result": "rejected", "error": "disconnected", "name": "Error", "status": 400}


def test_health_writes_one_line(workerd: Any) -> None:
    line = workerd.line_of(workerd.send("main", "GET", "/health"), "gateway")
    assert stable(line) == {"op": "fetch", "result": "ok", "status": 200}


def test_an_unavailable_object_is_answered_with_retry_after_and_nothing_internal(workerd: Any, tools: str) -> None:
    fault = {"x-fault-call": json.dumps({"times": 9, **LOST})}
    response = workerd.send("faulty", "GET", f"{tools}/known", headers=fault)
    assert (response.status, response.headers["retry-after"]) == (503, "1")
    message = "the conversation cannot be reached, try again later"
    assert response.json == {"error": {"category": "unreachable", "message": message}}


def test_a_failing_object_is_answered_with_nothing_internal(workerd: Any, tools: str) -> None:
    response = workerd.send("faulty", "GET", f"{tools}/known", headers={"x-fault-object": json.dumps(FULL)})
    assert response.status == 500
    assert response.json == {"error": {"category": "storage", "message": "the request failed"}}
    assert "retry-after" not in response.headers


def test_the_gateways_line_has_the_time_around_the_call_with_its_retries(workerd: Any, tools: str) -> None:
    fault = {"x-fault-call": json.dumps({"times": 2, "ms": 5000, **LOST})}
    line = workerd.line_of(workerd.send("faulty", "GET", f"{tools}/known", headers=fault), "gateway")
    assert line["ms"] >= 10_000


def test_the_runtime_does_not_repeat_what_the_gateway_repeats(workerd: Any, tools: str) -> None:
    """Else attempts would multiply. What the gateway does not repeat, the runtime may: it never runs a call twice."""
    options = {
        method: workerd.send("faulty", method, f"{tools}/known", body).headers["x-stub-options"]
        for method, body in (("PUT", NAME), ("GET", None), ("DELETE", None))
    }
    assert options == {"PUT": '{"retry":{"maxRetries":0}}', "GET": '{"retry":{"maxRetries":0}}', "DELETE": "{}"}


def test_the_objects_line_counts_what_it_stores_and_what_that_cost(workerd: Any, tools: str) -> None:
    line = workerd.line_of(workerd.send("faulty", "PUT", f"{tools}/t", NAME), "object")
    assert (line["keys"], line["calls"], line["read"], line["written"]) == (2, 1, 1, 1)
    assert line["bytes"] > 0
    line = workerd.line_of(workerd.send("faulty", "GET", f"{tools}/t"), "object")
    assert (line["keys"], line["calls"], line["read"], line["written"]) == (2, 1, 1, 0)


def test_storing_what_is_stored_already_writes_no_row(workerd: Any, tools: str) -> None:
    line = workerd.line_of(workerd.send("faulty", "PUT", f"{tools}/known", NAME), "object")
    assert line["written"] == 0


def test_a_miss_in_an_empty_object_writes_its_alarm_only(workerd: Any) -> None:
    tools = f"/conversations/lines-{next(_numbers)}/tools"
    lines = [workerd.line_of(workerd.send("main", "GET", f"{tools}/t"), "object") for _ in range(2)]
    assert [(line["result"], line["keys"], line["written"]) for line in lines] == [("miss", 0, 1), ("miss", 0, 0)]


def test_a_line_names_the_class_where_an_object_was_called(workerd: Any, tools: str) -> None:
    response = workerd.send("faulty", "GET", f"{tools}/known")
    assert workerd.line_of(response, "gateway")["class"] == "ConversationStateDO"
    assert workerd.line_of(response, "object")["class"] == "ConversationStateDO"
    assert "class" not in workerd.line_of(workerd.send("faulty", "GET", f"{tools}/not%20allowed"), "gateway")


def test_the_instance_is_named_by_a_salted_hash(workerd: Any, tools: str, salt: str) -> None:
    item = workerd.item_of(workerd.send("faulty", "GET", f"{tools}/known"), "object")
    digest = hmac.new(salt.encode(), item["durableObjectId"].encode(), hashlib.sha256).hexdigest()
    assert f'"id":"{digest[:12]}"' in item["logs"][0]["message"][0]


def test_without_a_salt_the_instance_is_not_named(workerd: Any) -> None:
    line = workerd.line_of(workerd.send("short", "GET", "/conversations/no-salt/tools/t"), "object")
    assert "id" not in line
