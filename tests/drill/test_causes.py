"""The cause of each kind of failure: the value, the minute and the threshold of the scenario that it is of."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from firedrill.drill.choice import Choice
from firedrill.drill.compiled import CompiledWorker
from firedrill.drill.drill import drill_resources
from firedrill.drill.plan import Plan, read_bundle
from firedrill.drill.stages import Stages
from firedrill.resources import DOWNTIME_SCHEDULE, Resource
from firedrill.runtime.deployment import Deployment
from firedrill.runtime.take import Take
from firedrill.scenarios.scenario import Phase, Scenario, TakeSpec

Tiny = Callable[..., list[Resource]]
OUTCOMES = {
    "healthy": ["ok"] * 4,
    "failing": ["ok", "exception", "exception", "ok"],
    "worse": ["exception"] * 4,
    "flaky": ["ok", "ok", "ok", "exception"],
    "idle": [],
}


def scenario(name: str, take: str, *fires: str, state: str = "Alert", after: int = 12) -> Scenario:
    return Scenario(name, "Something.", (Phase(10, TakeSpec(take, ())),), dict.fromkeys(fires, state), after=after)


BROKEN, CALM = scenario("broken", "failing", "failures"), scenario("calm", "healthy")
Causes = Callable[..., dict[str, str]]


@pytest.fixture
def causes(tmp_path: Path, stages: Stages, take: Callable[..., Take]) -> Causes:
    """What is wrong with a tiny stack in scenarios, each with its cause."""
    (tmp_path / "t.mjs").write_text("export default {};")

    def record(deployment: Deployment, specs: Iterable[TakeSpec], progress: object) -> dict[str, Take]:
        return {spec.name: take(OUTCOMES[spec.name]) for spec in specs}

    def run(resources: list[Resource], *scenarios: Scenario) -> dict[str, str]:
        def planned(service: CompiledWorker, root: Path) -> Plan:
            return Plan(Deployment(service.script, read_bundle(service, root)), TakeSpec("healthy", ()), scenarios)

        names = tuple(each.name for each in scenarios)
        (worker,) = drill_resources(
            resources, Choice(root=tmp_path, scenarios=names), stages, planned, record
        ).result.workers
        failures = [failure for verdict in worker.verdicts for failure in verdict.failures]
        return {failure.text: worker.causes.get(failure, "") for failure in failures}

    return run


def failures_over(threshold: str, window: str = "5m") -> dict[str, str]:
    return {"failures": f"sum(last_{window}):sum:tiny.failures{{*}}.as_count() > {threshold}"}


def test_a_monitor_that_does_what_it_should_has_nothing_to_explain(causes: Causes, tiny: Tiny) -> None:
    assert causes(tiny(), BROKEN, CALM) == {}


def test_a_monitor_that_never_fires_in_two_scenarios_has_the_value_of_each(causes: Causes, tiny: Tiny) -> None:
    worse = scenario("worse", "worse", "failures")
    assert causes(tiny(failures_over("3000")), BROKEN, worse) == {
        "failures never went to Alert in scenario broken": (
            "its highest value was 8 (5 min into the fault); it alerts at > 3000"
        ),
        "failures never went to Alert in scenario worse": (
            "its highest value was 17 (5 min into the fault); it alerts at > 3000"
        ),
    }


def test_a_monitor_that_fires_in_a_foreign_scenario_has_the_value_there(causes: Causes, tiny: Tiny) -> None:
    foreign = scenario("foreign", "worse")
    assert causes(tiny(), BROKEN, foreign) == {
        "failures went to Alert in scenario foreign, which does not explain it": (
            "2 min into the fault its value was 4; it alerts at > 3"
        ),
    }


def test_a_warning_in_a_foreign_scenario_has_the_threshold_of_warnings(causes: Causes, tiny: Tiny) -> None:
    thresholds = {"critical": 30, "warning": 3}
    found = causes(tiny(failures_over("30"), monitor={"monitorThresholds": thresholds}), scenario("foreign", "failing"))
    assert found == {
        "failures went to Warn in scenario foreign, which does not explain it": (
            "3 min into the fault its value was 4; it warns at > 3"
        ),
    }


def test_missing_data_in_a_foreign_scenario_has_the_option_that_decides(causes: Causes, tiny: Tiny) -> None:
    silence = {"silence": "sum(last_5m):sum:tiny.runs{*}.as_count() < 0"}
    declared = tiny(silence, monitor={"onMissingData": "show_and_notify_no_data"})
    assert causes(declared, scenario("foreign", "idle")) == {
        "silence went to No Data in scenario foreign, which does not explain it": (
            "5 min into the fault its query returned nothing (no data); on_missing_data is show_and_notify_no_data"
        ),
    }


def test_a_composite_in_a_foreign_scenario_has_the_states_of_its_parts(causes: Causes, tiny: Tiny) -> None:
    parts = {**failures_over("3"), "traffic": "sum(last_5m):sum:tiny.runs{*}.as_count() > 2"}
    ids = {resource.name: resource.id for resource in tiny(parts)}
    declared = tiny({**parts, "both": f"{ids['failures']} && {ids['traffic']}"}, monitor={"message": "@on-call"})
    found = causes(declared, scenario("foreign", "failing"))
    assert found["both went to Alert in scenario foreign, which does not explain it"] == (
        "3 min into the fault failures was in Alert and traffic was in Alert"
    )


def test_a_window_that_is_too_long_to_recover_is_named(causes: Causes, tiny: Tiny) -> None:
    assert causes(tiny(failures_over("3", "30m")), BROKEN) == {
        "failures did not recover after the fault of scenario broken": (
            "12 min after the fault its value was 20; it alerts at > 3;"
            " its window and delay of 30 min still reached back into the fault"
        ),
    }


def test_a_value_that_stays_above_the_recovery_threshold_is_named(causes: Causes, tiny: Tiny) -> None:
    gone_on = Scenario(
        "gone-on",
        "It goes on.",
        (Phase(5, TakeSpec("healthy", ())), Phase(5, TakeSpec("failing", ()))),
        {"traffic": "Alert"},
        after=12,
    )
    declared = tiny(
        {"traffic": "sum(last_5m):sum:tiny.runs{*}.as_count() + sum:tiny.failures{*}.as_count() > 22"},
        monitor={"monitorThresholds": {"critical": 22, "criticalRecovery": 15}},
    )
    assert causes(declared, gone_on) == {
        "traffic did not recover after the fault of scenario gone-on": (
            "12 min after the fault its value was 16; it recovers at <= 15"
        ),
    }


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"onMissingData": "show_no_data"}, "so it shows No Data; on_missing_data is show_no_data"),
        ({"onMissingData": None}, "so it stayed in Alert; on_missing_data is not set, notify_no_data is off"),
    ],
)
def test_data_that_ends_with_the_fault_is_named_with_the_option_that_keeps_the_state(
    causes: Causes, tiny: Tiny, options: dict[str, Any], said: str
) -> None:
    declared = tiny({"failures": "avg(last_5m):avg:tiny.failures{*} > 0.5"}, monitor=options)
    ((problem, why),) = causes(declared, BROKEN).items()
    assert problem == "failures did not recover after the fault of scenario broken"
    assert why == f"its query returned nothing from 5 min after the fault on, {said}"


def test_a_late_alert_has_the_value_that_came_before_it(causes: Causes, tiny: Tiny) -> None:
    slow = Scenario(
        "slow",
        "It gets worse.",
        (Phase(12, TakeSpec("flaky", ())), Phase(8, TakeSpec("worse", ()))),
        {"failures": "Alert"},
        after=12,
    )
    ((problem, why),) = causes(tiny(failures_over("6")), slow).items()
    assert problem == "failures took 14 minutes to alert in scenario slow; its window and delay allow 8"
    assert why.endswith(
        "until then its highest value was 5 (13 min into the fault); 14 min into the fault its value was 7;"
        " it alerts at > 6"
    )


def test_a_late_recovery_has_what_kept_the_state(causes: Causes, tiny: Tiny) -> None:
    average = {"failures": "avg(last_5m):avg:tiny.failures{*} > 0.5"}
    tail = scenario("tail", "failing", "failures", after=80)
    ((problem, why),) = causes(tiny(average, monitor={"onMissingData": None, "timeoutH": 1}), tail).items()
    assert "minutes to recover in scenario tail; its window and delay allow 8" in problem
    assert why == (
        "its query returned nothing from 5 min after the fault on, so it stayed in Alert;"
        " on_missing_data is not set, notify_no_data is off"
    )


def test_a_monitor_that_was_in_alert_before_the_fault_has_its_value_then(causes: Causes, tiny: Tiny) -> None:
    early = tiny({"failures": "sum(last_5m):sum:tiny.runs{*}.as_count() > 3"})
    assert causes(early, BROKEN) == {
        "failures was in Alert before the fault of scenario broken began": (
            "15 min before the fault its value was 16; it alerts at > 3"
        ),
    }


def test_a_monitor_that_has_to_miss_data_and_has_some_is_told_so(causes: Causes, tiny: Tiny) -> None:
    silence = {"silence": "sum(last_5m):sum:tiny.runs{*}.as_count() < 0"}
    declared = tiny(silence, monitor={"onMissingData": "show_and_notify_no_data"})
    assert causes(declared, scenario("broken", "failing", "silence", state="No Data")) == {
        "silence never went to No Data in scenario broken": (
            "its query had a value at every evaluation while the fault lasted, so no data was missing"
        ),
    }


def test_a_monitor_that_keeps_its_state_without_data_is_told_so(causes: Causes, tiny: Tiny) -> None:
    silence = {"silence": "avg(last_5m):avg:tiny.runs{*} < 0"}
    declared = tiny(silence, monitor={"onMissingData": None})
    assert causes(declared, scenario("stopped", "idle", "silence", state="No Data")) == {
        "silence never went to No Data in scenario stopped": (
            "6 evaluations had no data (no data, last known status kept); on_missing_data is not set,"
            " notify_no_data is off"
        ),
    }


def test_a_downtime_that_mutes_is_named(causes: Causes, tiny: Tiny) -> None:
    inputs = {"scope": "*", "monitorIdentifier": {"monitorTags": ["*"]}}
    downtime = Resource(DOWNTIME_SCHEDULE, "quiet", f"urn:pulumi:test::tiny::{DOWNTIME_SCHEDULE}::quiet", "7", inputs)
    assert causes([*tiny(), downtime], BROKEN) == {
        "failures went to Alert in scenario broken, but a downtime mutes it, so nobody is notified": (
            "the downtime of '*' covers it; simulated time is 2026-01-05"
        ),
    }
