"""What can be asked of a drill, and what exempts a monitor from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from firedrill.drill.choice import (
    EXEMPTIONS,
    Choice,
    exemptions,
    means,
    require_names,
    require_workers,
    useless,
)
from firedrill.vendors.errors import FiredrillError

MONITORS = {"shop": ("latency", "errors", "Cart/silence"), "chat": ("errors",)}
SCENARIOS = {"shop": ("slow", "broken"), "chat": ("calm",)}


def refusal(choice: Choice) -> str:
    with pytest.raises(FiredrillError) as error:
        require_names(choice, SCENARIOS, MONITORS)
    return str(error.value)


def exempt(root: Path, text: str) -> dict[str, str]:
    (root / EXEMPTIONS).write_text(text)
    return exemptions(root, MONITORS)


def exemption_refusal(root: Path, text: str) -> str:
    with pytest.raises(FiredrillError) as error:
        exempt(root, text)
    return str(error.value)


@pytest.mark.parametrize("given", ["silence", "Cart/silence", "shop/Cart/silence"])
def test_the_beginning_of_a_name_may_be_left_out(given: str) -> None:
    assert means(given, "shop", "Cart/silence")


@pytest.mark.parametrize("given", ["ilence", "shop/silence", "chat/Cart/silence", "shop"])
def test_another_name_is_not_meant(given: str) -> None:
    assert not means(given, "shop", "Cart/silence")


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
    assert str(error.value) == "Worker 'chad' does not exist; there are chat, shop."


def test_an_unknown_scenario_is_answered_with_those_there_are() -> None:
    assert refusal(Choice(scenarios=("calm", "brocken"))) == (
        "scenario 'brocken' does not exist; there are broken, calm, slow."
    )


KNOWN = "there are Cart/silence, errors, latency."


def test_an_unknown_monitor_is_answered_with_those_there_are() -> None:
    assert refusal(Choice(monitors=("erors",))) == f"monitor 'erors' does not exist; {KNOWN}"


def test_an_unknown_monitor_cannot_be_explained() -> None:
    assert refusal(Choice(explain="erors")) == f"monitor 'erors' does not exist; {KNOWN}"


def test_no_monitor_is_exempt_without_the_file(tmp_path: Path) -> None:
    assert exemptions(tmp_path, MONITORS) == {}


def test_exemptions_are_read_with_their_reasons(tmp_path: Path) -> None:
    text = "# The vendor tests this one: we cannot.\n\nerrors: fires once a year: on New Year\n  latency :  by hand \n"
    assert exempt(tmp_path, text) == {"errors": "fires once a year: on New Year", "latency": "by hand"}


@pytest.mark.parametrize("line", ["errors", "errors:", "errors:   "])
def test_an_exemption_without_a_reason_is_refused_with_its_line(tmp_path: Path, line: str) -> None:
    assert exemption_refusal(tmp_path, f"# reasons\n{line}\n") == (
        f"drill-exemptions.txt line 2: {line!r} has no reason; write 'monitor: reason'."
    )


def test_an_exemption_of_an_unknown_monitor_is_refused(tmp_path: Path) -> None:
    assert exemption_refusal(tmp_path, "erors: never fires\n") == (
        f"drill-exemptions.txt: monitor 'erors' does not exist; {KNOWN}"
    )


def test_an_exemption_names_monitors_of_every_worker_or_of_one(tmp_path: Path) -> None:
    assert exempt(tmp_path, "chat/errors: by hand\nsilence: never\n") == {"chat/errors": "by hand", "silence": "never"}


def test_an_exemption_of_monitors_that_are_all_proven_is_useless() -> None:
    exempted = ["errors", "shop/errors", "shop/latency"]
    unproven = {"shop": ("latency",), "chat": ("errors",)}
    assert useless(exempted, MONITORS, unproven) == ["drill-exemptions.txt: shop/errors is proven, remove its line"]


def test_an_exemption_of_a_monitor_that_was_not_judged_is_left_alone() -> None:
    assert useless(["shop/errors"], {"chat": ("errors",)}, {}) == []
