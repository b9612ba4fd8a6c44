"""From changes of state to verdicts, on histories written by hand."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from firedrill.drill.judge import judge
from firedrill.drill.verdicts import Change, Expected, MonitorVerdict, Proof, ScenarioRun
from firedrill.scenarios.scenario import Phase, Scenario, TakeSpec

MINUTE_MS = 60_000
BEGIN, END, OVER = 100, 120, 160
"""Minutes at which the fault begins and ends, and the run is over."""
ALLOWED = 9
FAULT = (Phase(END - BEGIN, TakeSpec("broken", ())),)


def change(minute: int, state: str, group: str = "", monitor: str = "errors", notification: str = "") -> Change:
    return Change(monitor, group, minute * MINUTE_MS, state, notification)


def ran(
    *changes: Change, name: str = "broken", fires: Mapping[str, str] | None = None, may_fire: tuple[str, ...] = ()
) -> ScenarioRun:
    """A run of a scenario in which `errors` must alert unless `fires` says otherwise."""
    fires = {"errors": "Alert"} if fires is None else fires
    scenario = Scenario(name, "Something fails.", FAULT, fires, frozenset(may_fire))
    return ScenarioRun(scenario, BEGIN * MINUTE_MS, END * MINUTE_MS, OVER * MINUTE_MS, changes)


def verdict(
    *runs: ScenarioRun, exempt: str = "", whole: bool = False, expected: Expected | None = None
) -> MonitorVerdict:
    (only,) = judge(
        {"errors": expected or Expected(ALLOWED, ALLOWED)}, runs, {"errors": exempt} if exempt else {}, whole=whole
    )
    return only


def problem(*changes: Change) -> str:
    """What is wrong with the proof by one run of the scenario."""
    (proof,) = verdict(ran(*changes)).proofs
    return proof.problem


ALERTED, RECOVERED = change(104, "Alert"), change(126, "OK")


def test_a_monitor_that_alerts_and_recovers_in_time_is_proven() -> None:
    found = verdict(ran(ALERTED, RECOVERED))
    assert found.proven
    assert found.problems == ()
    assert found.proofs == (
        Proof(
            monitor="errors",
            scenario="broken",
            state="Alert",
            began_ms=6_000_000,
            ended_ms=7_200_000,
            alerted_ms=6_240_000,
            recovered_ms=7_560_000,
            problem="",
        ),
    )


@pytest.mark.parametrize("minute", [97, BEGIN])
def test_an_alert_before_the_fault_can_have_had_an_effect_proves_nothing(minute: int) -> None:
    assert (
        problem(change(minute, "Alert"), RECOVERED) == "errors was in Alert before the fault of scenario broken began"
    )


def test_any_other_state_before_the_fault_proves_nothing_either() -> None:
    assert problem(change(98, "Warn"), change(99, "OK"), ALERTED, RECOVERED) == (
        "errors was in Warn before the fault of scenario broken began"
    )


def test_a_monitor_that_was_ok_before_the_fault_is_no_reason_to_doubt() -> None:
    assert problem(change(98, "OK"), ALERTED, RECOVERED) == ""


def test_a_monitor_that_never_alerts_is_not_proven() -> None:
    assert problem() == "errors never went to Alert in scenario broken"


def test_another_state_than_the_expected_one_is_no_proof() -> None:
    assert problem(change(104, "Warn"), change(105, "No Data"), RECOVERED) == (
        "errors never went to Alert in scenario broken"
    )


def test_no_data_can_be_what_is_expected() -> None:
    found = verdict(ran(change(104, "No Data"), RECOVERED, fires={"errors": "No Data"}))
    assert (found.proofs[0].state, found.proofs[0].alerted_ms, found.problems) == ("No Data", 104 * MINUTE_MS, ())


def test_a_monitor_that_stays_in_alert_is_not_proven() -> None:
    assert problem(ALERTED) == "errors did not recover after the fault of scenario broken"


def test_a_monitor_that_only_comes_down_to_a_warning_has_not_recovered() -> None:
    assert problem(ALERTED, change(126, "Warn")) == "errors did not recover after the fault of scenario broken"


def test_a_monitor_recovers_only_when_all_its_groups_are_ok() -> None:
    groups = (change(104, "Alert", "op:store"), change(105, "Alert", "op:clear"), change(124, "OK", "op:store"))
    assert problem(*groups) == "errors did not recover after the fault of scenario broken"


def test_a_monitor_has_recovered_when_its_last_group_is_ok() -> None:
    groups = (
        *(change(104, "Alert", "op:store"), change(105, "Alert", "op:clear")),
        *(change(124, "OK", "op:store"), change(127, "OK", "op:clear")),
    )
    (proof,) = verdict(ran(*groups)).proofs
    assert (proof.alerted_ms, proof.recovered_ms) == (104 * MINUTE_MS, 127 * MINUTE_MS)


def test_an_alert_within_the_minutes_that_are_allowed_is_in_time() -> None:
    assert problem(change(BEGIN + ALLOWED, "Alert"), RECOVERED) == ""


def test_an_alert_after_more_minutes_than_are_allowed_is_too_late() -> None:
    assert problem(change(BEGIN + ALLOWED + 1, "Alert"), RECOVERED) == (
        "errors took 10 minutes to alert in scenario broken; its window and delay allow 9"
    )


def test_a_recovery_within_the_minutes_that_are_allowed_is_in_time() -> None:
    assert problem(ALERTED, change(END + ALLOWED, "OK")) == ""


def test_a_recovery_after_more_minutes_than_are_allowed_is_too_late() -> None:
    assert problem(ALERTED, change(END + ALLOWED + 2, "OK")) == (
        "errors took 11 minutes to recover in scenario broken; its window and delay allow 9"
    )


def test_what_other_monitors_do_is_no_part_of_a_proof() -> None:
    others = (change(97, "Alert", monitor="latency"), change(103, "Alert", monitor="latency"))
    assert problem(*others, ALERTED, RECOVERED) == ""


def test_every_scenario_that_must_fire_it_gives_a_proof() -> None:
    found = verdict(ran(ALERTED, RECOVERED), ran(name="slow"))
    assert [proof.scenario for proof in found.proofs] == ["broken", "slow"]
    assert found.problems == ("errors never went to Alert in scenario slow",)


def test_leaving_ok_without_an_explanation_is_a_problem() -> None:
    found = verdict(ran(ALERTED, RECOVERED, name="calm", fires={}))
    assert found.problems == ("errors went to Alert in scenario calm, which does not explain it",)
    assert found.quiet_scenarios == 0
    assert not found.proven


def test_noise_names_the_group_and_every_time_it_happened() -> None:
    noise = (change(103, "Warn", "op:store"), change(104, "OK", "op:store"), change(109, "No Data", "op:clear"))
    assert verdict(ran(*noise, name="calm", fires={})).problems == (
        "errors went to Warn in scenario calm, which does not explain it (op:store)",
        "errors went to No Data in scenario calm, which does not explain it (op:clear)",
    )


def test_a_scenario_in_which_nothing_happens_to_the_monitor_is_a_quiet_one() -> None:
    calm = [ran(name=name, fires={"latency": "Alert"}) for name in ("calm", "calmer")]
    assert verdict(ran(ALERTED, RECOVERED), *calm).quiet_scenarios == 2


def test_coming_to_ok_is_not_noise() -> None:
    assert verdict(ran(change(90, "OK", "op:store"), fires={})).problems == ()


def test_a_monitor_that_may_fire_is_neither_noise_nor_quiet_nor_proven() -> None:
    found = verdict(ran(ALERTED, RECOVERED, fires={}, may_fire=("errors",)))
    assert (found.problems, found.quiet_scenarios, found.proofs) == ((), 0, ())


def test_a_whole_drill_misses_a_firing_proof() -> None:
    assert verdict(ran(fires={}), whole=True).problems == (
        "errors has no scenario in which it must fire: add one, or a line in drill-exemptions.txt",
    )


def test_a_whole_drill_misses_a_quiet_proof() -> None:
    assert verdict(ran(ALERTED, RECOVERED), whole=True).problems == ("errors has no scenario in which it stays quiet",)


def test_a_drill_of_chosen_scenarios_misses_no_proof() -> None:
    assert verdict(whole=False).problems == ()


def test_an_exempt_monitor_does_not_fail_the_drill_but_keeps_its_problems() -> None:
    found = verdict(ran(fires={}), exempt="fires once a year", whole=True)
    assert found.proven
    assert found.exempt == "fires once a year"
    assert found.problems == (
        "errors has no scenario in which it must fire: add one, or a line in drill-exemptions.txt",
    )


def test_each_monitor_is_judged_by_its_own_minutes_and_in_the_given_order() -> None:
    late = (
        change(107, "Alert"),
        RECOVERED,
        change(107, "Alert", monitor="latency"),
        change(126, "OK", monitor="latency"),
    )
    run = ran(*late, fires={"errors": "Alert", "latency": "Alert"})
    found = judge({"latency": Expected(6, 6), "errors": Expected(7, 7)}, [run], {}, whole=False)
    assert [(each.monitor, each.problems) for each in found] == [
        ("latency", ("latency took 7 minutes to alert in scenario broken; its window and delay allow 6",)),
        ("errors", ()),
    ]
