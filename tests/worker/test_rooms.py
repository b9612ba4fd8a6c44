"""Observed classes and handlers in the platform: what callers get, and one line per invocation."""

from __future__ import annotations

import http.client
import itertools
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tests.worker.played import Played, line, marks

pytestmark = pytest.mark.workerd

_numbers = itertools.count()


@dataclass(frozen=True)
class InRoom(Played):
    """A scenario of rooms.mjs, played in a room of its own."""

    def of_room(self, count: int = 1) -> list[dict[str, Any]]:
        """The room's trace items, of which there must be so many."""
        items: list[dict[str, Any]] = self.workerd.of(self.response.headers["x-room"], count)
        assert len(items) == count
        return items

    def room_lines(self, count: int = 1) -> list[dict[str, Any]]:
        """Their telemetry; in the order of the keys or operations, since trace items come in any order."""
        events = [line(item) for item in self.of_room(count)]
        return sorted(events, key=lambda event: (event.get("keys", 0), event["op"]))


@pytest.fixture
def play(workerd: Any) -> Callable[..., InRoom]:
    """Plays a scenario; one that fails has a response without headers, so its request has an id of the test's."""

    def play(scenario: str, query: str = "", room: str = "") -> InRoom:
        number = next(_numbers)
        request = f"{number:016x}"
        path = f"/{scenario}/{room or f'room-{number}'}?q={query}"
        response = workerd.send("rooms", "GET", path, headers={"x-request-id": request})
        response.headers["x-request-id"] = request
        return InRoom(workerd, response)

    return play


Play = Callable[..., InRoom]


def outcome(event: dict[str, Any]) -> dict[str, Any]:
    keys = ("class", "op", "result", "error", "name", "attempts", "outcome", "status")
    return {key: event[key] for key in keys if key in event}


def test_a_synchronous_method_with_private_fields_answers_its_callers(play: Play) -> None:
    played = play("sync")
    assert played.value == [2, 5]
    assert [(event["op"], event["result"], event["keys"]) for event in played.room_lines(2)] == [
        ("add", "ok", 2),
        ("add", "ok", 5),
    ]


def test_a_method_that_calls_others_writes_one_line_under_the_name_that_it_was_given(play: Play) -> None:
    played = play("addTwice")
    assert played.value == 4
    assert [event["op"] for event in played.room_lines()] == ["add_twice"]
    assert played.line["op"] == "add_twice"


def test_inherited_and_overridden_methods_are_observed(play: Play) -> None:
    played = play("inherited")
    assert played.value == ["secret 0", "room over base"]
    assert [event["op"] for event in played.room_lines(2)] == ["inherited", "overridden"]


def test_a_getter_reads_the_instance(play: Play) -> None:
    assert play("getter").value == 4


def test_what_callers_may_not_reach_stays_out_of_reach(play: Play) -> None:
    own, missing = play("refused").value
    assert own["message"] == 'The RPC receiver does not implement the method "own".'
    assert missing["message"] == 'The RPC receiver does not implement the method "missing".'


def test_what_every_object_has_is_no_operation_of_a_stub(play: Play) -> None:
    played = play("everyObject")
    assert played.value == ["[object DurableObject]", "boolean", False]
    assert outcome(played.line) == {"op": "fetch", "result": "ok", "status": 200}


def test_fields_are_set_on_an_event_that_was_taken_in_time(play: Play) -> None:
    (event,) = play("late").room_lines()
    assert (event["removed"], "written" in event) == (7, False)


def test_a_cursors_rows_are_charged_to_the_event(play: Play) -> None:
    played = play("query")
    assert played.value == [1, 2]
    (event,) = played.room_lines()
    assert (event["calls"], event["read"] > 0, event["written"] > 0, event["bytes"] > 0) == (3, True, True, True)


def test_the_size_is_told_anew_after_an_operation_that_charged_what_it_wrote(play: Play) -> None:
    size = {event["op"]: event["bytes"] for event in play("sizes").room_lines(3)}
    assert size["fill"] == size["add"]
    assert size["query"] > size["add"] + 50_000


def test_an_instance_is_cold_and_pulses_once(play: Play) -> None:
    events = play("sync").room_lines(2)
    assert [(event.get("cold"), event.get("pulse"), len(event["id"])) for event in events] == [
        (1, 1, 12),
        (None, None, 12),
    ]


def test_what_the_caller_did_wrong_is_rejected(play: Play) -> None:
    played = play("rejected")
    rejected = {"op": "fail", "result": "rejected", "error": "validation", "name": "NotAllowed", "class": "Room"}
    assert [outcome(event) for event in played.room_lines()] == [rejected]
    assert outcome(played.line) == rejected | {"attempts": 1, "outcome": "not_retried", "status": 200}


def test_a_call_that_throws_and_is_caught_by_its_caller_is_told_once_at_each_place(play: Play) -> None:
    played = play("caught")
    assert played.value == {"name": "TypeError", "message": "x is not a function", "remote": True}
    failed = {"class": "Room", "op": "failLater", "result": "error", "error": "code", "name": "TypeError"}
    assert outcome(played.line) == failed | {"attempts": 1, "outcome": "not_retried", "status": 200}
    assert [outcome(event) for event in played.room_lines()] == [failed]
    assert (played.item["outcome"], played.item["exceptions"]) == ("ok", [])


def test_a_call_that_nobody_catches_fails_the_request(play: Play) -> None:
    played = play("uncaught")
    assert played.response.status == 500
    assert played.item["outcome"] == "exception"
    assert (played.line["op"], played.line["error"], "status" in played.line) == ("failLater", "code", False)


def test_a_storage_failure_in_the_object_is_one_for_its_caller(play: Play) -> None:
    assert play("storage").line["error"] == "storage"


@pytest.mark.parametrize("where", ["object", "gateway"])
def test_background_work_that_fails_marks_the_record_and_leaves_the_line_as_it_is(play: Play, where: str) -> None:
    played = play("inBackground" if where == "object" else "background")
    item = played.of_room()[0] if where == "object" else played.item
    assert line(item)["result"] == "ok"
    assert [exception["message"] for exception in item["exceptions"]] == ["in the background"]
    assert len(marks(item)) == 1


def test_a_call_on_what_a_call_returns_needs_no_waiting(play: Play) -> None:
    played = play("pipelined")
    assert played.value == 5
    assert outcome(played.line) == {
        "class": "Room",
        "op": "counter",
        "result": "ok",
        "attempts": 1,
        "outcome": "first_try",
        "status": 200,
    }


def test_a_method_may_return_the_promise_of_another_objects_answer(play: Play) -> None:
    played = play("elsewhere")
    assert played.value == "hello elsewhere"
    assert played.room_lines()[0]["result"] == "ok"


def test_a_stub_can_be_an_argument_of_an_observed_call(play: Play) -> None:
    assert play("argument").value == 6


def test_a_stub_can_be_sent_within_an_argument(play: Play) -> None:
    assert play("within").value == 6


def test_a_stub_stays_the_one_of_the_platform(play: Play) -> None:
    assert play("stub", room="lounge").value == [True, "lounge", "[object DurableObject]", True]


def test_calls_through_what_wraps_a_stub_are_observed(play: Play) -> None:
    played = play("derived")
    assert played.value == [1, 2]
    assert played.line["op"] == "add"


def test_a_property_that_is_read_is_a_promise_in_every_way(play: Play) -> None:
    assert play("property").value == [0, 1, "the getter fails"]


def test_a_namespace_that_is_named_and_not_bound_is_none(play: Play) -> None:
    assert play("absent").value == ["undefined", False]


def test_a_call_that_could_not_be_sent_is_a_mistake_of_the_code(play: Play) -> None:
    played = play("notSendable")
    assert [error["name"] for error in played.value] == ["DataCloneError", "TypeError"]
    assert (played.line["op"], played.line["error"]) == ("add", "code")


def test_an_alarm_writes_one_line_for_each_of_its_runs(play: Play, workerd: Any) -> None:
    played = play("ring")
    items = workerd.alarms(played.response.headers["x-room"], count=2)
    assert [item["outcome"] for item in items] == ["exception", "ok"]
    failed, recovered = map(line, items)
    assert (failed["op"], failed["result"], failed["outcome"], "retry" in failed) == (
        "alarm",
        "error",
        "retrying",
        False,
    )
    assert (recovered["result"], recovered["outcome"], recovered["retry"]) == ("ok", "recovered", 1)
    assert recovered["lag"] >= 1000, "the platform waits two seconds before the first retry"


def test_a_response_of_the_object_is_passed_on_as_it_is(play: Play) -> None:
    played = play("fetched")
    assert played.value == [200, "0", "body"]
    assert outcome(played.room_lines()[0]) == {"class": "Room", "op": "fetch", "result": "ok"}


@pytest.mark.parametrize(("status", "result"), [("404", "miss"), ("429", "rejected"), ("502", "error")])
def test_the_status_of_a_response_says_what_came_of_it(play: Play, status: str, result: str) -> None:
    played = play("status", status)
    assert (played.line["status"], played.line["result"], played.line["outcome"]) == (int(status), result, "first_try")
    assert played.room_lines()[0]["result"] == result


def test_a_fetch_handler_that_throws_is_told_at_both_places(play: Play) -> None:
    played = play("fetchFails")
    assert (played.line["error"], played.line["outcome"]) == ("code", "not_retried")
    (item,) = played.of_room()
    assert (item["outcome"], line(item)["error"]) == ("exception", "code")


def test_each_event_of_a_hibernating_websocket_writes_one_line(play: Play) -> None:
    played = play("socket")
    assert played.value == ["a 1", "b 2", 4000]
    events = {event["op"]: event["result"] for event in played.room_lines(4)}
    assert events == {"fetch": "ok", "message": "ok", "close": "ok"}


def test_a_websocket_handler_that_throws_writes_its_line(play: Play) -> None:
    played = play("socketFails")
    assert played.value == ["c 1", 4001]
    events = [(event["op"], event["result"], event.get("error")) for event in played.room_lines(4)]
    assert sorted(events, key=str) == [
        ("close", "ok", None),
        ("fetch", "ok", None),
        ("message", "error", "code"),
        ("message", "ok", None),
    ]
    assert sum(len(marks(item)) for item in played.of_room(4)) == 1


def test_an_upgrade_to_a_websocket_passes_the_worker(workerd: Any) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", workerd.ports["rooms"], timeout=20)
    headers = {"upgrade": "websocket", "connection": "upgrade", "sec-websocket-version": "13"}
    request = f"{next(_numbers):016x}"
    headers |= {"sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==", "x-request-id": request}
    connection.request("GET", "/upgrade/upgraded", headers=headers)
    assert connection.getresponse().status == 101
    connection.close()
    (item,) = workerd.items.wait(lambda item: f'"request":"{request}"' in str(item["logs"]))
    assert outcome(line(item)) == {
        "class": "Room",
        "op": "fetch",
        "result": "ok",
        "attempts": 1,
        "outcome": "first_try",
        "status": 101,
    }


def test_the_same_call_after_a_failure_is_another_attempt(play: Play) -> None:
    exhausted = play("retried").line
    assert (exhausted["attempts"], exhausted["outcome"], exhausted["error"]) == (2, "exhausted", "storage")
    recovered = play("recovered", "200").line
    assert (recovered["attempts"], recovered["outcome"], recovered["result"]) == (2, "recovered", "ok")


def test_a_request_of_several_calls_tells_of_the_first_that_failed(play: Play) -> None:
    played = play("several")
    assert outcome(played.line) == {
        "class": "Room",
        "op": "fail",
        "result": "error",
        "error": "storage",
        "name": "Error",
        "attempts": 1,
        "outcome": "not_retried",
        "status": 200,
    }
    assert {event["op"]: event["result"] for event in played.room_lines(3)} == {
        "add": "ok",
        "fail": "error",
        "late": "ok",
    }


def test_the_first_call_that_failed_is_the_one_that_was_made_first(play: Play) -> None:
    event = play("reversed").line
    assert (event["op"], event["error"], event["attempts"]) == ("failLater", "storage", 1)


def test_calls_of_several_objects_at_once_are_no_retries(play: Play) -> None:
    played = play("parallel")
    assert played.value == [1, 2, 3]
    assert (played.line["attempts"], played.line["outcome"]) == (1, "first_try")


def test_a_call_that_has_not_ended_with_its_request_has_no_outcome(play: Play) -> None:
    event = play("unfinished").line
    assert (event["op"], event["result"], "outcome" in event, "ms" in event) == ("late", "ok", False, False)


def test_an_object_can_be_found_by_its_id(play: Play) -> None:
    assert play("byId").line["class"] == "Room"


def test_a_binding_that_is_not_named_is_left_alone(play: Play) -> None:
    played = play("another")
    assert played.value == "hello plain"
    assert outcome(played.line) == {"op": "fetch", "result": "ok", "status": 200}


def test_a_call_through_the_imported_env_is_told_after_an_await_too(play: Play) -> None:
    played = play("imported")
    assert played.value == 2
    told = {"class": "Room", "op": "add", "result": "ok", "attempts": 1, "outcome": "first_try", "status": 200}
    assert outcome(played.line) == told


@pytest.mark.parametrize("scenario", ["exported", "importedExport"])
def test_a_call_of_a_class_without_a_binding_is_told(play: Play, scenario: str) -> None:
    played = play(scenario)
    assert played.value == "hello hidden"
    told = {"class": "Hidden", "op": "hello", "result": "ok", "attempts": 1, "outcome": "first_try", "status": 200}
    assert outcome(played.line) == told


def test_a_call_in_an_env_of_the_workers_own_is_not_told_and_works(play: Play) -> None:
    played = play("anotherEnv")
    assert played.value == 2
    assert outcome(played.line) == {"op": "fetch", "result": "ok", "status": 200}


def test_what_the_handler_sets_on_its_event_stands(play: Play) -> None:
    event = play("explicit").line
    assert (event["op"], event["result"], event["error"]) == ("mine", "miss", "not_found")


def test_an_exception_of_the_worker_is_its_own(play: Play) -> None:
    played = play("throws")
    assert played.response.status == 500
    assert outcome(played.line) == {"op": "fetch", "result": "error", "error": "code", "name": "Error"}


def test_a_body_streams_on_after_the_line(play: Play) -> None:
    played = play("streams")
    assert (played.response.text, played.line["status"]) == ("late", 200)


def test_a_client_that_leaves_ends_no_invocation_without_its_line(workerd: Any) -> None:
    request = f"{next(_numbers):016x}"
    with socket.create_connection(("127.0.0.1", workerd.ports["rooms"])) as client:
        client.sendall(f"GET /slow/{request} HTTP/1.1\r\nhost: rooms\r\nx-request-id: {request}\r\n\r\n".encode())
    (item,) = workerd.items.wait(lambda item: f'"request":"{request}"' in str(item["logs"]))
    assert line(item)["op"] == "sleep"
