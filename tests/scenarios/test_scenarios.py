"""The scenarios as data, against the monitors and metrics that the dev stack declares."""

from __future__ import annotations

import re
from collections import Counter
from math import ceil

import pytest

from firedrill.datadog.monitors import Composite
from firedrill.drill.stack import Stack, allowed_minutes, compile_stack
from firedrill.resources import Resource
from firedrill.scenarios import SCENARIOS
from firedrill.scenarios.scenario import Scenario, TakeSpec
from firedrill.scenarios.takes import HEALTHY

TAKES = [HEALTHY, *(phase.take for scenario in SCENARIOS for phase in scenario.fault)]
FIRING = [scenario for scenario in SCENARIOS if scenario.fires]

each_scenario = pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
each_firing_scenario = pytest.mark.parametrize("scenario", FIRING, ids=lambda scenario: scenario.name)


@pytest.fixture(scope="module")
def stack(rendered: list[Resource]) -> Stack:
    return compile_stack(rendered)


@pytest.fixture(scope="module")
def windows(stack: Stack) -> dict[str, int]:
    """Minutes that each monitor, by its short name, looks back from now: its window and its delay."""
    own = {
        monitor.id: (monitor.condition.query.window_s + monitor.options.evaluation_delay) / 60
        for monitor in stack.monitors
        if not isinstance(monitor.condition, Composite)
    }
    composed = {
        monitor.id: max(own[part] for part in monitor.condition.ids)
        for monitor in stack.monitors
        if isinstance(monitor.condition, Composite)
    }
    return {stack.names[id_]: ceil(minutes) for id_, minutes in {**own, **composed}.items()}


def conversations(take: TakeSpec) -> set[str]:
    """The ids of the objects that a take's requests reach; ids that are too long reach none."""
    found = (re.match(r"/conversations/([^/]{1,200})/", request.path) for request in take.requests)
    return {match[1] for match in found if match}


def test_every_scenario_has_a_name_of_its_own() -> None:
    assert [name for name, count in Counter(scenario.name for scenario in SCENARIOS).items() if count > 1] == []


def test_a_name_stands_for_one_take() -> None:
    assert len({take.name for take in TAKES}) == len({id(take) for take in TAKES})


@pytest.mark.parametrize("take", TAKES, ids=lambda take: take.name)
def test_the_ids_of_a_take_carry_its_name(take: TakeSpec) -> None:
    assert conversations(take)
    assert {id_ for id_ in conversations(take) if not id_.startswith(f"{take.name}-")} == set()


def test_no_two_takes_share_an_object() -> None:
    takes = {take.name: take for take in TAKES}.values()
    shared = [id_ for id_, count in Counter(id_ for take in takes for id_ in conversations(take)).items() if count > 1]
    assert shared == []


def test_every_monitor_has_a_scenario_that_fires_it(stack: Stack) -> None:
    fired = {monitor for scenario in SCENARIOS for monitor in scenario.fires}
    assert set(stack.names.values()) - fired == set()


def test_every_monitor_has_a_scenario_in_which_it_stays_quiet(stack: Stack) -> None:
    for monitor in stack.names.values():
        assert any(monitor not in {*scenario.fires, *scenario.may_fire} for scenario in SCENARIOS)


@each_scenario
def test_the_monitors_of_a_scenario_exist(scenario: Scenario, stack: Stack) -> None:
    assert {*scenario.fires, *scenario.may_fire} - set(stack.names.values()) == set()


@each_scenario
def test_what_must_fire_is_not_left_open(scenario: Scenario) -> None:
    assert scenario.may_fire & scenario.fires.keys() == set()


@each_scenario
def test_a_monitor_must_reach_a_state_that_notifies(scenario: Scenario) -> None:
    assert set(scenario.fires.values()) <= {"Alert", "No Data"}


@each_scenario
def test_the_metrics_of_a_scenario_exist(scenario: Scenario, stack: Stack) -> None:
    groups = {name: {group.tag_name for group in each.group_by} for name, each in stack.metrics.definitions.items()}
    for scope in scenario.produces:
        key, _, inside = scope.rstrip("}").partition("{")
        (tags,) = [tags for name, tags in groups.items() if name.endswith(f".{key}")]
        wanted = set() if inside == "*" else {tag.split(":")[0] for tag in inside.split(",")}
        assert wanted <= tags, scope


@each_firing_scenario
def test_a_fault_is_longer_than_the_windows_it_must_fill(scenario: Scenario, windows: dict[str, int]) -> None:
    assert scenario.fault_minutes >= max(windows[monitor] for monitor in scenario.fires)


@each_firing_scenario
def test_there_is_time_to_recover_after_a_fault(scenario: Scenario, stack: Stack) -> None:
    assert scenario.after >= max(allowed_minutes(stack)[monitor] for monitor in scenario.fires)


@each_firing_scenario
def test_a_fault_is_over_before_it_counts_as_an_hour_ago(scenario: Scenario) -> None:
    assert scenario.fault_minutes + scenario.after <= 60


@each_scenario
def test_a_scenario_tells_in_a_sentence_what_happens(scenario: Scenario) -> None:
    assert re.fullmatch(r"[A-Z].{10,110}\.", scenario.summary)


def test_healthy_traffic_lasts_an_hour_and_fires_nothing() -> None:
    (healthy,) = [scenario for scenario in SCENARIOS if scenario.name == "healthy"]
    assert [phase.take for phase in healthy.fault] == [HEALTHY]
    assert (healthy.fault_minutes, dict(healthy.fires), healthy.may_fire) == (60, {}, frozenset())
