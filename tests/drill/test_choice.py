"""What can be asked of a drill."""

from __future__ import annotations

import pytest

from firedrill.drill.choice import Choice, require_names, require_workers
from firedrill.vendors.errors import FiredrillError

MONITORS = {"shop": ("latency", "errors", "Cart/silence"), "chat": ("errors",)}
SCENARIOS = {"shop": ("slow", "broken"), "chat": ("calm",)}


def refusal(choice: Choice) -> str:
    with pytest.raises(FiredrillError) as error:
        require_names(choice, SCENARIOS, MONITORS)
    return str(error.value)


def test_everything_is_drilled_unless_something_is_chosen() -> None:
    choice = Choice()
    assert choice.has_worker("shop")
    assert choice.has_scenario("shop", "slow")
    assert choice.has_monitor("shop", "errors")
    assert choice.whole


def test_a_choice_leaves_out_the_others() -> None:
    choice = Choice(workers=("shop",), scenarios=("shop/slow",), monitors=("chat/errors",))
    assert [worker for worker in MONITORS if choice.has_worker(worker)] == ["shop"]
    assert [name for name in SCENARIOS["shop"] if choice.has_scenario("shop", name)] == ["slow"]
    assert [worker for worker in MONITORS if choice.has_monitor(worker, "errors")] == ["chat"]
    assert not choice.whole


def test_a_chosen_monitor_is_still_drilled_in_every_scenario() -> None:
    assert Choice(monitors=("errors",)).whole


def test_an_unknown_worker_is_answered_with_those_there_are() -> None:
    with pytest.raises(FiredrillError) as error:
        require_workers(Choice(workers=("shop", "chad")), list(MONITORS))
    assert str(error.value) == "Worker 'chad' does not exist (did you mean 'chat'?); there are chat, shop."


def test_an_unknown_scenario_is_answered_with_those_there_are() -> None:
    assert refusal(Choice(scenarios=("calm", "brocken"))) == (
        "scenario 'brocken' does not exist (did you mean 'broken'?); there are broken, calm, slow."
    )


KNOWN = "there are Cart/silence, errors, latency."


def test_an_unknown_monitor_is_answered_with_those_there_are() -> None:
    assert refusal(Choice(monitors=("erors",))) == f"monitor 'erors' does not exist (did you mean 'errors'?); {KNOWN}"


def test_an_unknown_monitor_cannot_be_explained() -> None:
    assert refusal(Choice(explain="erors")) == f"monitor 'erors' does not exist (did you mean 'errors'?); {KNOWN}"
