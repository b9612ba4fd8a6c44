"""What was raised, by the messages that the platform documents, and the category that it gets."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.workerd

Error = dict[str, Any]

# Source: developers.cloudflare.com/durable-objects/observability/troubleshooting, .../best-practices/error-handling,
# developers.cloudflare.com/workers/observability/errors
MESSAGES: dict[str, str] = {
    "Durable Object is overloaded. Too many requests queued.": "overloaded",
    "Durable Object is overloaded. Too much data queued.": "overloaded",
    "Durable Object is overloaded. Requests queued for too long.": "overloaded",
    "Durable Object is overloaded. Too many requests for the same object within a 10 second window.": "overloaded",
    "Your account is generating too much load on Durable Objects. Please back off and try again later.": "overloaded",
    "Your account is doing too many concurrent storage operations. Please back off and try again later.": "overloaded",
    "Durable Object exceeded its CPU time limit and was reset.": "limits",
    "Durable Object's isolate exceeded its memory limit and was reset.": "limits",
    "Worker exceeded CPU time limit.": "limits",
    "Memory limit would be exceeded before EOF.": "limits",
    "out of memory: SQLITE_NOMEM": "limits",
    "database or disk is full: SQLITE_FULL": "storage",
    "UNIQUE constraint failed: t.a: SQLITE_CONSTRAINT": "storage",
    "Durable Object storage operation exceeded timeout which caused object to be reset.": "storage",
    "Internal error in Durable Object storage write caused object to be reset.": "storage",
    "Durable Object reset because its code was updated.": "reset",
    "Connection closed: this Durable Object instance is no longer active. Reconnect or retry the request.": "reset",
    "Durable Object connection closed because the object was reset.": "reset",
    "A call to blockConcurrencyWhile() in a Durable Object waited for too long. The call was canceled and the Durable "
    "Object was reset.": "reset",
    "The operation was aborted due to timeout": "timeout",
    "The client has disconnected": "disconnected",
    "Can't call WebSocket send() after close().": "disconnected",
    "Network connection lost.": "unreachable",
    "x is not a function": "code",
}


def category(workerd: Any, error: Error) -> str:
    (failure,) = workerd.send("unit", "POST", "/failure", [error]).json
    return str(failure["error"])


@pytest.mark.parametrize("remote", [False, True])
@pytest.mark.parametrize(("message", "expected"), MESSAGES.items())
def test_a_documented_message_has_its_category_wherever_it_was_raised(
    workerd: Any, message: str, expected: str, remote: bool
) -> None:
    assert category(workerd, {"message": message}) == expected
    if remote or expected != "code":
        assert category(workerd, {"message": message, "called": True, "remote": remote}) == expected


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        ({"overloaded": True}, "overloaded"),
        ({"overloaded": True, "retryable": True, "message": "Network connection lost."}, "overloaded"),
        ({"durableObjectReset": True}, "reset"),
        (
            {"durableObjectReset": True, "message": "Durable Object exceeded its CPU time limit and was reset."},
            "limits",
        ),
        ({"retryable": True}, "unreachable"),
        ({"name": "TimeoutError"}, "timeout"),
        ({"name": "AbortError"}, "disconnected"),
        ({"name": "TypeError"}, "code"),
    ],
)
def test_what_the_platform_marks_has_its_category_without_a_message(workerd: Any, error: Error, expected: str) -> None:
    assert category(workerd, {**error, "remote": True, "called": True}) == expected


def test_a_call_that_failed_without_remote_was_not_raised_by_the_object(workerd: Any) -> None:
    assert category(workerd, {"message": "internal error", "called": True}) == "unreachable"
    assert category(workerd, {"message": "internal error", "called": True, "remote": True}) == "code"


@pytest.mark.parametrize("name", ["TypeError", "DataCloneError"])
def test_what_could_not_be_sent_is_a_mistake_of_the_calling_code(workerd: Any, name: str) -> None:
    assert category(workerd, {"name": name, "called": True}) == "code"
    assert category(workerd, {"name": name, "called": True, "retryable": True}) == "unreachable"


def test_the_callers_mistake_is_known_by_its_name_whatever_it_says(workerd: Any) -> None:
    error = {"name": "InputError", "message": "no storage for this name"}
    assert workerd.send("unit", "POST", "/failure", [error]).json == [
        {"result": "rejected", "error": "validation", "name": "InputError"}
    ]


def test_which_names_are_the_callers_mistake_is_an_option(workerd: Any) -> None:
    mistakes = {"rejects": ["BadRequest"]}
    assert category(workerd, {"name": "BadRequest", **mistakes}) == "validation"
    assert category(workerd, {"name": "InputError", **mistakes}) == "code"


def test_a_name_that_arrives_in_the_message_is_the_errors_name(workerd: Any) -> None:
    """So it is with compatibility dates before 2026-04-21."""
    error = {"message": "InputError: not allowed", "called": True, "remote": True}
    assert category(workerd, error) == "validation"
    assert category(workerd, {**error, "message": "Input: InputError: not allowed"}) == "code"


@pytest.mark.parametrize("thrown", [{"strange": "nothing"}, {"strange": "symbol"}, "text", 7, {}, []])
def test_what_is_no_error_is_the_codes_fault(workerd: Any, thrown: Any) -> None:
    assert category(workerd, {"thrown": thrown}) == "code"
