"""The wrappers change nothing but the telemetry: on plain objects, whatever they do."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

import pytest

pytestmark = pytest.mark.workerd

Lines = list[dict[str, Any]]


def run(workerd: Any, case: str) -> tuple[Any, Lines]:
    """What a case of wrapped.mjs returned, and its telemetry."""
    answer = workerd.send("wrapped", "GET", f"/{case}")
    assert answer.status == 200, answer.text
    return answer.json["value"], [json.loads(line) for line in answer.json["lines"]]


def only(lines: Lines) -> dict[str, Any]:
    (line,) = lines
    return line


def test_private_fields_are_reached_by_methods_accessors_and_symbols(workerd: Any) -> None:
    value, lines = run(workerd, "privates")
    assert value == [5, 5, 5]
    assert [line["op"] for line in lines] == ["read"], "what has a symbol for its name is no operation"


def test_the_class_and_its_instances_stay_what_they_are(workerd: Any) -> None:
    value, lines = run(workerd, "identity")
    assert value == [True, True, True, "Plain", "static", True, True, True]
    assert lines == []


def test_calls_from_inside_are_part_of_the_invocation(workerd: Any) -> None:
    value, lines = run(workerd, "inner")
    assert value == 2
    assert only(lines)["op"] == "outer"


def test_this_is_the_instance_itself(workerd: Any) -> None:
    assert run(workerd, "self")[0] is True


def test_what_a_method_returns_is_returned_as_it_is(workerd: Any) -> None:
    assert run(workerd, "promise")[0] == [True, "kept"]


def test_a_value_that_must_not_be_asked_for_its_then_is_returned_all_the_same(workerd: Any) -> None:
    value, lines = run(workerd, "thenable")
    assert (value, only(lines)["result"]) == ("object", "ok")


def test_a_query_that_runs_whenever_it_is_awaited_runs_once(workerd: Any) -> None:
    value, lines = run(workerd, "query")
    assert value == [1, 2, 2]
    assert [(line["op"], line["result"]) for line in lines] == [("query", "ok"), ("scheduled", "ok")]


def test_a_then_that_throws_rejects_as_it_would_unobserved(workerd: Any) -> None:
    value, lines = run(workerd, "brokenThen")
    assert (value, only(lines)["result"], only(lines)["name"]) == (True, "error", "RangeError")


def test_what_a_method_throws_is_thrown_as_it_is(workerd: Any) -> None:
    value, lines = run(workerd, "thrown")
    assert value == [True, True]
    assert [(line["op"], line["result"], line["error"], line["name"]) for line in lines] == [
        ("throws", "error", "code", "RangeError"),
        ("rejects", "error", "code", "RangeError"),
    ]


def test_a_method_that_is_replaced_is_the_one_that_is_called(workerd: Any) -> None:
    assert run(workerd, "replaced")[0] == "replaced"


def test_invocations_that_overlap_have_events_of_their_own(workerd: Any) -> None:
    _, lines = run(workerd, "overlapping")
    assert [(line["keys"], "removed" in line) for line in lines] == [(1, False), (2, False)]


def test_outside_of_an_invocation_there_is_an_event_that_nobody_writes(workerd: Any) -> None:
    assert run(workerd, "outside") == ("nowhere", [])


def test_a_class_without_a_name_is_refused(workerd: Any) -> None:
    value, _ = run(workerd, "anonymous")
    said = "the class has no name, as minifiers take it away that do not keep names: set className"
    assert value == f"TypeError: observeObject: {said}"


@pytest.mark.parametrize(("case", "name"), [("className", "Named"), ("bundled", "Other")])
def test_the_name_of_the_class_can_be_an_option(workerd: Any, case: str, name: str) -> None:
    assert only(run(workerd, case)[1])["class"] == name


def test_what_a_method_sets_on_its_event_goes_into_the_line(workerd: Any) -> None:
    line = only(run(workerd, "note")[1])
    assert (line["op"], line["result"], line["error"], line["keys"]) == ("noted", "miss", "not_found", 3)


def test_an_alarm_tells_which_run_it_is_and_whether_there_is_another(workerd: Any) -> None:
    _, lines = run(workerd, "alarms")
    assert [(line["result"], line.get("retry"), line.get("outcome")) for line in lines] == [
        ("ok", None, None),
        ("ok", None, None),
        ("error", None, "retrying"),
        ("error", 5, "retrying"),
        ("error", 6, "exhausted"),
        ("ok", 3, "recovered"),
        ("error", None, "not_retried"),
        ("error", 6, "exhausted"),
    ]
    assert all("pulse" not in line for line in lines)
    assert [line.get("lag", 0) >= 50 for line in lines] == [False, True] + [False] * 6


def test_an_alarm_that_is_early_by_the_clock_has_no_lag(workerd: Any) -> None:
    assert only(run(workerd, "early")[1])["lag"] == 0


def test_an_instance_is_named_by_a_salted_hash(workerd: Any) -> None:
    digest = hmac.new(b"salt", b"0123456789abcdef", hashlib.sha256).hexdigest()
    assert only(run(workerd, "salt")[1])["id"] == digest[:12]


def test_without_a_salt_an_instance_has_no_name(workerd: Any) -> None:
    assert "id" not in only(run(workerd, "noSalt")[1])


@pytest.mark.parametrize("case", ["noSql", "sqlFails"])
def test_a_size_that_cannot_be_told_is_left_out(workerd: Any, case: str) -> None:
    value, lines = run(workerd, case)
    assert (value, only(lines)["result"], "bytes" in only(lines)) == (1, "ok", False)


def test_a_size_that_cannot_be_told_is_asked_for_once(workerd: Any) -> None:
    asked, lines = run(workerd, "sqlFailsOnce")
    assert (asked, ["bytes" in line for line in lines]) == (1, [False, False])


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ("firstPulse", [1, 0]),
        ("pulseInThisWindow", [0, 0]),
        ("pulseLater", [0, 0]),
        ("pulseInAnEarlierWindow", [1, 0]),
        ("pulseUnknown", [1, 0]),
    ],
)
def test_an_instance_pulses_unless_it_did_before_its_start(workerd: Any, case: str, expected: list[int]) -> None:
    _, lines = run(workerd, case)
    assert [line.get("pulse", 0) for line in lines] == expected
    assert [line.get("cold", 0) for line in lines] == [1, 0]


def test_telemetry_that_fails_is_counted_and_changes_nothing_for_the_caller(workerd: Any) -> None:
    value, lines = run(workerd, "lost")
    assert value == [1, 1, 1, 1]
    assert [line.get("lost") for line in lines] == [2, None]


def test_an_error_that_cannot_be_described_is_thrown_all_the_same(workerd: Any) -> None:
    value, lines = run(workerd, "lostEnd")
    assert value == [True, 1]
    assert [(line["op"], line.get("lost")) for line in lines][-1:] == [("read", None)]


def test_an_invocation_whose_event_cannot_begin_runs_all_the_same(workerd: Any) -> None:
    value, lines = run(workerd, "lostBegin")
    assert value == ["ran", 1]
    assert only(lines)["lost"] == 1


def test_a_status_says_what_came_of_a_request(workerd: Any) -> None:
    value, lines = run(workerd, "statuses")
    assert [line["status"] for line in lines] == value == [200, 304, 404, 409, 503]
    assert [(line["result"], line.get("error")) for line in lines] == [
        ("ok", None),
        ("ok", None),
        ("miss", "not_found"),
        ("rejected", "validation"),
        ("error", "code"),
    ]


@pytest.mark.parametrize(("case", "without_env"), [("handlers", []), ("entrypoint", ["email"])])
def test_each_handler_of_a_worker_writes_its_line(workerd: Any, case: str, without_env: list[str]) -> None:
    value, lines = run(workerd, case)
    assert value == ["other", "handled", "handled", "handled", "nothing", "nothing", True]
    assert [(line["at"], line["op"], line["result"]) for line in lines] == [
        *(("gateway", op, "ok") for op in ("email", *without_env, "fetch", "scheduled", "tail")),
        ("gateway", "queue", "error"),
    ]


def test_operations_have_names_for_each_binding(workerd: Any) -> None:
    _, lines = run(workerd, "operations")
    assert [(line["class"], line["op"]) for line in lines] == [("Room", "join"), ("Limit", "limit")]


def test_calls_through_a_namespace_that_outlives_its_request_are_no_longer_gathered(workerd: Any) -> None:
    assert run(workerd, "kept")[0] == [1, 1]


def test_a_namespace_that_a_test_made_is_asked_once_for_a_stub(workerd: Any) -> None:
    value, lines = run(workerd, "made")
    assert value == ["hello", 1]
    assert (only(lines)["op"], only(lines)["class"]) == ("hello", "Room")


def test_without_a_destination_a_reporter_delays_no_line(workerd: Any) -> None:
    value, lines = run(workerd, "notReported")
    assert value == [200, 1, False]
    assert "report" not in only(lines)


@pytest.mark.parametrize(
    ("case", "fate"),
    [
        ("reported", "sent"),
        ("reportedByClass", "sent"),
        ("notSent", "failed"),
        ("reporterRejects", "failed"),
        ("reporterThrows", "failed"),
    ],
)
def test_the_line_of_a_reported_event_comes_with_its_fate(workerd: Any, case: str, fate: str) -> None:
    value, lines = run(workerd, case)
    assert value == [200, 0, True]
    assert only(lines)["report"] == fate
