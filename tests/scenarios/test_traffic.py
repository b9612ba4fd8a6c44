"""The requests that sessions make, as data."""

from __future__ import annotations

import json

import pytest

from firedrill.runtime.take import Request
from firedrill.scenarios.drill_file import Binary, Call, Sessions
from firedrill.scenarios.traffic import LONG, clients, requests, thinned


def sessions(*paths: str, count: int = 1) -> Sessions:
    return Sessions(count=count, session=tuple(Call(request=f"GET {path}") for path in paths))


def sent(call: Call, take: str = "day") -> Request:
    """The one request that a session of one call makes."""
    (request,) = requests([Sessions(session=(call,))], take)
    return request


def test_clients_take_turns() -> None:
    everybody = clients((sessions("/a/{id}", "/b/{id}", count=2), sessions("/c/{id}")))
    assert [request.path for request in requests(everybody, "day")] == [
        "/a/day-0",
        "/a/day-1",
        "/c/day-2",
        "/b/day-0",
        "/b/day-1",
    ]


def test_a_session_is_that_of_its_client() -> None:
    assert [request.session for request in requests([sessions("/a", "/b")], "day")] == ["day-0", "day-0"]


def test_requests_of_a_session_are_numbered() -> None:
    assert [request.path for request in requests([sessions("/{n}", "/{n}")], "day")] == ["/0", "/1"]


def test_a_request_is_method_and_path() -> None:
    request = sent(Call(request="PATCH /a?b={id}", headers={"x-client": "{id}"}))
    assert (request.method, request.path, request.headers) == ("PATCH", "/a?b=day-0", {"x-client": "day-0"})
    assert (request.body, request.messages, request.scheduled, request.overlaps) == (None, None, "", False)


def test_a_body_is_sent_as_it_is_written_but_for_placeholders() -> None:
    assert sent(Call(request="POST /", body="{ {id} {n} {other} }")).body == "{ day-0 0 {other} }"


def test_json_is_sent_with_its_content_type() -> None:
    request = sent(Call.model_validate({"request": "POST /", "json": [{"id": "{id}", "n": 1}]}))
    assert json.loads(request.body or "") == [{"id": "day-0", "n": 1}]
    assert request.headers == {"content-type": "application/json"}


def test_a_long_text_is_longer_than_what_has_a_limit() -> None:
    assert sent(Call(request="POST /", body="<{long}>")).body == f"<{LONG}>"
    assert len(LONG) == 70_000


def test_messages_make_it_a_web_socket() -> None:
    assert sent(Call(messages=("hello from {id}", "bye"))).messages == ("hello from day-0", "bye")


def test_a_cron_run_is_no_request() -> None:
    assert sent(Call(scheduled="*/5 * * * *")).scheduled == "*/5 * * * *"


def test_what_is_sent_at_once_overlaps() -> None:
    made = requests([Sessions(session=(Call(), Call(request="GET /{n}", at_once=3)))], "day")
    assert [(request.path, request.overlaps) for request in made] == [
        ("/", False),
        ("/1", True),
        ("/2", True),
        ("/3", True),
    ]


@pytest.mark.parametrize("share", [0.1, 0.3, 0.45, 0.5, 0.9])
def test_some_clients_send_at_most_their_share(share: float) -> None:
    everybody = clients((sessions("/", "/", "/", count=16), sessions("/", "/")))
    kept = sum(len(each.session) for each in thinned(everybody, share))
    assert share * 50 - 3 <= kept <= share * 50


def test_some_clients_are_chosen_evenly() -> None:
    everybody = clients((sessions("/a", count=10), sessions("/b", count=10)))
    paths = [each.session[0].request for each in thinned(everybody, 0.5)]
    assert paths == ["GET /a"] * 5 + ["GET /b"] * 5


def test_what_is_not_a_request_is_sent_with_placeholders_filled() -> None:
    rpc = sent(Call(rpc="Admin.grant", arguments=("{id}", {"to": ["{n}"]}, 3)))
    assert (rpc.rpc, rpc.args) == ("Admin.grant", ("day-0", {"to": ["0"]}, 3))
    queue = sent(Call(queue="jobs", batch=({"of": "{id}"},)))
    assert (queue.queue, queue.batch) == ("jobs", ({"of": "day-0"},))


def test_bytes_pace_and_captured_values_are_passed_on() -> None:
    call = Call(
        request="POST /",
        binary="AAE=",
        cf={"colo": "AMS"},
        messages=("{id}", Binary(binary="AAE=")),
        every_ms=20,
        capture={"room": "json.id"},
    )
    request = sent(call)
    assert (request.binary, request.cf, request.every_ms) == ("AAE=", {"colo": "AMS"}, 20)
    assert (request.messages, request.capture) == (("day-0", {"binary": "AAE="}), {"room": "json.id"})
