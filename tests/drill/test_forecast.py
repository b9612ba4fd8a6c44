"""How long a drill of several Workers is said to take, by an injected clock."""

from __future__ import annotations

import io
from collections.abc import Mapping

import pytest
from rich.console import Console

from firedrill.drill.forecast import course, work
from firedrill.drill.stages import Stages
from firedrill.runtime.take import Request
from firedrill.scenarios.scenario import Phase, Scenario, TakeSpec

MINUTE = TakeSpec("healthy", (Request(path="/a"),) * 100)


def told(works: Mapping[str, float], *times: float) -> list[str]:
    """What is said before the drill of these Workers, and after each of them at these times."""
    written, clock = io.StringIO(), iter(times)
    stages = Stages(Console(file=written, force_terminal=False, width=20), lambda: next(clock))
    ended = course(stages, works, 1234)
    for worker in works:
        ended(worker)
    return written.getvalue().splitlines()


def test_a_drill_of_several_workers_says_how_long_it_takes_and_then_goes_by_its_pace() -> None:
    assert told({"a": 10, "b": 10, "c": 60}, 100, 130, 160) == [
        "drill: 3 Workers, 1,234 scenarios: about 1 min 20 s on two idle cores",
        "drill: 1 of 3 Workers, about 3 min 30 s left",
        "drill: 2 of 3 Workers, about 3 min 0 s left",
    ]


def test_nothing_is_told_of_a_pace_before_a_scenario_has_run() -> None:
    assert told({"a": 0, "b": 10, "c": 10}, 100, 130) == [
        "drill: 3 Workers, 1,234 scenarios: about 20 s on two idle cores",
        "drill: 2 of 3 Workers, about 30 s left",
    ]


def test_a_drill_of_one_worker_leaves_it_to_its_stages() -> None:
    assert told({"a": 10}) == []


@pytest.mark.parametrize(("scenarios", "requests"), [(20, 100), (10, 200)])
def test_more_scenarios_and_more_traffic_take_longer(scenarios: int, requests: int) -> None:
    def of(scenarios: int, requests: int) -> float:
        minute = TakeSpec("healthy", (Request(path="/a"),) * requests)
        return work(minute, [Scenario(f"s{each}", "", (Phase(1, MINUTE),)) for each in range(scenarios)])

    assert of(0, 100) == 0
    assert of(10, 100) < of(scenarios, requests) <= 2 * of(10, 100)
