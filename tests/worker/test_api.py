from __future__ import annotations

import itertools
from typing import Any

import pytest

pytestmark = pytest.mark.workerd

_numbers = itertools.count()


@pytest.fixture
def path() -> str:
    """The tools of a conversation that no other test uses."""
    return f"/conversations/api-{next(_numbers)}/tools"


def test_a_stored_tool_name_is_retrieved(workerd: Any, path: str) -> None:
    stored = workerd.send("main", "PUT", f"{path}/toolu_1", {"tool_name": "grep"})
    assert (stored.status, stored.json) == (200, {"stored": 1})
    found = workerd.send("main", "GET", f"{path}/toolu_1")
    assert (found.status, found.json) == (200, {"tool_use_id": "toolu_1", "tool_name": "grep"})


def test_several_tools_are_stored_at_once(workerd: Any, path: str) -> None:
    several = [{"tool_use_id": f"t{n}", "tool_name": f"name {n}"} for n in range(100)]
    stored = workerd.send("main", "POST", path, several)
    assert (stored.status, stored.json) == (200, {"stored": 100})
    assert workerd.send("main", "GET", f"{path}/t99").json["tool_name"] == "name 99"


def test_storing_an_id_again_changes_its_name(workerd: Any, path: str) -> None:
    for name in ("first", "second"):
        workerd.send("main", "POST", path, {"tool_use_id": "t", "tool_name": name})
    assert workerd.send("main", "GET", f"{path}/t").json["tool_name"] == "second"


def test_an_invalid_entry_among_several_stores_none(workerd: Any, path: str) -> None:
    refused = workerd.send("main", "POST", path, [{"tool_use_id": "good", "tool_name": "n"}, {"tool_use_id": "bad"}])
    assert refused.status == 400
    assert workerd.send("main", "GET", f"{path}/good").status == 404


def test_an_unknown_tool_use_id_is_not_found(workerd: Any, path: str) -> None:
    missed = workerd.send("main", "GET", f"{path}/unknown")
    assert missed.status == 404
    assert missed.json == {
        "error": {"category": "miss", "message": "no tool name is stored for this tool_use_id"},
    }


def test_deleting_reports_what_was_deleted(workerd: Any, path: str) -> None:
    workerd.send("main", "PUT", f"{path}/t", {"tool_name": "n"})
    assert workerd.send("main", "DELETE", f"{path}/t").json == {"deleted": 1}
    assert workerd.send("main", "DELETE", f"{path}/t").json == {"deleted": 0}
    assert workerd.send("main", "GET", f"{path}/t").status == 404


def test_clearing_deletes_everything_and_the_conversation_works_afterwards(workerd: Any, path: str) -> None:
    workerd.send("main", "POST", path, [{"tool_use_id": f"t{n}", "tool_name": "n"} for n in range(3)])
    assert workerd.send("main", "DELETE", path).json == {"deleted": 3}
    assert workerd.send("main", "DELETE", path).json == {"deleted": 0}
    assert workerd.send("main", "GET", f"{path}/t0").status == 404
    assert workerd.send("main", "PUT", f"{path}/t0", {"tool_name": "again"}).status == 200
    assert workerd.send("main", "GET", f"{path}/t0").json["tool_name"] == "again"


def test_conversations_do_not_see_each_other(workerd: Any, path: str) -> None:
    workerd.send("main", "PUT", f"{path}/t", {"tool_name": "n"})
    assert workerd.send("main", "GET", "/conversations/someone-else/tools/t").status == 404


def test_ids_in_the_path_are_url_decoded(workerd: Any, path: str) -> None:
    workerd.send("main", "POST", path, {"tool_use_id": "a:b", "tool_name": "n"})
    assert workerd.send("main", "GET", f"{path}/a%3Ab").status == 200


def test_health_needs_no_object(workerd: Any) -> None:
    healthy = workerd.send("main", "GET", "/health")
    assert (healthy.status, healthy.json) == (200, {"status": "ok"})


def test_responses_are_not_cached(workerd: Any) -> None:
    assert workerd.send("main", "GET", "/health").headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/", "/health/", "/conversations", "/conversations/c", "/conversations/c/tools/t/x"])
def test_an_unknown_path_is_not_found(workerd: Any, path: str) -> None:
    missing = workerd.send("main", "GET", path)
    assert missing.status == 404
    assert missing.json == {"error": {"category": "validation", "message": "there is nothing at this path"}}


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", "/health", "GET"),
        ("GET", "/conversations/c/tools", "POST, DELETE"),
        ("POST", "/conversations/c/tools/t", "PUT, GET, DELETE"),
        ("PATCH", "/conversations/c/tools/t", "PUT, GET, DELETE"),
    ],
)
def test_a_method_that_a_path_does_not_take_is_refused_with_those_that_it_does(
    workerd: Any, method: str, path: str, allowed: str
) -> None:
    refused = workerd.send("main", method, path)
    assert (refused.status, refused.headers["allow"]) == (405, allowed)
    assert refused.json == {"error": {"category": "validation", "message": f"this path takes {allowed}"}}


ID_RULE = "must be 1 to 128 letters, digits or any of _ . : -"
NAME_RULE = "tool_name must be 1 to 256 characters without control characters"


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/conversations/%20/tools/t", f"conversation_id {ID_RULE}"),
        ("/conversations//tools/t", f"conversation_id {ID_RULE}"),
        (f"/conversations/{'c' * 129}/tools/t", f"conversation_id {ID_RULE}"),
        ("/conversations/c/tools/", f"tool_use_id {ID_RULE}"),
        ("/conversations/c/tools/%00", f"tool_use_id {ID_RULE}"),
        ("/conversations/c/tools/t%2Fu", f"tool_use_id {ID_RULE}"),
        (f"/conversations/c/tools/{'t' * 129}", f"tool_use_id {ID_RULE}"),
        ("/conversations/%FF/tools/t", "the path is not URL-encoded UTF-8"),
        ("/conversations/c/tools/%", "the path is not URL-encoded UTF-8"),
    ],
)
def test_an_id_in_the_path_that_is_not_allowed_is_refused(workerd: Any, path: str, message: str) -> None:
    refused = workerd.send("main", "GET", path)
    assert (refused.status, refused.json) == (400, {"error": {"category": "validation", "message": message}})


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "the body is not JSON"),
        (b"{", "the body is not JSON"),
        (b"\xff", "the body is not UTF-8"),
        (b'"\xc3', "the body is not JSON"),
        ([], "1 to 100 entries can be stored at once"),
        ([{"tool_use_id": "t", "tool_name": "n"}] * 101, "1 to 100 entries can be stored at once"),
        (None, "each entry must be an object with tool_use_id and tool_name"),
        ([[]], f"tool_use_id {ID_RULE}"),
        ({"tool_name": "n"}, f"tool_use_id {ID_RULE}"),
        ({"tool_use_id": 7, "tool_name": "n"}, f"tool_use_id {ID_RULE}"),
        ({"tool_use_id": "t\n", "tool_name": "n"}, f"tool_use_id {ID_RULE}"),
        ({"tool_use_id": "t"}, NAME_RULE),
        ({"tool_use_id": "t", "tool_name": ""}, NAME_RULE),
        ({"tool_use_id": "t", "tool_name": "a\u0000b"}, NAME_RULE),
        ({"tool_use_id": "t", "tool_name": "\ud800"}, NAME_RULE),
        ({"tool_use_id": "t", "tool_name": "n" * 257}, NAME_RULE),
        ({"tool_use_id": "t", "tool_name": ["n"]}, NAME_RULE),
    ],
)
def test_a_body_that_is_not_allowed_is_refused(workerd: Any, body: Any, message: str) -> None:
    sent = b"null" if body is None else body
    refused = workerd.send("main", "POST", "/conversations/c/tools", sent)
    assert (refused.status, refused.json) == (400, {"error": {"category": "validation", "message": message}})


@pytest.mark.parametrize("body", [b"null", b"[]", b'"x"', b'{"tool_use_id": "t"}'])
def test_one_tool_needs_a_name(workerd: Any, body: bytes) -> None:
    refused = workerd.send("main", "PUT", "/conversations/c/tools/t", body)
    assert (refused.status, refused.json["error"]["message"]) == (400, NAME_RULE)


def test_a_tool_name_may_be_any_text(workerd: Any, path: str) -> None:
    name = "поиск 🔍 / ' \" -- " + "n" * 230
    workerd.send("main", "PUT", f"{path}/t", {"tool_name": name})
    assert workerd.send("main", "GET", f"{path}/t").json["tool_name"] == name


def test_a_body_over_the_limit_is_refused(workerd: Any) -> None:
    refused = workerd.send("main", "POST", "/conversations/c/tools", b" " * 65_537)
    assert refused.status == 413
    assert refused.json == {"error": {"category": "validation", "message": "the body is over 65536 bytes"}}


def test_a_body_over_the_limit_is_refused_without_a_length_in_its_header(workerd: Any) -> None:
    chunks = iter([b" " * 40_000, b" " * 40_000])
    refused = workerd.send("main", "POST", "/conversations/c/tools", chunks)
    assert refused.status == 413


def test_a_body_at_the_limit_is_read(workerd: Any, path: str) -> None:
    body = b'{"tool_use_id": "t", "tool_name": "n"}'
    assert workerd.send("main", "POST", path, body.ljust(65_536)).status == 200


def test_a_valid_request_id_is_kept(workerd: Any) -> None:
    kept = workerd.send("main", "GET", "/health", headers={"x-request-id": "0123456789abcdef"})
    assert kept.headers["x-request-id"] == "0123456789abcdef"


@pytest.mark.parametrize("given", ["", "0123456789ABCDEF", "0123456789abcde", "0123456789abcdef0", "x" * 5000])
def test_a_request_id_that_is_not_valid_is_replaced(workerd: Any, given: str) -> None:
    made = workerd.send("main", "GET", "/health", headers={"x-request-id": given}).headers["x-request-id"]
    assert made != given
    assert len(made) == 16
    assert set(made) <= set("0123456789abcdef")


def test_two_requests_get_different_ids(workerd: Any) -> None:
    first, second = (workerd.send("main", "GET", "/health").headers["x-request-id"] for _ in range(2))
    assert first != second
