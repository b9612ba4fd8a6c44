"""A night of trouble: storage that fails for 40 minutes, a deployment, latency that flaps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from firedrill.drill.compiled import compile_workers
from firedrill.drill.night import NEEDED, Night, night, scenario_of
from firedrill.drill.plan import plan_of
from firedrill.drill.record import Recorder
from firedrill.report.night import lines, to_json
from firedrill.resources import DOWNTIME_SCHEDULE, MONITOR, MONITOR_NOTIFICATION_RULE, Resource
from firedrill.scenarios.scenario import Scenario
from tests.json_schemas import as_its_schema_says

ROOT = Path(__file__).resolve().parents[2]
CHAT = "@slack-conversation-state-dev"

WHEN = ("before", "after")


def resource(token: str, inputs: dict[str, Any]) -> Resource:
    return Resource(token, "r", f"urn:pulumi:dev::p::{token}::r", "1", inputs)


def routed(rendered: Iterable[Resource]) -> list[Resource]:
    """The stack whose messages name nobody: a rule tells what they told, a window mutes do-latency."""
    changed = [
        replace(
            each,
            inputs={
                **each.inputs,
                "message": str(each.inputs["message"]).replace(f" {CHAT}", ""),
                "tags": [*each.inputs["tags"], *(["tell:chat"] if CHAT in each.inputs["message"] else [])],
            },
        )
        if each.type == MONITOR
        else each
        for each in rendered
    ]
    rule: dict[str, Any] = {
        "name": "chat",
        "filter": {"scope": "env:dev AND tell:chat"},
        "recipients": [CHAT.removeprefix("@")],
        "bundleConfig": {"duration": 1800},
    }
    window: dict[str, Any] = {
        "scope": "*",
        "monitorIdentifier": {"monitorTags": ["monitor:do-latency"]},
        "recurringSchedule": {
            "recurrences": [{"rrule": "FREQ=WEEKLY;BYDAY=TU,TH", "duration": "30m", "start": "2027-01-05T03:00:00"}],
            "timezone": "Europe/Paris",
        },
    }
    return [*changed, resource(MONITOR_NOTIFICATION_RULE, rule), resource(DOWNTIME_SCHEDULE, window)]


@pytest.fixture(scope="module")
def nights(rendered: list[Resource], recorder: Recorder) -> dict[str, Night]:
    found = {}
    for name, resources in (("as it is", rendered), ("routed", routed(rendered))):
        (worker,) = compile_workers(resources)
        plan = plan_of(worker, ROOT)
        scenario = scenario_of(plan)
        assert scenario is not None
        takes = recorder(plan.deployment, plan.takes([scenario]), lambda done, of_all: None)
        found[name] = night(worker, plan.healthy, scenario, takes, ROOT)
    return found


def test_without_rules_and_downtimes_each_notification_is_a_message(nights: dict[str, Night]) -> None:
    as_it_is = nights["as it is"]
    assert as_it_is.before == as_it_is.after
    assert as_it_is.muted == {}
    assert sum(as_it_is.before[CHAT]) > 20
    assert all(as_it_is.before[CHAT])  # in each part of the night


def test_rules_tell_whom_messages_told_and_bundles_do_so_seldom(nights: dict[str, Night]) -> None:
    found = nights["routed"]
    assert found.before == nights["as it is"].before
    assert 0 < sum(found.after[CHAT]) <= sum(found.before[CHAT]) / 4


def test_a_window_mutes_what_a_deployment_causes_and_is_told(nights: dict[str, Night]) -> None:
    routed = nights["routed"]
    assert routed.muted.keys() == {"do-latency"}
    told = list(lines("dev", {"shop": routed, "other": None}))
    assert f"  muted in the deployment: {routed.muted['do-latency']} of do-latency" in told
    assert "other: its storage cannot fail, so there is no such night" in told
    assert "modelled: each recurrence of a downtime begins and ends as a downtime of its own" in told


def test_a_night_is_printed_as_json_with_its_sums(nights: dict[str, Night]) -> None:
    document = as_its_schema_says("night", to_json("dev", {"shop": nights["routed"], "other": None}))
    shop, other = document["nights"]
    assert other == {"worker": "other", "without": "its storage cannot fail, so there is no such night"}
    (chat,) = [each for each in shop["handles"] if each["handle"] == CHAT]
    assert (chat["before"], chat["after"]) == tuple(sum(each[when] for each in chat["parts"]) for when in WHEN)
    assert [each["begin"] for each in shop["parts"][1:]] == [each["end"] for each in shop["parts"][:-1]]


def test_a_worker_without_failing_storage_has_no_such_night(rendered: list[Resource]) -> None:
    (worker,) = compile_workers(rendered)
    plan = plan_of(worker, ROOT)
    assert scenario_of(plan) is not None
    assert scenario_of(replace(plan, scenarios=plan.scenarios[:1])) is None


def test_a_night_of_a_worker_with_several_classes_strikes_all_of_them(rendered: list[Resource]) -> None:
    (worker,) = compile_workers(rendered)
    plan = plan_of(worker, ROOT)

    def of_each_class(scenario: Scenario) -> list[Scenario]:
        (phase,) = scenario.fault
        struck = [
            replace(
                phase, take=replace(phase.take, faults=replace(phase.take.faults, classes=(name,), storage_slow_ms=ms))
            )
            for name, ms in (("Board", 900), ("Counter", 1500))
        ]
        return [
            replace(scenario, name=f"{each.take.faults.classes[0]}/{scenario.name}", fault=(each,)) for each in struck
        ]

    needed = [each for each in plan.scenarios if each.name in NEEDED]
    found = scenario_of(replace(plan, scenarios=tuple(each for one in needed for each in of_each_class(one))))
    assert found is not None
    faults = {phase.take.name: phase.take.faults for phase in found.fault if phase.take.faults.classes}
    assert {name: each.classes for name, each in faults.items()} == dict.fromkeys(NEEDED, ("Board", "Counter"))
    assert faults["storage-slow"].storage_slow_ms == 1500
