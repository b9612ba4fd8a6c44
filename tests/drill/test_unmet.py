"""What a drill file expects of its Worker, held against what the drill saw itself."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from firedrill.drill.unmet import unmet
from firedrill.runtime.deeds import Call, Deed, Stored
from firedrill.runtime.take import Faults, Take
from firedrill.scenarios.expects import CleansUp, Expects, MethodExpects, Repeats
from firedrill.scenarios.reaching import CANARIES
from firedrill.scenarios.scenario import TakeSpec
from firedrill.vendors.cloudflare.trace_items import Invocation

HEALTHY = Faults()
OF = "expected of the Worker: "
CALL = Call("Room", "one", "post", 1, 1_000, 2, 1_010, id="abc")
LOST = replace(CALL, threw=True, injected="unreachable", retryable=True)
REQUEST = Deed("fetch", "", 0, 1_000, 9, 1_500, calls=(CALL,))
STORED = Deed("post", "Room", 1, 1_000, 2, 1_010, object="abc", entries={"posts": 2}, due_ms=301_000)


def take(*deeds: Deed, invocations: tuple[Invocation, ...] = ()) -> Take:
    return Take(invocations, (), 0, 1, 0, deeds=deeds)


def found(expects: Expects, *deeds: Deed, name: str = "calm", faults: Faults = HEALTHY, **more: Any) -> list[str]:
    told = unmet(expects, [TakeSpec(name, (), faults)], {name: take(*deeds, **more)})
    assert all(each.startswith(OF) for each in told)
    return [each.removeprefix(OF) for each in told]


def of_posts(**expected: Any) -> Expects:
    return Expects(methods={"post": MethodExpects(**expected)})


def test_a_worker_of_which_nothing_is_expected_may_do_what_it_likes() -> None:
    assert found(Expects(), replace(REQUEST, calls=(CALL, CALL)), STORED) == []


def test_a_request_that_calls_an_object_once_more_is_told() -> None:
    twice = replace(REQUEST, calls=(CALL, replace(CALL, began=3, ended=4)))
    told = "a request that calls post makes 1 calls of objects; it made 2 (in the take calm)"
    assert found(of_posts(calls=1), REQUEST) == []
    assert found(of_posts(calls=1), REQUEST, twice) == [told]


def test_a_repetition_is_no_call_more_but_counts_as_an_attempt() -> None:
    again = replace(REQUEST, calls=(LOST, replace(CALL, began=3, ended=4)))
    assert found(of_posts(calls=1, attempts=2), again) == []
    assert found(of_posts(attempts=1), again, faults=Faults(unreachable=1)) == [
        "post is attempted at most 1 times for a request; it was 2 times (in the take calm)"
    ]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('{"v":2,"at":"gateway","op":"post","class":"Room","result":"ok"}', []),
        ('{"v":2,"at":"gateway","op":"post","result":"rejected"}', []),
        ('{"v":2,"at":"gateway","op":"fetch","result":"ok"}', []),
        (
            '{"v":2,"at":"gateway","op":"post","result":"ok"}',
            ["telemetry tells of a post where no object was called (in the take calm)"],
        ),
    ],
)
def test_telemetry_tells_of_an_operation_only_where_an_object_was_called(line: str, told: list[str]) -> None:
    item = {"entrypoint": None, "logs": [{"level": "debug", "message": [line]}]}
    assert found(of_posts(calls=1), invocations=(Invocation(item, 1, 1),)) == told


@pytest.mark.parametrize(("key", "what"), [("rows_read", "rows are read"), ("rows_written", "rows are written")])
def test_what_a_call_costs_is_an_average_over_takes_as_deployed(key: str, what: str) -> None:
    cheap, dear = (replace(STORED, storage=Stored(read=rows, written=rows)) for rows in (1, 6))
    assert found(of_posts(**{key: 3.5}), cheap, dear) == []
    assert found(of_posts(**{key: 3.4}), cheap, dear) == [f"in a post at most 3.4 {what} on average; there were 3.5"]
    assert found(of_posts(**{key: 0}), dear, faults=Faults(bindings={"IDLE_MS": "1"})) == []


REPEATED = Expects(methods={"post": MethodExpects(attempts=2)}, repeats=Repeats(after=("unreachable",), wait_ms=20))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, []),
        ({"retryable": False}, ["a call is not repeated whose failure is not retryable; post was"]),
        (
            {"injected": "overloaded"},
            ["a call is not repeated after a failure of the category overloaded; post was"],
        ),
    ],
)
def test_calls_are_repeated_after_what_can_be_repeated_alone(changes: dict[str, Any], told: list[str]) -> None:
    again = replace(REQUEST, calls=(replace(LOST, **changes), replace(CALL, began=3, ended=4)))
    assert found(REPEATED, again) == [f"{each} (in the take calm)" for each in told]


def test_a_call_that_could_be_repeated_is() -> None:
    assert found(REPEATED, replace(REQUEST, calls=(LOST,))) == [
        "post is attempted 2 times while it fails as unreachable; it was 1 times (in the take calm)"
    ]


@pytest.mark.parametrize(("wait_ms", "told"), [(25, []), (5, ["5"])])
def test_the_waits_before_repetitions_are_long_enough_on_average(wait_ms: int, told: list[str]) -> None:
    began_ms = 1_010 + wait_ms
    again = replace(REQUEST, calls=(LOST, replace(CALL, began=3, began_ms=began_ms, ended=4, ended_ms=began_ms)))
    assert found(REPEATED, *[again] * 10) == [
        f"before a call is repeated, 20 ms pass on average; there were {each}" for each in told
    ]
    assert found(REPEATED, *[again] * 9) == []  # of a random time, so few say nothing


IDLE = Expects(cleans_up=CleansUp(after_s=300, within_s=330))
WANTED = "300 to 330 s after its last call an object removes what it holds"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, []),
        ({"entries": {}, "due_ms": None}, []),
        ({"due_ms": None}, [f"{WANTED}; one that holds 2 entries has no alarm"]),
        ({"due_ms": 3_301_000}, [f"{WANTED}; one has its alarm after 3,300 s"]),
        ({"due_ms": 31_000}, [f"{WANTED}; one has its alarm after 30 s"]),
    ],
)
def test_what_an_object_holds_is_removed_in_time(changes: dict[str, Any], told: list[str]) -> None:
    assert found(IDLE, STORED, replace(STORED, began=3, **changes)) == [f"{each} (in the take calm)" for each in told]


def test_what_canaries_leave_is_told_and_what_callers_leave_is_not() -> None:
    expects = Expects(canaries_leave_nothing=True)
    cleared = replace(STORED, what="clear", entries={}, due_ms=None)
    assert found(expects, REQUEST, STORED) == []
    assert found(expects, REQUEST, STORED, cleared, name=CANARIES) == []
    assert found(expects, REQUEST, STORED, name=CANARIES) == [
        "canary requests leave nothing; they left entries in Room"
    ]
    assert found(expects, REQUEST, replace(cleared, due_ms=9), name=CANARIES) == [
        "canary requests leave nothing; they left an alarm in Room"
    ]
