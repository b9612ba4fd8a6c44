"""Takes of worker.mjs in the real workerd: which trace items there are, and what each fault does."""

from __future__ import annotations

import http.client
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from firedrill.errors import CannotRun
from firedrill.runtime import Faults, Request, Take, Worker
from firedrill.vendors.cloudflare.trace_items import Invocation, Record, Script, record
from firedrill.vendors.cloudflare.truncation import truncate
from firedrill.vendors.errors import FiredrillError

pytestmark = pytest.mark.workerd

Increment = Callable[[], Request]
ReadLines = Callable[[tuple[Invocation, ...]], list[dict[str, Any]]]
FULL = "database or disk is full: SQLITE_FULL"
LOST = "Network connection lost."


def records(take: Take) -> list[Record]:
    return [record(invocation, Script("tiny")) for invocation in take.invocations]


def of_type(take: Take, kind: str) -> list[Record]:
    return [each for each in records(take) if each["EventType"] == kind]


def answers(take: Take) -> list[tuple[int, Any]]:
    return [(response.status, json.loads(response.body)) for response in take.responses]


def test_each_call_of_the_gateway_and_of_the_object_gives_one_record(worker: Worker, increment: Increment) -> None:
    take = worker.take([increment() for _ in range(20)])
    kinds = Counter((each["EventType"], each["Entrypoint"], each["Outcome"]) for each in records(take))
    assert kinds == {("fetch", "", "ok"): 20, ("worker_rpc", "Counter", "ok"): 20}
    assert take.missing == 0


def test_responses_are_in_the_order_of_the_requests(worker: Worker) -> None:
    take = worker.take([Request(path="/name"), Request(path="/nowhere")])
    assert [response.status for response in take.responses] == [200, 404]


def test_the_deployed_texts_reach_the_worker_as_they_are(worker: Worker) -> None:
    (response,) = worker.take([Request(path="/name")]).responses
    assert response.body == 'a "quoted"\\ text\nwith é'


def test_a_record_knows_its_request_and_response(worker: Worker) -> None:
    (gateway,) = records(worker.take([Request(method="POST", path="/nowhere", body="{}")]))
    assert gateway["Event"] == {
        "RayID": "",
        "Request": {"URL": "https://tiny.workers.dev/nowhere", "Method": "POST"},
        "Response": {"Status": 404},
    }


def test_an_exception_is_a_record_without_response_and_a_500_for_the_caller(worker: Worker) -> None:
    take = worker.take([Request(path="/boom")])
    (gateway,) = of_type(take, "fetch")
    assert (gateway["Outcome"], "Response" in gateway["Event"]) == ("exception", False)
    assert [(each["Name"], each["Message"]) for each in gateway["Exceptions"]] == [("RangeError", "boom")]
    assert [(each.status, each.body) for each in take.responses] == [(500, "RangeError: boom")]


def test_an_rpc_method_that_throws_leaves_ok_and_is_known_not_to_have_returned(worker: Worker) -> None:
    take = worker.take([Request(path="/boom")])
    (called,) = [invocation for invocation in take.invocations if invocation.item.get("entrypoint")]
    assert (called.item["outcome"], called.item["exceptions"], called.returned) == ("ok", [], False)


def test_a_hibernating_web_socket_gives_a_record_for_each_message_and_the_close(worker: Worker) -> None:
    take = worker.take([Request(path="/socket?id=socket", messages=["a", "b"])])
    events = [each["Event"]["GetWebSocketEvent"] for each in of_type(take, "hibernatable_web_socket")]
    assert sorted(event["WebSocketEventType"] for event in events) == ["close", "message", "message"]
    assert answers(take) == [(101, ["echo a", "echo b"])]


def test_an_alarm_that_is_due_within_the_take_belongs_to_it(
    worker: Worker, increment: Increment, read_lines: ReadLines
) -> None:
    take = worker.take([increment()], faults=Faults(bindings={"ALARM_MS": "30"}), alarms_within_ms=60)
    assert [each["Outcome"] for each in of_type(take, "alarm")] == ["ok"]
    assert [line["op"] for line in read_lines(take.invocations)] == ["increment", "alarm"]


def test_an_alarm_that_is_due_later_is_not_waited_for(worker: Worker, increment: Increment) -> None:
    take = worker.take([increment()], alarms_within_ms=10_000)
    assert of_type(take, "alarm") == []


def test_a_failing_alarm_gives_an_exception(worker: Worker, increment: Increment, read_lines: ReadLines) -> None:
    faults = Faults(alarm_failing=1, bindings={"ALARM_MS": "30"})
    take = worker.take([increment()], faults=faults, alarms_within_ms=60)
    assert [each["Outcome"] for each in of_type(take, "alarm")] == ["exception"]
    assert [line["result"] for line in read_lines(take.invocations)] == ["ok", FULL]


def alarms(take: Take) -> list[tuple[str, int | None]]:
    """How each run of an alarm ended, with the number of the retry."""
    outcomes = [each["Outcome"] for each in of_type(take, "alarm")]
    return list(zip(outcomes, [each.retry for each in take.deeds if each.what == "alarm"], strict=True))


def test_an_alarm_is_tried_again_at_once_until_it_has_failed_as_often_as_asked(
    worker: Worker, increment: Increment
) -> None:
    faults = Faults(alarm_failing=1, alarm_attempts=2, bindings={"ALARM_MS": "30"})
    take = worker.take([increment()], faults=faults, alarms_within_ms=60)
    assert alarms(take) == [("exception", 0), ("exception", 1), ("ok", 2)]


def test_an_alarm_that_always_fails_is_given_up_after_its_sixth_retry(worker: Worker, increment: Increment) -> None:
    faults = Faults(alarm_failing=1, alarm_attempts=7, bindings={"ALARM_MS": "30"})
    take = worker.take([increment()], faults=faults, alarms_within_ms=30)  # retries are due later
    assert alarms(take) == [("exception", retry) for retry in range(7)]


def test_work_left_behind_fails_in_handlers_and_in_objects_that_take_turns(
    worker: Worker, increment: Increment
) -> None:
    faults = Faults(background_failing=0.5, background_message="left behind")
    take = worker.take([increment() for _ in range(4)], faults=faults, concurrency=1)
    struck = [each.item.get("entrypoint") or "" for each in take.invocations if each.item["exceptions"]]
    assert (struck.count(""), len(struck)) == (2, 4)


def test_a_failing_storage_sets_no_alarm(worker: Worker, increment: Increment) -> None:
    faults = Faults(storage_failing=1, bindings={"ALARM_MS": "30"})
    take = worker.take([increment()], faults=faults, alarms_within_ms=60)
    assert of_type(take, "alarm") == []
    assert [each.storage.refused for each in take.deeds if each.class_name] == [2]


def test_an_object_that_cannot_read_its_storage_does_not_start(worker: Worker, increment: Increment) -> None:
    take = worker.take([increment()], faults=Faults(start_failing=1, storage_message="cannot start"))
    assert [deed.what for deed in take.deeds] == ["fetch"]
    assert [call.threw for deed in take.deeds for call in deed.calls] == [True]


def test_calls_fail_in_each_way_that_is_documented(worker: Worker, increment: Increment) -> None:
    take = worker.take([increment() for _ in range(11)], faults=Faults(called_failing=1), concurrency=1)
    injected = {call.injected for deed in take.deeds for call in deed.calls}
    assert injected == {
        *("unreachable", "overloaded", "limits", "storage", "reset"),
        *("timeout", "disconnected", "validation", "code"),
    }


def test_what_an_object_holds_is_told_after_each_invocation(worker: Worker, increment: Increment) -> None:
    request = increment()
    take = worker.take([request, request], concurrency=1)
    held = [(each.before["counts"], each.entries["counts"]) for each in take.deeds if each.class_name]
    assert held == [(0, 1), (1, 2)]


def test_a_slow_alarm_takes_long_and_is_waited_for(worker: Worker, increment: Increment) -> None:
    faults = Faults(alarm_slow=1, storage_slow_ms=80, bindings={"ALARM_MS": "30"})
    take = worker.take([increment()], faults=faults, alarms_within_ms=60)
    assert [80 <= each["WallTimeMs"] < 10_000 for each in of_type(take, "alarm")] == [True]


def test_what_objects_of_an_earlier_take_emit_is_left_out(worker: Worker, increment: Increment) -> None:
    worker.take([increment()], faults=Faults(bindings={"ALARM_MS": "30"}))
    later = worker.take([increment()], faults=Faults(storage_slow=1, storage_slow_ms=100))
    assert sorted(each["EventType"] for each in records(later)) == ["fetch", "worker_rpc"]
    assert later.missing == 0


def test_the_wall_time_of_a_slow_operation_is_its_length(worker: Worker, increment: Increment) -> None:
    take = worker.take([increment()], faults=Faults(storage_slow=1, storage_slow_ms=80))
    assert [80 <= each["WallTimeMs"] < 10_000 for each in of_type(take, "worker_rpc")] == [True]


def test_a_rate_is_a_fraction_spread_evenly_and_the_same_each_time(worker: Worker, increment: Increment) -> None:
    faults = Faults(storage_failing=0.25)
    for _ in range(2):
        take = worker.take([increment() for _ in range(8)], faults=faults, concurrency=1)
        results = [answer["result"] for _, answer in answers(take)]
        assert results == ["ok", "ok", "ok", FULL] * 2


def test_the_schema_can_be_made_while_storage_fails_and_operations_cannot(
    worker: Worker, increment: Increment, read_lines: ReadLines
) -> None:
    take = worker.take([increment()], faults=Faults(storage_failing=1))
    assert [line["result"] for line in read_lines(take.invocations)] == [FULL]


def test_an_unreachable_object_has_no_record_and_the_caller_sees_a_retryable_error(
    worker: Worker, increment: Increment
) -> None:
    take = worker.take([increment()], faults=Faults(unreachable=1))
    assert answers(take) == [(503, {"error": LOST, "attempts": 3})]
    assert [each["EventType"] for each in records(take)] == ["fetch"]


def test_an_object_can_be_reached_again_after_some_attempts_of_each_request(
    worker: Worker, increment: Increment
) -> None:
    take = worker.take([increment(), increment()], faults=Faults(unreachable=1, unreachable_attempts=2))
    assert answers(take) == [(200, {"result": "ok", "attempts": 3})] * 2


def test_an_overloaded_object_is_told_as_such(worker: Worker, increment: Increment) -> None:
    take = worker.take([increment()], faults=Faults(overloaded=1))
    assert answers(take)[0][1]["error"] == "Durable Object is overloaded. Too many requests queued."


def test_a_worker_that_throws_before_its_handler_is_an_exception(worker: Worker, increment: Increment) -> None:
    take = worker.take([increment(), increment()], faults=Faults(worker_throws=0.5), concurrency=1)
    assert sorted(each["Outcome"] for each in of_type(take, "fetch")) == ["exception", "ok"]
    assert take.responses[1].body == "Error: thrown by the drill"


def test_the_telemetry_line_can_be_suppressed(worker: Worker, increment: Increment, read_lines: ReadLines) -> None:
    take = worker.take([increment(), increment()], faults=Faults(telemetry_suppressed=0.5), concurrency=1)
    assert len(read_lines(take.invocations)) == 1


def test_the_telemetry_line_can_be_written_at_another_level(worker: Worker, increment: Increment) -> None:
    take = worker.take([increment()], faults=Faults(telemetry_level="log"))
    (called,) = of_type(take, "worker_rpc")
    assert [log["Level"] for log in called["Logs"]] == ["log"]


def test_a_flood_of_lines_comes_before_the_telemetry_line_which_a_record_cannot_hold_then(
    worker: Worker, increment: Increment, read_lines: ReadLines
) -> None:
    take = worker.take([increment()], faults=Faults(flooding=1))
    assert len(read_lines(take.invocations)) == 1
    (called,) = of_type(take, "worker_rpc")
    assert [log["Level"] for log in called["Logs"]] == ["log", "debug"]
    assert [log["Level"] for log in truncate(called)["Logs"]] == ["log"]


def test_faults_and_bindings_end_with_their_take(worker: Worker, increment: Increment, read_lines: ReadLines) -> None:
    worker.take([increment()], faults=Faults(storage_failing=1, bindings={"NAME": "other"}))
    (line,) = read_lines(worker.take([increment()]).invocations)
    assert (line["result"], line["name"] == "other") == ("ok", False)


def test_a_binding_can_have_another_text_in_one_take(
    worker: Worker, increment: Increment, read_lines: ReadLines
) -> None:
    take = worker.take([Request(path="/name"), increment()], faults=Faults(bindings={"NAME": "other"}))
    assert take.responses[0].body == "other"
    assert [line["name"] for line in read_lines(take.invocations)] == ["other"]


def test_a_trace_that_is_too_large_is_cut_by_the_runtime(worker: Worker) -> None:
    (flooded,) = worker.take([Request(path="/flood")]).invocations
    assert flooded.item["truncated"]
    assert 0 < len(flooded.item["logs"]) < 1000


def test_requests_of_one_session_follow_one_another(worker: Worker) -> None:
    session = [Request(path="/increment?id=session", session="one") for _ in range(12)]
    take = worker.take(session, concurrency=6)
    assert [len(each["Logs"]) for each in of_type(take, "worker_rpc")] == [1] * 12


def test_a_request_that_cannot_be_sent_is_the_drivers_mistake(worker: Worker) -> None:
    with pytest.raises(FiredrillError) as raised:
        worker.take([Request(body="a GET has no body")])
    assert str(raised.value) == (
        "the request GET https://tiny.workers.dev/ cannot be sent:"
        " Request with a GET or HEAD method cannot have a body."
    )


def test_a_take_that_hangs_is_given_up(worker: Worker) -> None:
    with pytest.raises(CannotRun) as raised:
        worker.take([Request(path="/later")], limit_s=0.05)
    assert str(raised.value) == "no answer within 0.05 s to GET /later: fetch has not returned"


def test_the_gateway_answers_on_its_own_port(worker: Worker) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", worker.workerd.ports["gateway"], timeout=10)
    connection.request("GET", "/nowhere")
    assert connection.getresponse().status == 404
    connection.close()


def test_an_object_s_own_method_throws(worker: Worker, increment: Increment) -> None:
    take = worker.take([increment() for _ in range(8)], faults=Faults(object_throws=0.5, object_message="broken"))
    assert Counter(status for status, _ in answers(take)) == {200: 4, 503: 4}
    assert {body["error"] for status, body in answers(take) if status == 503} == {"broken"}
    assert worker.take([increment()]).responses[0].status == 200


def test_storage_calls_that_were_made_to_fail_are_counted(worker: Worker, increment: Increment) -> None:
    assert worker.take([increment()], faults=Faults(storage_failing=1)).refusals > 0
    assert worker.take([Request(path="/name")], faults=Faults(storage_failing=1)).refusals == 0


def test_an_alarm_is_set_again_as_often_as_it_is_said_of_its_class(worker: Worker, increment: Increment) -> None:
    faults = Faults(alarm_again=2, bindings={"ALARM_MS": "30"})
    take = worker.take([increment()], faults=faults, alarms_within_ms=60)
    assert alarms(take) == [("ok", 0)] * 3
    others = replace(faults, classes=("Another",))
    assert alarms(worker.take([increment()], faults=others, alarms_within_ms=60)) == [("ok", 0)]


def test_minutes_pass_for_the_worker_between_its_requests(worker: Worker, increment: Increment) -> None:
    take = worker.take([increment(), increment()], faults=Faults(later_ms=100_000), concurrency=1)
    first, second = (deed for deed in take.deeds if deed.class_name)
    assert 100_000 <= second.began_ms - first.began_ms < 110_000
    assert first.due_ms is not None
    assert second.due_ms is not None
    assert 100_000 <= second.due_ms - first.due_ms < 110_000
    assert take.ended_ms - take.started_ms < 60_000


def test_the_clock_is_right_again_in_the_next_take(worker: Worker, increment: Increment) -> None:
    ahead = worker.take([increment()], faults=Faults(later_ms=100_000))
    after = worker.take([increment()])
    assert after.deeds[0].began_ms < ahead.deeds[0].began_ms
