"""What the Durable Object keeps, for how long, and how it tells of its own state."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest

from firedrill.components.telemetry import CANARY

pytestmark = pytest.mark.workerd

_numbers = itertools.count()

INACTIVITY_MS = 300_000  # the default, which `faulty` and `oldest` have
SHORT_MS = 150  # of `short`
WINDOW_MS = 300_000
NAME = {"tool_name": "n"}


@pytest.fixture
def tools() -> str:
    """The path of a new conversation's tools."""
    return f"/conversations/state-{next(_numbers)}/tools"


@pytest.fixture(params=["faulty", "oldest"])
def service(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def ask(workerd: Any, service: str, tools: str, method: str, argument: Any = None) -> Any:
    """Call a method that only the tests' class has."""
    headers = {"x-method": json.dumps(method), "x-argument": json.dumps(argument)}
    response = workerd.send(service, "PATCH", tools, headers=headers)
    return response.json if response.status == 200 else None


def item(workerd: Any, service: str, method: str, path: str, body: Any = None) -> tuple[dict[str, Any], dict[str, Any]]:
    """Send a request; the object's trace item and the telemetry in it."""
    found: dict[str, Any] = workerd.item_of(workerd.send(service, method, path, body), "object")
    return found, json.loads(found["logs"][0]["message"][0])


@pytest.fixture
def freeze(workerd: Any, service: str) -> Iterator[Callable[[int], None]]:
    """Stops the service's clock so many milliseconds after the start of a window to come."""
    start = (time.time_ns() // 10**6 // WINDOW_MS + 2) * WINDOW_MS
    yield lambda ms: ask(workerd, service, "/conversations/clock", "freezeClock", start + ms)
    ask(workerd, service, "/conversations/clock", "freezeClock", None)


def test_the_number_of_keys_is_what_is_stored(workerd: Any, tools: str, service: str) -> None:
    steps = [
        ("POST", "", [{"tool_use_id": f"t{n}", "tool_name": "a"} for n in range(5)]),
        ("POST", "", [{"tool_use_id": f"t{n}", "tool_name": "b"} for n in (3, 4, 5, 5)]),
        ("DELETE", "/t0", None),
        ("DELETE", "/t0", None),
        ("PUT", "/t9", NAME),
    ]
    keys = []
    for method, below, body in steps:
        _, line = item(workerd, service, method, f"{tools}{below}", body)
        keys.append(line["keys"])
        assert line["keys"] == len(ask(workerd, service, tools, "stored"))
    assert keys == [5, 6, 5, 5, 6]


def test_a_new_start_counts_the_keys_once(workerd: Any, tools: str, service: str) -> None:
    item(workerd, service, "POST", tools, [{"tool_use_id": f"t{n}", "tool_name": "a"} for n in range(50)])
    ask(workerd, service, tools, "reset")
    _, first = item(workerd, service, "GET", f"{tools}/t1")
    _, second = item(workerd, service, "GET", f"{tools}/t1")
    assert (first["cold"], first["keys"], "cold" in second, second["keys"]) == (1, 50, False, 50)
    assert first["read"] > 50
    assert second["read"] == 1


def test_after_a_failure_the_keys_are_counted_again(workerd: Any, tools: str, service: str) -> None:
    item(workerd, service, "PUT", f"{tools}/t1", NAME)
    fault = {"x-fault-object": json.dumps({"broken": "sql", "message": "SQLITE_FULL"})}
    failed = workerd.line_of(workerd.send(service, "PUT", f"{tools}/t2", NAME, fault), "object")
    assert "keys" not in failed
    _, line = item(workerd, service, "GET", f"{tools}/t1")
    assert line["keys"] == 1


def test_an_instance_pulses_once_in_each_window(
    workerd: Any, tools: str, service: str, freeze: Callable[[int], None]
) -> None:
    pulses = []
    for ms in (0, 1000, WINDOW_MS - 1, WINDOW_MS, WINDOW_MS + 1):
        freeze(ms)
        _, line = item(workerd, service, "PUT", f"{tools}/t", NAME)
        pulses.append(line.get("pulse", 0))
    assert pulses == [1, 0, 0, 1, 0]


@pytest.mark.parametrize("second", [1, 20, WINDOW_MS // 1000 - 1])
def test_an_evicted_instance_knows_that_it_has_pulsed(
    workerd: Any, tools: str, service: str, freeze: Callable[[int], None], second: int
) -> None:
    pulses = []
    for ms in (-10_000, 0, second * 1000, WINDOW_MS):
        freeze(ms)
        _, line = item(workerd, service, "PUT", f"{tools}/t", NAME)
        pulses.append(line.get("pulse", 0))
        ask(workerd, service, tools, "reset")
    assert pulses == [1, 1, 0, 1]


def test_the_alarm_is_never_earlier_than_the_inactivity_time_after_an_operation(
    workerd: Any, tools: str, service: str
) -> None:
    for method, body in (("PUT", NAME), ("GET", None), ("GET", None), ("DELETE", None)):
        operation, _ = item(workerd, service, method, f"{tools}/t", body)
        assert ask(workerd, service, tools, "alarmDue") >= operation["eventTimestamp"] + INACTIVITY_MS


def test_a_busy_object_moves_its_alarm_once_in_a_while(
    workerd: Any, tools: str, service: str, freeze: Callable[[int], None]
) -> None:
    written = []
    for second in (0, 10, 20, 30, 31, 40, 61):  # after 30 s, the alarm would be earlier than the inactivity time
        freeze(second * 1000)
        _, line = item(workerd, service, "PUT", f"{tools}/known", NAME)
        written.append(line["written"])
    assert written[1:] == [0, 0, 0, 1, 0, 0]


@pytest.mark.parametrize("steps", [["GET"], ["DELETE"], ["PUT", "clear"], ["clear"]], ids=",".join)
def test_an_empty_instance_that_is_evicted_knows_that_it_has_pulsed(
    workerd: Any, tools: str, service: str, freeze: Callable[[int], None], steps: list[str]
) -> None:
    freeze(1000)
    pulses = []
    for step in (*steps, "GET"):
        method, path = ("DELETE", tools) if step == "clear" else (step, f"{tools}/t")
        _, line = item(workerd, service, method, path, NAME if step == "PUT" else None)
        pulses.append(line.get("pulse", 0))
        ask(workerd, service, tools, "reset")
    assert pulses == [1] + [0] * len(steps)


def test_input_that_is_refused_is_activity_too(workerd: Any, tools: str, service: str) -> None:
    fault = {"x-fault-object": json.dumps({"broken": "input"})}
    refused = workerd.line_of(workerd.send(service, "GET", f"{tools}/t", headers=fault), "object")
    assert (refused["result"], refused["written"]) == ("rejected", 1)
    assert ask(workerd, service, tools, "alarmDue") is not None


def test_an_alarm_is_no_activity(workerd: Any, tools: str) -> None:
    stored, _ = item(workerd, "short", "PUT", f"{tools}/t", NAME)
    (alarm,) = workerd.alarms(stored["durableObjectId"])
    assert "pulse" not in json.loads(alarm["logs"][0]["message"][0])


def test_clearing_keeps_an_alarm_that_is_late_enough(workerd: Any, tools: str, service: str) -> None:
    item(workerd, service, "PUT", f"{tools}/t", NAME)
    cleared, _ = item(workerd, service, "DELETE", tools)
    assert ask(workerd, service, tools, "alarmDue") >= cleared["eventTimestamp"] + INACTIVITY_MS


def test_a_canary_that_clears_leaves_no_alarm(workerd: Any, tools: str, service: str) -> None:
    canary = {"x-request-id": f"{CANARY}00070000"}
    workerd.send(service, "PUT", f"{tools}/t", NAME, canary)
    assert ask(workerd, service, tools, "alarmDue") is not None
    workerd.send(service, "DELETE", tools, headers=canary)
    assert ask(workerd, service, tools, "alarmDue") is None
    assert ask(workerd, service, tools, "stored") in (None, [])


def test_an_inactive_conversation_is_removed_by_its_alarm(workerd: Any, tools: str) -> None:
    stored, _ = item(workerd, "short", "POST", tools, [{"tool_use_id": f"t{n}", "tool_name": "n"} for n in range(3)])
    (alarm,) = workerd.alarms(stored["durableObjectId"])
    line = json.loads(alarm["logs"][0]["message"][0])
    assert {key: line[key] for key in ("at", "op", "result", "trigger", "removed", "keys")} == {
        "at": "object",
        "op": "alarm",
        "result": "ok",
        "trigger": "alarm",
        "removed": 3,
        "keys": 0,
    }
    assert workerd.send("short", "GET", f"{tools}/t1").status == 404


def test_an_alarm_waits_for_the_inactivity_time_after_the_last_operation(workerd: Any, tools: str) -> None:
    last, _ = item(workerd, "short", "PUT", f"{tools}/t", NAME)
    for _ in range(5):
        retrieved, line = item(workerd, "short", "GET", f"{tools}/t")
        last = retrieved if line["result"] == "ok" else last
    (alarm, *_) = workerd.alarms(last["durableObjectId"])
    due = datetime.fromisoformat(alarm["event"]["scheduledTime"].replace("Z", "+00:00")).timestamp() * 1000
    assert due >= last["eventTimestamp"] + SHORT_MS


def test_a_removed_conversation_works_again(workerd: Any, tools: str) -> None:
    stored, _ = item(workerd, "short", "PUT", f"{tools}/t", NAME)
    workerd.alarms(stored["durableObjectId"])
    again, line = item(workerd, "short", "PUT", f"{tools}/t", NAME)
    assert (again["durableObjectId"], line["result"], line["keys"]) == (stored["durableObjectId"], "ok", 1)
    assert len(workerd.alarms(stored["durableObjectId"], count=2)) == 2


def test_an_alarm_that_runs_twice_finds_nothing_the_second_time(workerd: Any, tools: str, service: str) -> None:
    stored, _ = item(workerd, service, "PUT", f"{tools}/t", NAME)
    for times in (1, 2):
        ask(workerd, service, tools, "makeAlarmDue")
        alarms = workerd.alarms(stored["durableObjectId"], times)
    lines = [json.loads(alarm["logs"][0]["message"][0]) for alarm in alarms]
    assert [(line["result"], line["removed"]) for line in lines] == [("ok", 1), ("ok", 0)]


def test_a_failing_alarm_is_logged_and_left_to_the_platform_to_retry(workerd: Any, tools: str) -> None:
    stored, _ = item(workerd, "faulty", "PUT", f"{tools}/t", NAME)
    ask(workerd, "faulty", tools, "breakDown", {"broken": "deleteAll", "message": "storage is down"})
    ask(workerd, "faulty", tools, "makeAlarmDue")
    (failed,) = workerd.alarms(stored["durableObjectId"])
    line = json.loads(failed["logs"][0]["message"][0])
    assert failed["outcome"] == "exception"
    assert {key: line[key] for key in ("op", "result", "error", "outcome", "trigger", "name")} == {
        "op": "alarm",
        "outcome": "retrying",
        "result": "error",
        "error": "storage",
        "trigger": "alarm",
        "name": "Error",
    }
    assert "removed" not in line
    ask(workerd, "faulty", tools, "breakDown", {})
    retried = workerd.alarms(stored["durableObjectId"], count=2)[-1]
    line = json.loads(retried["logs"][0]["message"][0])
    assert (retried["outcome"], line["result"], line["removed"]) == ("ok", "ok", 1)
    assert (line["outcome"], line["retry"]) == ("recovered", 1)
    assert line["lag"] >= 1000, "the platform waits two seconds before the first retry"


def test_after_the_last_retry_a_failing_alarm_is_set_anew(workerd: Any, tools: str, service: str) -> None:
    operation, _ = item(workerd, service, "PUT", f"{tools}/t", NAME)
    before = ask(workerd, service, tools, "alarmDue")
    ask(workerd, service, tools, "breakDown", {"broken": "deleteAll", "message": "storage is down"})
    ask(workerd, service, tools, "runAlarm", 6)
    after = ask(workerd, service, tools, "alarmDue")
    assert after != before
    assert after >= operation["eventTimestamp"] + INACTIVITY_MS
