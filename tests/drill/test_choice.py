"""What can be asked of a drill, and what exempts a monitor from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from firedrill.drill.choice import EXEMPTIONS, Choice, chosen, exemptions, useless
from firedrill.errors import FiredrillError
from firedrill.scenarios.scenario import Phase, Scenario, TakeSpec

MONITORS = ("latency", "errors", "silence")
SCENARIOS = [Scenario(name, "Something.", (Phase(7, TakeSpec(name, ())),)) for name in ("slow", "broken", "calm")]


def names(choice: Choice) -> list[str]:
    return [scenario.name for scenario in chosen(SCENARIOS, choice, MONITORS)]


def refusal(choice: Choice) -> str:
    with pytest.raises(FiredrillError) as error:
        chosen(SCENARIOS, choice, MONITORS)
    return str(error.value)


def exempt(root: Path, text: str) -> dict[str, str]:
    (root / EXEMPTIONS).write_text(text)
    return exemptions(root, MONITORS)


def exemption_refusal(root: Path, text: str) -> str:
    with pytest.raises(FiredrillError) as error:
        exempt(root, text)
    return str(error.value)


def test_all_scenarios_run_unless_some_are_chosen() -> None:
    assert names(Choice()) == ["slow", "broken", "calm"]
    assert Choice().whole


def test_chosen_scenarios_run_in_the_order_in_which_they_are_declared() -> None:
    choice = Choice(scenarios=("calm", "slow"))
    assert names(choice) == ["slow", "calm"]
    assert not choice.whole


def test_a_chosen_monitor_is_still_drilled_in_every_scenario() -> None:
    choice = Choice(monitors=("errors",))
    assert names(choice) == ["slow", "broken", "calm"]
    assert choice.whole


def test_an_unknown_scenario_is_answered_with_those_there_are() -> None:
    assert refusal(Choice(scenarios=("calm", "brocken"))) == (
        "scenario 'brocken' does not exist; there are broken, calm, slow."
    )


def test_an_unknown_monitor_is_answered_with_those_there_are() -> None:
    assert refusal(Choice(monitors=("erors",))) == "monitor 'erors' does not exist; there are errors, latency, silence."


def test_an_unknown_monitor_cannot_be_explained() -> None:
    assert refusal(Choice(explain="erors")) == "monitor 'erors' does not exist; there are errors, latency, silence."


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
        "drill-exemptions.txt: monitor 'erors' does not exist; there are errors, latency, silence."
    )


def test_an_exemption_of_a_proven_monitor_is_useless() -> None:
    exempted = {"errors": "fires once a year", "latency": "by hand"}
    assert useless(exempted, unproven=["latency", "silence"]) == [
        "drill-exemptions.txt: errors is proven, remove its line"
    ]
