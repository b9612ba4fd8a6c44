"""What reporters send, and what becomes of events when nobody takes them."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

pytestmark = pytest.mark.workerd

KEY = {"DD_API_KEY": 'text = "key-planted"', "FIREDRILL_METRIC_PREFIX": 'text = "chat.dev."'}
ANALYTICS = {"FIREDRILL_ANALYTICS": 'wrapped = (moduleName = "test:dataset")'}
QUICK = {"batchMs": 20, "pollMs": 10, "timeoutMs": 300, "maxRetryMs": 400, "pauseMs": 100}
JOIN = {"class": "Room", "op": "join", "result": "ok", "ms": 12}
LEAVE = {"class": "Room", "op": "leave", "result": "error", "error": "storage", "ms": 30}

names = (f"reporter {number}" for number in itertools.count())


@pytest.fixture(scope="module")
def client(start: Callable[..., Any]) -> Any:
    return start(
        {
            "older": ("reporter.mjs", KEY, True),
            "keyed": ("reporter.mjs", {**KEY, "DD_SITE": 'text = "datadoghq.eu"'}, True),
            "both": ("reporter.mjs", {**KEY, **ANALYTICS}, True),
            "analytics": ("reporter.mjs", ANALYTICS, True),
            "bare": ("reporter.mjs", {}, True),
            "alone": ("reporter.mjs", KEY, False),
            "leaver": ("leaver.mjs", {"REPORTER": 'service = "keyed"'}, True),
        }
    )


def order(*rounds: list[dict[str, Any]], limits: dict[str, Any] = QUICK, **more: Any) -> dict[str, Any]:
    return {"name": next(names), "limits": limits, "rounds": rounds, **more}


def fates(answer: Any) -> list[list[str]]:
    return [each["fates"] for each in answer["rounds"]]


def reported(request: Any) -> dict[tuple[str, ...], list[float]]:
    """The values of a POST by metric and tags."""
    found = {}
    for series in request.body["series"]:
        assert series["type"] == "distribution"
        ((_, values),) = series["points"]
        key = (series["metric"], *series["tags"])
        found[key] = values
    assert len(found) == len(request.body["series"])
    return found


def operations(request: Any) -> int:
    return int(sum(sum(values) for key, values in reported(request).items() if key[0].endswith(".operations")))


def refuses(*statuses: int, headers: dict[str, str] | None = None) -> Callable[[Any], Any]:
    """Answers with these statuses in turn, then takes everything."""
    waiting = [*statuses]
    return lambda _: (waiting.pop(0), None, headers or {}) if waiting else (202, None, {})


def test_a_batch_is_one_post_with_one_series_for_each_metric_and_set_of_tags(client: Any, sink: Any) -> None:
    answer = client.ask("keyed", order([JOIN, LEAVE, {**JOIN, "ms": 14}, {"op": "unknown", "result": "rejected"}]))
    assert fates(answer) == [["sent"] * 4]
    (request,) = sink.received
    join, leave = ("class:Room", "operation:join"), ("class:Room", "operation:leave")
    unknown = ("class:none", "operation:unknown")
    assert reported(request) == {
        ("chat.dev.reported.operations", *join, "result:ok", "error_category:none"): [2],
        ("chat.dev.reported.operations", *leave, "result:error", "error_category:storage"): [1],
        ("chat.dev.reported.operations", *unknown, "result:rejected", "error_category:none"): [1],
        ("chat.dev.reported.latency", *join): [12, 14],
        ("chat.dev.reported.latency", *leave): [30],
    }


def test_it_is_posted_to_the_site_with_the_key(client: Any, sink: Any) -> None:
    client.ask("keyed", order([JOIN]))
    client.ask("both", order([JOIN]))
    assert [request.url for request in sink.received] == [
        "https://api.datadoghq.eu/api/v1/distribution_points",
        "https://api.datadoghq.com/api/v1/distribution_points",
    ]
    assert {request.headers["dd-api-key"] for request in sink.received} == {"key-planted"}


def test_without_bindings_nothing_is_reported(client: Any, sink: Any) -> None:
    assert fates(client.ask("bare", order([JOIN], kind="both"))) == [["none"]]
    assert sink.received == []


def test_ids_and_names_of_errors_are_not_reported(client: Any, sink: Any) -> None:
    secrets = {"id": "0123456789ab", "request": "0123456789abcdef", "name": "PlantedError", "user": "planted"}
    answer = client.ask("both", order([{**JOIN, **secrets}], kind="both"))
    sent = json.dumps([request.body for request in sink.received]) + json.dumps(answer["points"])
    assert [value for value in secrets.values() if value in sent] == []


@pytest.mark.parametrize("strange", ["NaN", "Infinity", "bigint", "symbol", "function", "nothing", "object"])
def test_values_that_are_no_words_or_numbers_do_no_harm(client: Any, sink: Any, strange: str) -> None:
    event = {field: {"strange": strange} for field in ("class", "op", "result", "error", "ms", "attempts", "status")}
    assert fates(client.ask("both", order([event, JOIN], kind="both"))) == [["sent", "sent"]]
    assert operations(sink.received[0]) == 2


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_refusal_that_may_pass_is_tried_once_more_with_the_same_body(client: Any, sink: Any, status: int) -> None:
    sink.answer = refuses(status)
    assert fates(client.ask("keyed", order([JOIN]))) == [["sent"]]
    first, second = sink.received
    assert first.body == second.body


@pytest.mark.parametrize("status", [429, 500])
def test_no_batch_is_posted_more_than_twice(client: Any, sink: Any, status: int) -> None:
    sink.answer = refuses(*[status] * 9)
    assert fates(client.ask("keyed", order([JOIN]))) == [["failed"]]
    assert len(sink.received) == 2


@pytest.mark.parametrize("status", [301, 400, 403, 413])
def test_other_refusals_are_final(client: Any, sink: Any, status: int) -> None:
    sink.answer = refuses(*[status] * 9)
    assert fates(client.ask("keyed", order([JOIN]))) == [["failed"]]
    assert len(sink.received) == 1


def test_retry_after_is_waited_for_within_bounds(client: Any, sink: Any) -> None:
    sink.answer = refuses(429, headers={"retry-after": "1"})
    assert fates(client.ask("keyed", order([JOIN], limits={**QUICK, "maxRetryMs": 1000}))) == [["sent"]]
    sink.reset()
    sink.answer = refuses(429, headers={"retry-after": "1"})
    assert fates(client.ask("keyed", order([JOIN], limits={**QUICK, "maxRetryMs": 999}))) == [["failed"]]
    assert len(sink.received) == 1


def test_an_answer_that_does_not_come_in_time_is_a_failure_and_not_tried_again(client: Any, sink: Any) -> None:
    sink.hold()
    assert fates(client.ask("keyed", order([JOIN, LEAVE]))) == [["failed", "failed"]]
    assert len(sink.received) == 1


def test_a_connection_that_is_refused_is_a_failure(client: Any) -> None:
    assert fates(client.ask("alone", order([JOIN]))) == [["failed"]]


def test_after_a_failure_nothing_is_tried_for_a_while(client: Any, sink: Any) -> None:
    sink.answer = refuses(403)
    answer = client.ask("keyed", order([JOIN], [JOIN, LEAVE], limits={**QUICK, "pauseMs": 60_000}))
    assert fates(answer) == [["failed"], ["failed", "failed"]]
    assert answer["rounds"][1]["failedAtOnce"] == 2
    assert len(sink.received) == 1


def test_after_that_while_events_are_sent_again(client: Any, sink: Any) -> None:
    sink.answer = refuses(403)
    answer = client.ask("keyed", order([JOIN], [JOIN, LEAVE], limits={**QUICK, "pauseMs": 50}, waitMs=60))
    assert fates(answer) == [["failed"], ["sent", "sent"]]


def test_a_long_retry_after_lengthens_the_while_up_to_a_bound(client: Any, sink: Any) -> None:
    limits = {**QUICK, "pauseMs": 1, "maxPauseMs": 400}
    sink.answer = refuses(429, headers={"retry-after": "3600"})
    assert fates(client.ask("keyed", order([JOIN], [JOIN], limits=limits, waitMs=50))) == [["failed"], ["failed"]]
    sink.reset()
    sink.answer = refuses(429, headers={"retry-after": "3600"})
    assert fates(client.ask("keyed", order([JOIN], [JOIN], limits=limits, waitMs=500))) == [["failed"], ["sent"]]


def test_10000_events_without_a_sink_leave_only_the_bound_waiting(client: Any, sink: Any) -> None:
    sink.hold()
    answer = client.ask("keyed", order([JOIN] * 10_000, limits={"timeoutMs": 500}))
    assert answer["rounds"][0]["failedAtOnce"] == 9_000
    assert Counter(fates(answer)[0]) == {"failed": 10_000}
    (request,) = sink.received
    assert operations(request) == 1_000


def test_what_waited_makes_room_when_its_fate_is_known(client: Any, sink: Any) -> None:
    rounds = order(*[[JOIN] * 15] * 3, limits={**QUICK, "maxPending": 10})
    answer = client.ask("keyed", rounds)
    assert [each["failedAtOnce"] for each in answer["rounds"]] == [5, 5, 5]
    assert [Counter(each) for each in fates(answer)] == [{"sent": 10, "failed": 5}] * 3
    assert [operations(request) for request in sink.received] == [10, 10, 10]


@pytest.mark.parametrize("worker", ["keyed", "older"])
def test_many_invocations_share_a_batch_and_each_event_is_sent_once(client: Any, sink: Any, worker: str) -> None:
    shared = {**order([JOIN, LEAVE]), "limits": {**QUICK, "batchMs": 300, "timeoutMs": 5000}}
    with ThreadPoolExecutor(30) as threads:
        answers = list(threads.map(lambda _: client.ask(worker, shared), range(30)))
    assert [fates(answer) for answer in answers] == [[["sent", "sent"]]] * 30
    assert sum(operations(request) for request in sink.received) == 60
    assert len(sink.received) < 30


def test_when_the_sender_vanishes_the_next_one_takes_over(client: Any, sink: Any) -> None:
    shared = {**order([JOIN]), "limits": {**QUICK, "timeoutMs": 600, "maxRetryMs": 0}}
    sink.hold()
    assert client.ask("leaver", shared) == "AbortError"
    assert operations(sink.wait()) == 1
    with ThreadPoolExecutor() as threads:
        next_one = threads.submit(client.ask, "keyed", {**shared, "rounds": [[LEAVE]]})
        assert operations(sink.wait()) == 2
        sink.release()
        assert fates(next_one.result()) == [["sent"]]


def test_analytics_engine_gets_one_data_point_for_each_event(client: Any, sink: Any) -> None:
    retried = {**LEAVE, "outcome": "exhausted", "reason": "exhausted", "attempts": 3, "status": 500}
    answer = client.ask("analytics", order([JOIN, retried, {}], kind="analytics"))
    assert fates(answer) == [["sent"] * 3]
    assert answer["points"] == [
        {"indexes": ["Room.join"], "blobs": ["Room", "join", "ok", "", "", ""], "doubles": [1, 12, 0, 0]},
        {
            "indexes": ["Room.leave"],
            "blobs": ["Room", "leave", "error", "storage", "exhausted", "exhausted"],
            "doubles": [1, 30, 3, 500],
        },
        {"indexes": ["."], "blobs": ["", "", "", "", "", ""], "doubles": [1, 0, 0, 0]},
    ]
    assert sink.received == []


def test_an_index_is_within_its_limit_whatever_the_event_says(client: Any) -> None:
    answer = client.ask("analytics", order([{"class": "x" * 500, "op": "é" * 500 + "y" * 500}], kind="analytics"))
    (point,) = answer["points"]
    assert len(point["indexes"][0].encode()) <= 96


def test_with_both_an_event_is_sent_when_both_have_taken_it(client: Any, sink: Any) -> None:
    sink.answer = refuses(403)
    answer = client.ask("both", order([JOIN], [JOIN], kind="both", limits={**QUICK, "pauseMs": 1}, waitMs=20))
    assert fates(answer) == [["failed"], ["sent"]]
    assert len(answer["points"]) == 2


def test_both_may_be_configured_with_the_bindings_of_one_only(client: Any, sink: Any) -> None:
    assert fates(client.ask("analytics", order([JOIN], kind="both"))) == [["sent"]]
    assert fates(client.ask("keyed", order([JOIN], kind="both"))) == [["sent"]]
    assert len(sink.received) == 1
