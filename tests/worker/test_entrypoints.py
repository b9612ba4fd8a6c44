"""Observed Workers that are classes: what their callers get, and one line per invocation."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tests.worker.played import Played, line, marks

pytestmark = pytest.mark.workerd

_numbers = itertools.count(0xE000)


@dataclass(frozen=True)
class OfClass(Played):
    """A scenario of entrypoints.mjs, played with a room of its own."""

    def called(self, method: str) -> dict[str, Any]:
        """The trace item of the Worker's own method, which only this scenario calls."""
        (item,) = self.workerd.items.wait(
            lambda item: "durableObjectId" not in item and (item["event"] or {}).get("rpcMethod") == method
        )
        return dict(item)


@pytest.fixture
def play(workerd: Any) -> Callable[[str], OfClass]:
    """Plays a scenario; one that fails has a response without headers, so its request has an id of the test's."""

    def play(scenario: str) -> OfClass:
        request = f"{next(_numbers):016x}"
        response = workerd.send("entrypoints", "GET", f"/{scenario}/{scenario}", headers={"x-request-id": request})
        response.headers["x-request-id"] = request
        return OfClass(workerd, response)

    return play


Play = Callable[[str], OfClass]


def outcome(event: dict[str, Any]) -> dict[str, Any]:
    keys = ("op", "result", "error", "name", "class", "attempts", "outcome", "status", "keys")
    return {key: event[key] for key in keys if key in event}


def test_a_request_tells_of_the_call_that_it_made(play: Play) -> None:
    played = play("called")
    assert played.value == 2
    told = {"op": "add", "result": "ok", "class": "Room", "attempts": 1, "outcome": "first_try", "status": 200}
    assert outcome(played.line) == told
    assert "entrypoint" not in played.item


def test_a_request_that_calls_nobody_is_its_handlers(play: Play) -> None:
    assert outcome(play("nothing").line) == {"op": "fetch", "result": "ok", "status": 200}


def test_the_class_and_its_instances_stay_what_they_are(play: Play) -> None:
    played = play("itself")
    assert played.value == ["told", "told", "from the base of Main", True, "Main", "static"]
    assert outcome(played.line)["op"] == "fetch", "calls from inside are part of the request"


def test_a_handler_that_throws_fails_the_request_as_it_would_unobserved(play: Play) -> None:
    played = play("throws")
    assert (played.response.status, played.item["outcome"]) == (500, "exception")
    assert [exception["message"] for exception in played.item["exceptions"]] == ["not today"]
    assert outcome(played.line) == {"op": "fetch", "result": "error", "error": "code", "name": "RangeError"}


def test_the_status_of_a_response_says_what_came_of_it(play: Play) -> None:
    refused = {"op": "fetch", "result": "rejected", "error": "validation", "status": 429}
    assert outcome(play("refused").line) == refused


def test_a_method_that_is_called_by_rpc_writes_a_line_of_its_own(play: Play) -> None:
    played = play("add")
    assert played.value == 3
    told = {"op": "add", "result": "ok", "class": "Room", "attempts": 1, "outcome": "first_try", "keys": 3}
    assert outcome(line(played.called("add"))) == told
    assert outcome(played.line) == {"op": "fetch", "result": "ok", "status": 200}


def test_calls_from_inside_are_part_of_the_invocation(play: Play) -> None:
    played = play("addTwice")
    assert played.value == 6
    assert line(played.called("addTwice"))["op"] == "add"


def test_a_method_runs_on_the_instance_itself(play: Play) -> None:
    played = play("whoever")
    assert played.value == ["secret", "from the base of Main", True]
    assert outcome(line(played.called("whoever"))) == {"op": "whoever", "result": "ok"}


@pytest.mark.parametrize("method", ["throws", "late"])
def test_what_a_method_throws_reaches_its_caller(play: Play, method: str) -> None:
    played = play(f"{method}Remotely")
    assert played.value == {"name": "RangeError", "message": "not today", "remote": True}
    failed = {"op": method, "result": "error", "error": "code", "name": "RangeError"}
    assert outcome(line(played.called(method))) == failed


def test_what_is_no_method_stays_hidden_from_callers(play: Play) -> None:
    played = play("hidden")
    names = ("rooms", "env", "missing")
    refused = [f'The RPC receiver does not implement the method "{name}".' for name in names]
    assert [error["message"] for error in played.value] == refused


@pytest.mark.parametrize(
    ("scenario", "value"),
    [
        ("property", "secret"),
        ("pipelined", 4),
        ("stub", [5, 6]),
        ("passedOn", 6),
        ("callback", 3),
        ("stream", "streamed"),
    ],
)
def test_what_rpc_can_send_passes_in_both_directions(play: Play, scenario: str, value: Any) -> None:
    assert play(scenario).value == value


def test_background_work_that_fails_marks_the_record_and_leaves_the_line_as_it_is(play: Play) -> None:
    item = play("inBackground").called("inBackground")
    assert line(item)["result"] == "ok"
    assert [exception["message"] for exception in item["exceptions"]] == ["in the background"]
    assert len(marks(item)) == 1


def test_background_work_of_what_is_not_observed_is_left_alone(play: Play) -> None:
    item = play("unobserved").called("leaveBehind")
    assert [exception["message"] for exception in item["exceptions"]] == ["in the background"]
    assert item["logs"] == []


def test_a_named_entrypoint_is_observed_like_the_default_one(play: Play) -> None:
    played = play("admin")
    assert played.value == -1
    item = played.called("clear")
    assert (item["entrypoint"], line(item)["op"], line(item)["class"]) == ("Admin", "add", "Room")


def test_an_entrypoint_keeps_the_props_that_it_was_given(play: Play) -> None:
    assert play("props").value == {"user": "ada"}
