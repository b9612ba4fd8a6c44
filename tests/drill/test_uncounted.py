"""A request that makes several calls of objects is counted as one of them: of the others, the drill tells."""

from __future__ import annotations

import pytest

from firedrill.drill.uncounted import uncounted
from firedrill.runtime.deeds import Deed
from firedrill.runtime.take import Take
from firedrill.scenarios.watched import WatchedClass

CALLED = {"Game": WatchedClass(("join",)), "Log": WatchedClass(("note",))}


def request(*called: str) -> Deed:
    """A request that calls one class after the other."""
    made = [
        {"class": name, "object": "a", "id": "a", "what": "x", "began": n, "began_ms": n}
        for n, name in enumerate(called)
    ]
    told = {"what": "fetch", "class": "", "began": 0, "began_ms": 0, "threw": False, "ended": 9, "ended_ms": 9}
    return Deed.of(
        {**told, "calls": [{**each, "injected": "", "threw": False, "ended": 8, "ended_ms": 8} for each in made]}
    )


def said(*deeds: Deed, classes: dict[str, WatchedClass] = CALLED) -> tuple[list[str], list[str]]:
    return uncounted("shop", classes, Take((), (), 0, 1, 0, deeds=deeds))


def test_a_class_that_is_never_called_last_is_counted_by_nobody() -> None:
    (problem,), remarks = said(request("Log", "Game"), request("Log", "Game"))
    assert problem.startswith("Log: all 2 calls of everyday traffic are made by requests")
    assert problem.endswith("by countedBy: object in workers.shop.classes.Log")
    assert remarks == []


def test_a_class_of_which_some_calls_are_counted_is_worth_a_remark() -> None:
    problems, (remark,) = said(request("Log", "Game"), request("Log"))
    assert (problems, remark[:21]) == ([], "Log: 1 of 2 calls of ")


@pytest.mark.parametrize(
    "declared", [{}, {"Log": WatchedClass(("note",), counted_by_caller=False)}, {"Log": WatchedClass()}]
)
def test_calls_that_no_caller_has_to_count_are_none(declared: dict[str, WatchedClass]) -> None:
    assert said(request("Log", "Game"), classes=declared) == ([], [])


def test_one_call_of_each_request_is_counted() -> None:
    assert said(request("Game"), request("Log")) == ([], [])
