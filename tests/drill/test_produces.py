"""Promised points, found by metric and tags."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from firedrill.drill.compiled import CompiledWorker, compile_workers
from firedrill.drill.produces import unproduced
from firedrill.drill.simulate import Drilled
from firedrill.drill.verdicts import ScenarioRun
from firedrill.resources import LOGS_METRIC, Resource
from firedrill.scenarios.scenario import Phase, Scenario, TakeSpec
from firedrill.vendors.datadog.monitors import run
from firedrill.vendors.datadog.queries.store import Point, PointStore

Tiny = Callable[..., list[Resource]]


@pytest.fixture
def service(tiny: Tiny) -> CompiledWorker:
    """The tiny stack with its metrics under a prefix, as the components declare them."""
    resources = [
        replace(each, inputs={**each.inputs, "name": f"chat.dev.{each.inputs['name']}"})
        if each.type == LOGS_METRIC
        else each
        for each in tiny({"runs": "sum(last_5m):sum:chat.dev.tiny.runs{*}.as_count() > 1"})
    ]
    return compile_workers(resources)[0]


def missing(service: CompiledWorker, *scopes: str, at_ms: int = 70_000) -> list[str]:
    """What a scenario that promises `scopes` is told, given one point of chat.dev.tiny.failures."""
    point = Point("chat.dev.tiny.failures", "count", ("op:store", "outcome:exception"), at_ms, 200_000, 1.0)
    scenario = Scenario("paths", "All of them.", (Phase(1, TakeSpec("paths", ())),), produces=scopes)
    outcome = ScenarioRun(scenario, begin_ms=60_000, end_ms=120_000, over_ms=180_000, changes=())
    store = PointStore([point])
    ran = run([], store, np.array([180]))
    return unproduced(service, Drilled(outcome, 1, 1, 1, store, ran))


@pytest.mark.parametrize(
    "scope",
    ["tiny.failures{*}", "tiny.failures{op:store}", "tiny.failures{outcome:exception,op:store}", "failures{*}"],
)
def test_a_scope_is_met_by_a_point_that_has_its_tags(service: CompiledWorker, scope: str) -> None:
    assert missing(service, scope) == []


@pytest.mark.parametrize(
    "scope",
    ["tiny.failures{op:clear}", "tiny.failures{op:store,outcome:ok}", "tiny.runs{*}", "failure{*}", "ny.failures{*}"],
)
def test_a_scope_without_a_point_is_a_problem(service: CompiledWorker, scope: str) -> None:
    assert missing(service, "tiny.failures{*}", scope) == [f"scenario paths left no point of {scope}"]


def test_a_scenario_that_promises_nothing_leaves_no_problem(service: CompiledWorker) -> None:
    assert missing(service) == []


@pytest.mark.parametrize("at_ms", [59_999, 120_000])
def test_a_point_of_healthy_traffic_around_the_fault_does_not_count(service: CompiledWorker, at_ms: int) -> None:
    assert missing(service, "tiny.failures{*}", at_ms=at_ms) == ["scenario paths left no point of tiny.failures{*}"]


@pytest.mark.parametrize("at_ms", [60_000, 119_999])
def test_the_fault_includes_its_first_moment_and_not_its_last(service: CompiledWorker, at_ms: int) -> None:
    assert missing(service, "tiny.failures{*}", at_ms=at_ms) == []
