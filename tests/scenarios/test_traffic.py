"""The requests that the drivers make, as data."""

from __future__ import annotations

import json
from collections import Counter

from firedrill.runtime.take import Request
from firedrill.scenarios import traffic


def methods(requests: tuple[Request, ...]) -> Counter[str]:
    return Counter(request.method for request in requests)


def test_everyday_conversations_store_then_ask_then_end() -> None:
    mine = [request for request in traffic.everyday("day", conversations=4) if request.session == "day-3"]
    assert [(request.method, request.path) for request in mine] == [
        ("POST", "/conversations/day-3/tools"),
        ("GET", "/conversations/day-3/tools/toolu_0"),
        ("DELETE", "/conversations/day-3/tools"),
    ]


def test_everyday_traffic_has_two_health_checks_that_belong_to_no_conversation() -> None:
    health = [request for request in traffic.everyday("day") if request.path == "/health"]
    assert [(request.method, request.session) for request in health] == [("GET", ""), ("GET", "")]


def test_everyday_traffic_grows_with_the_conversations() -> None:
    assert len(traffic.everyday("day", conversations=5)) == 5 * 3 + 2


def test_a_store_carries_its_tools_as_json() -> None:
    store = traffic.everyday("day", conversations=1)[0]
    assert store.headers == {"content-type": "application/json"}
    assert json.loads(store.body or "") == [
        {"tool_use_id": "toolu_0", "tool_name": "search"},
        {"tool_use_id": "toolu_1", "tool_name": "read_file"},
    ]


def test_bulk_stores_are_as_many_requests_as_everyday_traffic_without_its_health_checks() -> None:
    assert len(traffic.bulk_stores("bulk", tools=40)) == len(traffic.everyday("day")) - 2


def test_bulk_stores_of_a_conversation_never_store_the_same_tool_twice() -> None:
    mine = [request for request in traffic.bulk_stores("bulk", tools=40) if request.session == "bulk-7"]
    stored = [entry["tool_use_id"] for request in mine for entry in json.loads(request.body or "")]
    assert len(stored) == len(set(stored)) == 120


def test_unknown_tools_are_asked_for_on_top_of_everyday_traffic() -> None:
    added = traffic.unknown_tools("lost", conversations=3)[len(traffic.everyday("lost")) :]
    assert [request.path for request in added] == [f"/conversations/lost-{number}/tools/unknown" for number in range(3)]


def test_callers_mistakes_come_on_top_of_everyday_traffic() -> None:
    added = traffic.malformed("bad")[len(traffic.everyday("bad")) :]
    assert methods(added) == {"GET": 2, "PATCH": 1, "POST": 3}
    assert max(len(request.body or "") for request in added) > 1_000_000


def test_idempotent_traffic_deletes_nothing() -> None:
    assert methods(traffic.idempotent("again")) == {"POST": traffic.CONVERSATIONS, "GET": 2 * traffic.CONVERSATIONS}


def test_a_lone_request_is_one_look_up() -> None:
    assert traffic.one_lookup("lone") == (Request(path="/conversations/lone-0/tools/toolu_0", session="lone-0"),)


def test_overlapping_calls_of_one_object_do_not_wait_for_one_another() -> None:
    calls = [request for request in traffic.overlapping("over") if request.path.startswith("/conversations/over-0/")]
    assert len(calls) > 2
    assert {request.session for request in calls[1:]} == {""}
