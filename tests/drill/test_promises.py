"""What a stack promises is held against its monitors: whom they tell, by when, of what size, for each group."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from firedrill.drill.choice import Choice
from firedrill.drill.compiled import compile_workers
from firedrill.drill.drill import drill_resources
from firedrill.drill.expected import unkept
from firedrill.drill.plan import plan_of
from firedrill.drill.record import Recorder
from firedrill.drill.result import WorkerResult
from firedrill.drill.stages import Stages
from firedrill.render import render
from firedrill.resources import LOGS_METRIC, LOGS_PIPELINE, MONITOR, Resource, of_type
from tests.drill.test_mutations import mutated

pytestmark = pytest.mark.workerd

ROOT = Path(__file__).resolve().parents[2]
Drill = Callable[..., WorkerResult]


@pytest.fixture
def drill(recorder: Recorder) -> Drill:
    """Drill resources in some scenarios."""

    def run(resources: Sequence[Resource], *scenarios: str) -> WorkerResult:
        choice = Choice(root=ROOT, scenarios=scenarios)
        (result,) = drill_resources(
            resources, choice, Stages(Console(file=io.StringIO())), record=recorder
        ).result.workers
        return result

    return run


def problems(result: WorkerResult, monitor: str) -> list[str]:
    (verdict,) = [each for each in result.verdicts if each.monitor == monitor]
    return list(verdict.problems)


def said(resources: Sequence[Resource], monitor: str, old: str, new: str) -> list[Resource]:
    """The resources with another message of a monitor."""

    def change(inputs: dict[str, Any]) -> None:
        inputs["message"] = inputs["message"].replace(old, new)

    return mutated(resources, MONITOR, change, f"-{monitor}")


def test_a_danger_at_its_size_is_told_and_below_it_nobody_is(drill: Drill, rendered: list[Resource]) -> None:
    result = drill(rendered, "one-operation-fails@1.8", "one-operation-fails@1")
    assert problems(result, "do-errors") == []


@pytest.mark.parametrize(
    ("old", "new", "wrong"),
    [
        (" @slack-conversation-state-dev", "", "it tells nobody, not @slack-conversation-state-dev"),
        ("{{#is_alert}}", "{{#is_warning}}", "it tells nobody, not @slack-conversation-state-dev"),
        ("{{value}}", "many", "its message does not say its value"),
        ("{{threshold}}", "few", "its message does not say its threshold"),
        ("{{operation.name}}", "Something", "its message does not say the group's"),
        ("/runbooks/do-errors.md", "/runbooks/cpu-p99.md", "its message does not say the runbook"),
    ],
)
def test_an_alert_has_to_reach_its_handle_and_to_say_what_is_wrong(
    drill: Drill, rendered: list[Resource], old: str, new: str, wrong: str
) -> None:
    broken = said(rendered, "do-errors", old, new)
    if "is_warning" in new:
        broken = said(broken, "do-errors", "{{/is_alert}}", "{{/is_warning}}")
    problem, *_ = problems(drill(broken, "one-operation-fails@1.8"), "do-errors")
    assert problem.startswith("do-errors went to Alert in scenario one-operation-fails@1.8, but ")
    assert wrong in problem


def test_the_recovery_has_to_reach_the_handle_too(drill: Drill, rendered: list[Resource]) -> None:
    broken = said(rendered, "do-errors", "is_recovery", "is_unknown")
    problem, *_ = problems(drill(broken, "one-operation-fails@1.8"), "do-errors")
    assert problem.startswith("do-errors recovered in scenario one-operation-fails@1.8, but")
    assert "@slack-conversation-state-dev" in problem


def test_a_message_has_to_show_its_numbers_in_every_alert_that_it_could_tell(
    drill: Drill, rendered: list[Resource]
) -> None:
    broken = said(rendered, "telemetry-silent", "{{threshold}}", "few")
    assert problems(drill(broken, "delivery-stopped"), "telemetry-silent") == [
        "telemetry-silent would not say its threshold in an alert"
    ]


def test_silence_that_is_shown_but_not_notified_is_not_proven(drill: Drill, rendered: list[Resource]) -> None:
    broken = mutated(rendered, MONITOR, lambda inputs: inputs.update(onMissingData="show_no_data"), "telemetry-silent")
    problem, *_ = problems(drill(broken, "delivery-stopped"), "telemetry-silent")
    assert problem == "telemetry-silent went to No Data in scenario delivery-stopped, but nobody is told"


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"renotifyInterval": 1440}, "reminds every 1440 minutes; promised are 240"),
        ({"renotifyOccurrences": 50}, "reminds 50 times; promised are 1"),
        ({"renotifyStatuses": ["warn"]}, "does not remind in the states alert, no data"),
        ({"escalationMessage": "Still there. @slack-nobody"}, "escalates to @slack-nobody, who is promised nothing"),
        ({"timeoutH": 1}, "resolves itself after 1 h without data (timeout_h), and tells nobody that it is over"),
        ({"notificationPresetName": "hide_all"}, "hides a part of what it says (notification_preset_name is hide_all)"),
        ({"priority": "5"}, "its priority is P5, not P2"),
    ],
)
def test_reminders_escalation_and_priority_are_part_of_the_promise(
    drill: Drill, rendered: list[Resource], change: dict[str, Any], wrong: str
) -> None:
    broken = mutated(rendered, MONITOR, lambda inputs: inputs.update(change), "do-errors")
    found = problems(drill(broken, "one-operation-fails@1.8"), "do-errors")
    assert any(wrong in problem for problem in found), found


@pytest.mark.parametrize(("monitor", "old", "new"), [("do-errors", "> 5", ">= 5"), ("-low-traffic", "< 25", "<= 25")])
def test_an_alert_begins_beyond_its_threshold(
    drill: Drill, rendered: list[Resource], monitor: str, old: str, new: str
) -> None:
    def change(inputs: dict[str, Any]) -> None:
        inputs["query"] = inputs["query"].replace(old, new)

    broken = drill(mutated(rendered, MONITOR, change, monitor), "one-operation-fails@1.8")
    wrong = f"alerts at its threshold ({new.split()[0]}); what is promised is beyond it"
    assert any(wrong in problem for each in broken.verdicts for problem in each.problems)


def test_every_promise_of_prod_is_kept_by_what_it_declares() -> None:
    (worker,) = compile_workers(render("prod", ROOT))
    assert [failure.text for failure in unkept(worker)] == []


def test_a_dead_namesake_is_judged_by_itself(drill: Drill, rendered: list[Resource]) -> None:
    (monitor,) = [each for each in of_type(rendered, MONITOR) if each.name.endswith("-do-errors")]
    query = monitor.inputs["query"].replace("conversation_state.", "conversation_stale.")
    inputs = {**monitor.inputs, "name": "Another", "query": query}
    again = replace(monitor, name="again", urn=f"{monitor.urn}-again", id="42", inputs=inputs)
    result = drill([*rendered, again], "one-operation-fails@1.8")
    title = monitor.inputs["name"]
    assert problems(result, f"do-errors ({title}, {monitor.id})") == []
    (problem,) = problems(result, "do-errors (Another, 42)")
    assert problem.startswith("do-errors (Another, 42) never went to Alert")


def test_an_evaluation_delay_does_not_move_the_promise(drill: Drill, rendered: list[Resource]) -> None:
    broken = mutated(rendered, MONITOR, lambda inputs: inputs.update(evaluationDelay=1200), "do-errors")
    (problem,) = problems(drill(broken, "storage-failing"), "do-errors")
    assert problem == "do-errors took 22 minutes to alert in scenario storage-failing; what is promised is 10"


@pytest.mark.parametrize("critical", ["50", "2"])
def test_a_threshold_beside_the_size_of_its_danger_is_not_proven(
    drill: Drill, rendered: list[Resource], critical: str
) -> None:
    def change(inputs: dict[str, Any]) -> None:
        inputs["monitorThresholds"] = {"critical": critical}
        inputs["query"] = inputs["query"].replace("> 5", f"> {critical}")

    result = drill(mutated(rendered, MONITOR, change, "do-errors"), "one-operation-fails@1.8", "one-operation-fails@1")
    (problem, *_) = problems(result, "do-errors")
    assert ("never went to Alert" if critical == "50" else "which does not explain it") in problem


def test_one_failure_in_a_quiet_night_may_wake_nobody(drill: Drill, rendered: list[Resource]) -> None:
    assert problems(drill(rendered, "requests-fail@night"), "worker-5xx") == []

    def lower(inputs: dict[str, Any]) -> None:
        inputs["monitorThresholds"] = {"critical": "5"}
        inputs["query"] = inputs["query"].replace("< 25", "< 5")

    result = drill(mutated(rendered, MONITOR, lower, "monitors-low-traffic"), "requests-fail@night")
    problem, *_ = problems(result, "worker-5xx")
    assert problem == "worker-5xx went to Alert in scenario requests-fail@night, which does not explain it"


def test_an_outcome_that_the_pipeline_does_not_know_is_missed(drill: Drill, rendered: list[Resource]) -> None:
    def misspell(inputs: dict[str, Any]) -> None:
        for each in inputs["processors"]:
            for category in each.get("categoryProcessor", {}).get("categories", ()):
                query = category["filter"]["query"]
                category["filter"]["query"] = query.replace("exceededMemory", "exceededMemry")

    (problem,) = problems(drill(mutated(rendered, LOGS_PIPELINE, misspell), "memory-exceeded"), "exceeded-limits")
    assert problem == "exceeded-limits never went to Alert in scenario memory-exceeded"


def test_another_pipeline_that_rewrites_an_attribute_is_run_too(drill: Drill, rendered: list[Resource]) -> None:
    (pipeline,) = of_type(rendered, LOGS_PIPELINE)
    every = {"name": "ok", "filter": {"query": "*"}}
    rewrites = {"name": "all", "isEnabled": True, "target": "telemetry.result", "categories": [every]}
    inputs = {**pipeline.inputs, "name": "another", "processors": [{"categoryProcessor": rewrites}]}
    other = replace(pipeline, name="another", urn="urn:another", id="99", parent="", inputs=inputs)
    assert problems(drill([*rendered, other], "storage-failing"), "do-errors")


def test_each_operation_that_fails_has_to_be_told_of(drill: Drill, rendered: list[Resource]) -> None:
    def forget(inputs: dict[str, Any]) -> None:
        inputs["filter"]["query"] = inputs["filter"]["query"].replace(" OR clear)", ")")

    (problem,) = problems(drill(mutated(rendered, LOGS_METRIC, forget, "-do-errors"), "storage-failing"), "do-errors")
    assert problem == (
        "do-errors never went to Alert for operation:clear,error_category:storage in scenario storage-failing"
    )


def test_a_danger_that_no_monitor_is_there_to_tell_is_a_finding(drill: Drill, rendered: list[Resource]) -> None:
    left = [each for each in rendered if not each.name.endswith("-do-errors")]
    assert (
        "nobody tells the danger one-operation-fails of ConversationStateDO: do-errors is not declared; declare it,"
        " or set firedrill:dangers.one-operation-fails to false"
    ) in drill(left, "healthy").problems


def test_a_part_that_hides_what_it_says_is_a_finding(drill: Drill, rendered: list[Resource]) -> None:
    broken = mutated(
        rendered, MONITOR, lambda inputs: inputs.update(notificationPresetName="hide_all"), "do-low-traffic"
    )
    assert problems(drill(broken, "healthy"), "do-low-traffic") == [
        "do-low-traffic hides a part of what it says (notification_preset_name is hide_all)"
    ]


def test_a_part_that_tells_somebody_is_a_finding(drill: Drill, rendered: list[Resource]) -> None:
    broken = said(rendered, "worker-5xx-rate", "above {{threshold}}%.", "above {{threshold}}%. @on-call")
    assert problems(drill(broken, "healthy"), "worker-5xx-rate") == [
        "worker-5xx-rate tells @on-call although it is a part of another monitor and tells no danger"
    ]


def test_an_alert_ends_where_traffic_ends_with_the_fault(drill: Drill, rendered: list[Resource]) -> None:
    assert problems(drill(rendered, "operations-slow@then-nothing"), "do-latency") == []


@pytest.mark.parametrize("missing", ["default", "show_no_data"])
def test_an_alert_that_missing_data_keeps_is_not_proven(drill: Drill, rendered: list[Resource], missing: str) -> None:
    broken = mutated(rendered, MONITOR, lambda inputs: inputs.update(onMissingData=missing), "do-latency")
    problem, *_ = problems(drill(broken, "operations-slow@then-nothing"), "do-latency")
    assert problem == "do-latency did not recover after the fault of scenario operations-slow@then-nothing"


def test_no_alert_has_to_end_where_missing_traffic_is_what_it_tells(rendered: list[Resource]) -> None:
    worker = compile_workers(rendered)[0]
    made = {each.name for each in plan_of(worker, ROOT).scenarios}
    assert "operations-slow@then-nothing" in made
    assert not {f"{each}@then-nothing" for each in ("traffic-drop", "telemetry-silent", "telemetry-late")} & made
