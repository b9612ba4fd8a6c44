"""Where a Worker's telemetry and what is declared of its classes disagree."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from firedrill.drill.compiled import CompiledWorker, compile_workers
from firedrill.drill.undeclared import misdeclared
from firedrill.resources import Resource
from firedrill.runtime.take import Take
from firedrill.scenarios.watched import WatchedClass
from firedrill.vendors.cloudflare.trace_items import Invocation

Tiny = Callable[..., list[Resource]]
BY_CALLER, BY_OBJECT = WatchedClass(("post", "read")), WatchedClass(("post", "read"), counted_by_caller=False)


def ran(entrypoint: str, *lines: dict[str, Any] | str) -> Invocation:
    """An invocation of a class, or of the Worker's own handler (""), that wrote these lines."""
    logs = [{"level": "debug", "message": [line if isinstance(line, str) else json.dumps(line)]} for line in lines]
    item: dict[str, Any] = {"eventTimestamp": 1, "outcome": "ok", "exceptions": [], "event": None, "logs": logs}
    return Invocation(item | ({"entrypoint": entrypoint} if entrypoint else {}))


def call(op: str, name: str = "Room") -> tuple[Invocation, Invocation]:
    """A call of an object, as its caller and as itself."""
    return ran("", {"at": "gateway", "op": op, "class": name}), ran(name, {"at": "object", "op": op, "class": name})


@pytest.fixture
def problems(tiny: Tiny) -> Callable[..., list[str]]:
    """What is wrong with invocations of a Worker with the class Room."""
    (compiled,) = compile_workers(tiny())

    def find(
        *invocations: Invocation, room: WatchedClass = BY_CALLER, whole: bool = True, failed: Sequence[str] = ()
    ) -> list[str]:
        service: CompiledWorker = replace(compiled, name="chat", drill="chat/drill.yaml", classes={"Room": room})
        return misdeclared(service, {"healthy": Take(invocations, (), 0, 1, 0)}, whole=whole, failed=failed)

    return find


Problems = Callable[..., list[str]]
AGREED = (*call("post"), *call("read"))


def test_operations_that_are_declared_and_occur_are_no_problem(problems: Problems) -> None:
    assert problems(*AGREED) == []
    assert problems(*AGREED, room=BY_OBJECT) == []


@pytest.mark.parametrize("op", ["alarm", "message", "close", "socket_error"])
def test_what_the_platform_delivers_need_not_be_declared(problems: Problems, op: str) -> None:
    assert problems(*AGREED, ran("Room", {"at": "object", "op": op, "class": "Room"})) == []


def test_an_operation_that_is_not_declared_is_named_with_its_place(problems: Problems) -> None:
    assert problems(*AGREED, *call("kick")) == [
        "Room: the operation 'kick' occurs but is not declared, so nothing counts it;"
        " add it to operations of workers.chat.classes.Room"
    ]


def test_a_fetch_handler_wants_a_name(problems: Problems) -> None:
    (told,) = problems(*AGREED, *call("fetch"))
    assert told == (
        "Room: the operation 'fetch' occurs but is not declared, so nothing counts it; name it by the option"
        " { operations: { fetch: 'a name' } } of observeObject and observeWorker,"
        " and add that name to operations of workers.chat.classes.Room"
    )


def test_a_declared_operation_that_never_occurs_is_named(problems: Problems) -> None:
    assert problems(*call("post")) == [
        "Room: the operation 'read' is declared but never occurs; add a request that leads to it to chat/drill.yaml,"
        " or remove it from operations of workers.chat.classes.Room"
    ]


def test_not_every_operation_has_to_occur_in_chosen_scenarios(problems: Problems) -> None:
    assert problems(*call("post"), whole=False) == []


def test_an_operation_that_no_caller_counts_is_named(problems: Problems) -> None:
    _, read = call("read")
    assert problems(*call("post"), read) == [
        "Room: the operation 'read' occurs, but no caller's line says so and those are counted;"
        ' name the class in observeWorker({ ... }, { BINDING: "Room" }), or set countedBy: object'
    ]
    assert problems(*call("post"), read, room=BY_OBJECT) == []


def test_a_class_that_is_not_declared_is_named(problems: Problems) -> None:
    assert problems(*AGREED, *call("enter", "Lobby")) == [
        "Lobby writes telemetry but is not declared, so nothing counts it; add it to workers.chat.classes"
    ]


def test_a_class_that_the_bundler_renamed_is_told_with_the_name_to_give(problems: Problems) -> None:
    renamed = ran("Room", {"at": "object", "op": "post", "class": "Room2"})
    assert problems(*AGREED[::2], renamed) == [
        "Room calls itself 'Room2' in its telemetry, since the bundler renamed it, so nothing counts it; say its name"
        ' in the Worker: observeObject(class Room ..., { className: "Room" })'
    ]
    assert problems(*AGREED[::2], ran("Room", {"at": "object", "op": "post", "class": "a"})) == [
        "Room calls itself 'a' in its telemetry, since the bundler renamed it, so nothing counts it; say its name"
        ' in the Worker: observeObject(class Room ..., { className: "Room" })'
    ]


def test_lines_of_the_workers_own_on_the_level_of_telemetry_are_told_with_what_to_write_instead(
    problems: Problems,
) -> None:
    (caller, own), read = call("post"), call("read")
    noisy = ran("", "retrying: Error: gone", {"at": "gateway", "op": "post", "class": "Room"})
    assert problems(noisy, own, *read, caller) == [
        "the Worker writes lines of its own by console.debug, such as 'retrying: Error: gone', which hide its telemetry"
        " (1 of 5 lines): that level is for telemetry alone; write them by console.log there"
    ]


def test_a_class_that_is_not_wrapped_is_named(problems: Problems) -> None:
    callers = (AGREED[0], AGREED[2])
    assert problems(*callers, ran("Room"), ran("Room", "an application's own line")) == [
        "Room was called 2 times and wrote no telemetry; wrap it in the Worker:"
        " export const Room = observeObject(class Room extends DurableObject { ... })"
    ]


def test_a_class_that_nobody_calls_is_named(problems: Problems) -> None:
    assert problems(ran("", {"at": "gateway", "op": "health"})) == [
        "no request of chat/drill.yaml reaches Room; add one that does, or do not declare the class"
    ]


def test_handlers_that_are_not_wrapped_are_named(problems: Problems) -> None:
    objects = (AGREED[1], AGREED[3])
    assert problems(ran(""), *objects, room=BY_OBJECT) == [
        "the Worker's handlers wrote no telemetry; wrap them:"
        ' export default observeWorker({ ... }, { BINDING: "ClassName" })'
    ]


@pytest.mark.parametrize("line", ["", "{", "[1]", '{"at":"moon","op":"post"}', '{"at":"object"}', "3"])
def test_lines_that_are_no_telemetry_are_left_alone(problems: Problems, line: str) -> None:
    assert problems(*AGREED, ran("Room", line)) == []


def test_where_nobody_has_declared_operations_nothing_is_wrong(problems: Problems) -> None:
    assert problems(*call("kick"), room=WatchedClass()) == []


@pytest.mark.parametrize("invocations", [(ran(""),), (*AGREED[:2],), (ran(""), ran("Room"))])
def test_what_the_worker_failed_in_stands_in_place_of_telemetry_that_is_missing(
    problems: Problems, invocations: Sequence[Invocation]
) -> None:
    assert problems(*invocations) != []
    assert problems(*invocations, failed=["it threw"]) == ["it threw"]


def test_what_the_worker_failed_in_hides_no_operation_that_is_not_declared(problems: Problems) -> None:
    (first, second) = problems(*call("post"), *call("kick"), failed=["it threw"])
    assert first == "it threw"
    assert second.startswith("Room: the operation 'kick' occurs but is not declared")


def test_a_worker_that_fails_and_writes_all_its_telemetry_has_no_problem_here(problems: Problems) -> None:
    assert problems(*AGREED, failed=["it threw"]) == []
