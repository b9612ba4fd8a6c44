"""Requests: what succeeds, what is not there, what is refused, and what fails in the object or on the way to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.worker.proofs.table.row import (
    ALL,
    ASKED,
    FRESH,
    KNOWN,
    MISS,
    NAME,
    NEW,
    OPERATIONS,
    REJECTED,
    STARTED,
    Line,
    Row,
    answered,
    asking,
    calling,
    cleaned,
    counted,
    of_gateway,
    of_object,
    ran,
    retried,
    unmapped,
)

REPEATED = ("store", "retrieve")  # by the gateway; the others are not idempotent
ATTEMPTS = 3

# What an operation costs in a conversation with one entry, and what it leaves.
COSTS: dict[str, Line] = {
    "store": {"written": 1, "read": 1, "calls": 1, "keys": 2},
    "retrieve": {"written": 0, "read": 1, "calls": 1, "keys": 1},
    "delete": {"written": 1, "read": 2, "calls": 1, "keys": 0},
    "clear": {"removed": 1, "written": 1, "read": 0, "calls": 2, "keys": 0},
}
# The same in a new conversation, which has its alarm read and set, and is asked for its table.
FIRST: dict[str, Line] = {
    "store": {**FRESH, "written": 4, "read": 3, "calls": 5, "keys": 1},
    "retrieve": {**FRESH, **MISS, "written": 1, "read": 1, "calls": 3, "keys": 0},
    "delete": {**FRESH, **MISS, "written": 1, "read": 1, "calls": 3, "keys": 0},
    "clear": {**FRESH, "removed": 0, "written": 2, "read": 1, "calls": 5, "keys": 0},
}
UNTOUCHED: Line = {"written": 0, "read": 0, "calls": 0}  # a storage call that fails costs nothing
WORKING = {**dict.fromkeys(OPERATIONS, "exec"), "clear": "deleteAll"}  # the member of storage that does the work

# category -> result, status of the answer, an error that the object raises, an error of the way to the object
ERRORS: dict[str, tuple[str, int, dict[str, Any], dict[str, Any]]] = {
    "disconnected": (
        "rejected",
        400,
        {"message": "The operation was aborted", "name": "AbortError"},
        {"message": "The client has disconnected"},
    ),
    "overloaded": (
        "error",
        503,
        {"message": "Too many concurrent storage operations."},
        {"message": "Durable Object is overloaded. Too many requests queued.", "retryable": True, "overloaded": True},
    ),
    "limits": (
        "error",
        500,
        {"message": "out of memory: SQLITE_NOMEM"},
        {"message": "Durable Object's isolate exceeded its memory limit and was reset.", "durableObjectReset": True},
    ),
    "storage": (
        "error",
        500,
        {"message": "database or disk is full: SQLITE_FULL"},
        {"message": "Internal error in Durable Object storage caused object to be reset."},
    ),
    "reset": (
        "error",
        503,
        {"message": "This Durable Object instance is no longer active."},
        {"message": "Durable Object reset because its code was updated.", "durableObjectReset": True},
    ),
    "timeout": (
        "error",
        503,
        {"message": "The operation was aborted due to timeout", "name": "TimeoutError"},
        {"message": "The operation timed out."},
    ),
    "unreachable": ("error", 503, {"message": "Network connection lost."}, {"message": "Cannot resolve the object."}),
    "code": ("error", 500, {"message": "x is not a function", "name": "TypeError"}, {}),
}
PASSING = {  # what may be gone at the next attempt
    "reset": {"message": "The object was reset.", "durableObjectReset": True, "retryable": True},
    "timeout": {"message": "The operation timed out.", "retryable": True},
    "unreachable": {"message": "Network connection lost.", "retryable": True},
}
LOST = PASSING["unreachable"]
FULL = ERRORS["storage"][2]


def failed(operation: str, category: str, outcome: str, attempts: int, name: str = "Error") -> tuple[Line, list[str]]:
    """The gateway's line and points of a call that failed."""
    result, status, *_ = ERRORS[category]
    error: Line = {"error": category, "name": name, "attempts": attempts, "outcome": outcome}
    points = [*answered(status), *counted(operation, result, category), *retried(outcome)]
    if operation != "retrieve" or result == "rejected":
        return calling(operation, status, result, **error), points
    return calling(operation, status, result, **error, reason=outcome), [*points, *unmapped(outcome)]


def refused_by_the_object(operation: str, outcome: str, attempts: int) -> tuple[Line, Line, list[str]]:
    """Both lines and all points of input that the gateway took to be right."""
    line = calling(operation, 400, "rejected", **REJECTED, attempts=attempts, outcome=outcome)
    seen = of_object(operation, "rejected", **REJECTED, **UNTOUCHED, keys=1)
    return line, seen, [*answered(400), *counted(operation, "rejected"), *retried(outcome), *ran()]


def succeeding() -> Iterator[Row]:
    for operation in OPERATIONS:
        points = [*answered(200), *ran(), *counted(operation), *cleaned(operation)]
        yield asking(operation, "success", calling(operation, 200), [of_object(operation, **COSTS[operation])], points)


def storing() -> Iterator[Row]:
    """What else `store` may find, and several entries at once."""
    entries = [{"tool_use_id": each, "tool_name": "n"} for each in ("a", "b", "known")]
    cases: dict[str, tuple[Any, Line]] = {
        "another name for what is there": (
            ("PUT", KNOWN, {"tool_name": "other"}),
            {"written": 1, "read": 2, "calls": 2, "keys": 1},
        ),
        "nothing new": (("PUT", KNOWN, NAME), {"written": 0, "read": 2, "calls": 2, "keys": 1}),
        "several": (("POST", ALL, entries), {"written": 2, "read": 4, "calls": 4, "keys": 3}),
    }
    points = [*answered(200), *ran(), *counted("store")]
    for outcome, (request, costs) in cases.items():
        yield Row("store", outcome, request, [calling("store", 200)], [of_object("store", **costs)], points)


def beginning() -> Iterator[Row]:
    """A new conversation pays for its alarm, for asking whether there is a table, and for the table."""
    for operation in ("store", "clear"):
        points = [*answered(200), *ran(), *STARTED, *counted(operation), *cleaned(operation)]
        seen = of_object(operation, **FIRST[operation])
        outcome = "the first of a conversation"
        yield Row(operation, outcome, ASKED[operation], [calling(operation, 200)], [seen], points, known=False)


def missing() -> Iterator[Row]:
    answers: dict[str, tuple[int, Line, list[str], int]] = {
        "retrieve": (404, {"reason": "unknown_id"}, unmapped("unknown_id"), 0),
        "delete": (200, {}, [], 1),
    }
    for operation, (status, reason, mapping, read) in answers.items():
        line = calling(operation, status, "miss", **MISS, **reason)
        points = [*answered(status), *ran(), *counted(operation, "miss"), *mapping]
        request = (ASKED[operation][0], NEW, None)
        seen = of_object(operation, "miss", **MISS, written=0, read=read, calls=1, keys=1)
        yield Row(operation, "miss among others", request, [line], [seen], points)
        seen = of_object(operation, "miss", **FIRST[operation])
        yield Row(operation, "miss in a new conversation", request, [line], [seen], [*points, *STARTED], known=False)


def answered_by_the_gateway() -> Iterator[Row]:
    yield Row("fetch", "health", ("GET", "//health", None), [of_gateway("fetch", 200)], points=answered(200))
    too_many = [{"tool_use_id": f"t{number}", "tool_name": "n"} for number in range(101)]
    cases = [
        ("fetch", "no such path", ("GET", "/a/b", None), 404),
        ("fetch", "no such method", ("PATCH", KNOWN, None), 405),
        ("store", "id not allowed", ("PUT", "/%20", NAME), 400),
        ("retrieve", "id not allowed", ("GET", "/%20", None), 400),
        ("delete", "id not allowed", ("DELETE", "/%20", None), 400),
        ("clear", "id not allowed", ("DELETE", "//conversations/%20/tools", None), 400),
        ("retrieve", "id not UTF-8", ("GET", "/%ff", None), 400),
        ("store", "body not JSON", ("POST", ALL, "{"), 400),
        ("store", "no entries", ("POST", ALL, []), 400),
        ("store", "too many entries", ("POST", ALL, too_many), 400),
        ("store", "name not allowed", ("PUT", NEW, {"tool_name": "\x00"}), 400),
        ("store", "body too large", ("POST", ALL, " " * 65_537), 413),
    ]
    for operation, outcome, request, status in cases:
        line = of_gateway(operation, status, "rejected", **REJECTED)
        yield Row(operation, outcome, request, [line], points=answered(status))


def raised_in_the_object() -> Iterator[Row]:
    """Each category that storage or code may raise, and input that only the object refuses."""
    for operation in OPERATIONS:
        for category, (result, _, error, _) in ERRORS.items():
            name = error.get("name", "Error")
            line, points = failed(operation, category, "not_retried", 1, name)
            seen = of_object(operation, result, error=category, name=name, **UNTOUCHED)
            points += [*ran(), *cleaned(operation, result)]
            storage = {"member": WORKING[operation], "error": error}
            yield asking(operation, f"{category} raised in the object", line, [seen], points, storage=storage)
        if operation != "clear":
            line, seen, points = refused_by_the_object(operation, "not_retried", 1)
            yield asking(operation, "refused by the object only", line, [seen], points, input=True)


def failing_on_the_way() -> Iterator[Row]:
    """Errors without `.retryable`, and those that the operation must not be repeated after."""
    for operation in OPERATIONS:
        for category, (*_, error) in ERRORS.items():
            if error:
                line, points = failed(operation, category, "not_retried", 1)
                yield asking(operation, f"{category} on the way", line, [], points, way=[error])
        for category, error in PASSING.items():
            if operation not in REPEATED:
                line, points = failed(operation, category, "not_retried", 1)
                yield asking(operation, f"{category} on the way, not to be repeated", line, [], points, way=[error])


def repeated() -> Iterator[Row]:
    """Calls that recover at the second or the last attempt, are exhausted, or fail for good at the second."""
    for operation in REPEATED:
        done = of_object(operation, **COSTS[operation])
        for category, error in PASSING.items():
            for attempts in range(2, ATTEMPTS + 1):
                line = calling(operation, 200, attempts=attempts, outcome="recovered")
                points = [*answered(200), *counted(operation), *retried("recovered"), *ran()]
                outcome = f"{category} on the way, recovered at attempt {attempts}"
                yield asking(operation, outcome, line, [done], points, way=[error] * (attempts - 1))
            line, points = failed(operation, category, "exhausted", ATTEMPTS)
            yield asking(operation, f"{category} on the way, exhausted", line, [], points, way=[error] * ATTEMPTS)
        line, points = failed(operation, "overloaded", "exhausted", 2)
        yield asking(
            operation, "lost on the way, then overloaded", line, [], points, way=[LOST, ERRORS["overloaded"][3]]
        )
        line, points = failed(operation, "storage", "exhausted", 2)
        seen = of_object(operation, "error", error="storage", name="Error", **UNTOUCHED)
        storage = {"member": "exec", "error": FULL}
        outcome = "lost on the way, then failing storage"
        yield asking(operation, outcome, line, [seen], [*points, *ran()], way=[LOST], storage=storage)
        line, seen, points = refused_by_the_object(operation, "exhausted", 2)
        yield asking(operation, "lost on the way, then refused", line, [seen], points, way=[LOST], input=True)
    seen = of_object("retrieve", "miss", **MISS, written=0, read=0, calls=1, keys=1)
    line = calling("retrieve", 404, "miss", **MISS, attempts=2, outcome="recovered", reason="unknown_id")
    points = [*answered(404), *counted("retrieve", "miss"), *retried("recovered"), *unmapped("unknown_id"), *ran()]
    request = ("GET", NEW, None)
    yield Row("retrieve", "lost on the way, then a miss", request, [line], [seen], points, {"way": [LOST]})


ROWS = (
    *succeeding(),
    *storing(),
    *beginning(),
    *missing(),
    *answered_by_the_gateway(),
    *raised_in_the_object(),
    *failing_on_the_way(),
    *repeated(),
)
