"""The shipped Worker's scenarios as data, against the monitors and metrics that the dev stack declares."""

from __future__ import annotations

import json
import re
from collections import Counter
from math import ceil
from pathlib import Path

import pytest

from firedrill.drill.compiled import CompiledWorker, allowed_minutes, compile_workers
from firedrill.drill.plan import Plan, plan_of
from firedrill.resources import Resource
from firedrill.runtime.take import Request
from firedrill.scenarios.scenario import Scenario, TakeSpec
from firedrill.vendors.datadog.monitors import Composite

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def service(rendered: list[Resource]) -> CompiledWorker:
    (found,) = compile_workers(rendered)
    return found


@pytest.fixture(scope="module")
def plan(service: CompiledWorker) -> Plan:
    return plan_of(service, ROOT)


@pytest.fixture(scope="module")
def takes(plan: Plan) -> dict[str, TakeSpec]:
    every = [plan.healthy, *(phase.take for scenario in plan.scenarios for phase in scenario.fault)]
    return {take.name: take for take in every}


@pytest.fixture(scope="module")
def windows(service: CompiledWorker) -> dict[str, int]:
    """Minutes that each monitor, by its short name, looks back from now: its window and its delay."""
    own = {
        monitor.id: (monitor.condition.query.window_s + monitor.options.evaluation_delay) / 60
        for monitor in service.organisation.monitors
        if not isinstance(monitor.condition, Composite)
    }
    composed = {
        monitor.id: max(own[part] for part in monitor.condition.ids)
        for monitor in service.organisation.monitors
        if isinstance(monitor.condition, Composite)
    }
    return {service.names[id_]: ceil(minutes) for id_, minutes in {**own, **composed}.items()}


def conversations(take: TakeSpec) -> set[str]:
    """The ids of the objects that a take's requests reach; ids that are too long reach none."""
    found = (re.match(r"/conversations/([^/]{1,200})/", request.path) for request in take.requests)
    return {match[1] for match in found if match}


def everyday(plan: Plan, session: str) -> list[Request]:
    return [request for request in plan.healthy.requests if request.session == session]


def test_every_scenario_has_a_name_of_its_own(plan: Plan) -> None:
    assert [name for name, count in Counter(scenario.name for scenario in plan.scenarios).items() if count > 1] == []


def test_a_name_stands_for_one_take(plan: Plan, takes: dict[str, TakeSpec]) -> None:
    for phase in (phase for scenario in plan.scenarios for phase in scenario.fault):
        assert takes[phase.take.name] == phase.take


def test_the_ids_of_a_take_carry_its_name(takes: dict[str, TakeSpec]) -> None:
    for name, take in takes.items():
        assert conversations(take)
        assert {id_ for id_ in conversations(take) if not re.fullmatch(rf"{name}-\d+", id_)} == set()


def test_everyday_conversations_store_then_ask_then_end(plan: Plan) -> None:
    assert [(request.method, request.path) for request in everyday(plan, "healthy-8")] == [
        ("POST", "/conversations/healthy-8/tools"),
        ("GET", "/conversations/healthy-8/tools/toolu_0"),
        ("DELETE", "/conversations/healthy-8/tools/toolu_1"),
    ]


def test_callers_mistakes_are_of_every_kind(takes: dict[str, TakeSpec]) -> None:
    added = [request for request in takes["malformed-requests"].requests if request.session == "malformed-requests-17"]
    assert Counter(request.method for request in added) == {"GET": 2, "PATCH": 1, "POST": 3}
    assert max(len(request.body or "") for request in added) > 65_536


def test_what_the_gateway_does_not_repeat_is_not_asked_of_it(takes: dict[str, TakeSpec]) -> None:
    assert {request.method for request in takes["unreachable-recovered"].requests} == {"POST", "GET"}


def test_overlapping_calls_go_to_one_object(takes: dict[str, TakeSpec]) -> None:
    overlapping = [request for request in takes["overlapping-calls"].requests if request.overlaps]
    assert len(overlapping) == 32
    assert {request.path for request in overlapping} == {"/conversations/overlapping-calls-0/tools/toolu_0"}


def test_a_burst_stores_no_tool_twice(takes: dict[str, TakeSpec]) -> None:
    mine = [request for request in takes["store-burst"].requests if request.session == "store-burst-7"]
    stored = [entry["tool_use_id"] for request in mine for entry in json.loads(request.body or "")]
    assert len(stored) == len(set(stored)) == 24


def test_nothing_is_left_out(plan: Plan) -> None:
    assert plan.skipped == {}


def test_every_monitor_has_a_scenario_that_fires_it(plan: Plan, service: CompiledWorker) -> None:
    fired = {monitor for scenario in plan.scenarios for monitor in scenario.fires}
    assert set(service.names.values()) - fired == set()


def test_every_monitor_has_a_scenario_in_which_it_stays_quiet(plan: Plan, service: CompiledWorker) -> None:
    for monitor in service.names.values():
        assert any(monitor not in {*scenario.fires, *scenario.may_fire} for scenario in plan.scenarios)


def test_the_metrics_of_a_scenario_exist(plan: Plan, service: CompiledWorker) -> None:
    groups = {
        name: {group.tag_name for group in each.group_by}
        for name, each in service.organisation.logging.metrics.definitions.items()
    }
    for scope in (scope for scenario in plan.scenarios for scope in scenario.produces):
        key, _, inside = scope.rstrip("}").partition("{")
        (tags,) = [tags for name, tags in groups.items() if name.endswith(f".{key}")]
        wanted = set() if inside == "*" else {tag.split(":")[0] for tag in inside.split(",")}
        assert wanted <= tags, scope


def firing(plan: Plan) -> list[Scenario]:
    return [scenario for scenario in plan.scenarios if scenario.fires]


def test_a_fault_is_longer_than_the_windows_it_must_fill(plan: Plan, windows: dict[str, int]) -> None:
    for scenario in firing(plan):
        assert scenario.fault_minutes >= max(windows[monitor] for monitor in scenario.fires), scenario.name


def test_there_is_time_to_recover_after_a_fault(plan: Plan, service: CompiledWorker) -> None:
    for scenario in firing(plan):
        assert scenario.after >= max(allowed_minutes(service)[monitor] for monitor in scenario.fires), scenario.name


def test_a_fault_is_over_before_it_counts_as_an_hour_ago(plan: Plan) -> None:
    for scenario in firing(plan):
        assert scenario.fault_minutes + scenario.after <= 60, scenario.name


def test_a_scenario_tells_in_a_sentence_what_happens(plan: Plan) -> None:
    for scenario in plan.scenarios:
        assert re.fullmatch(r"[A-Z].{10,120}\.", scenario.summary), scenario.name
