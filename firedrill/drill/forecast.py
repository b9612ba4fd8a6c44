"""How long a drill of several Workers will take: by what each of them needs, and then by the pace so far."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from math import ceil

from firedrill.drill.stages import Stages, spoken
from firedrill.scenarios.scenario import Scenario, TakeSpec

SCENARIO_S = 0.1
"""Seconds that a scenario takes on two idle cores, whatever its traffic."""
REQUEST_S = 0.0032
"""Seconds more for each request of an everyday minute: it is repeated some forty times, with its object's record."""


def work(healthy: TakeSpec, scenarios: Collection[Scenario]) -> float:
    """Seconds that the drill of a Worker takes on two idle cores, about."""
    return len(scenarios) * (SCENARIO_S + REQUEST_S * len(healthy.requests))


def course(stages: Stages, works: Mapping[str, float], scenarios: int) -> Callable[[str], None]:
    """Say how long the drill of these Workers will take. What is returned is told of each that ended.

    `works` are the seconds of each by its name. Of one Worker, whose stages tell, nothing is said.
    """
    if len(works) < 2:
        return lambda _: None
    left, whole, began = dict(works), sum(works.values()), stages.clock()
    stages.say(f"drill: {len(works)} Workers, {scenarios:,} scenarios: about {spoken(ceil(whole))} on two idle cores")

    def ended(worker: str) -> None:
        del left[worker]
        to_do = sum(left.values())
        if left and to_do < whole:
            seconds = (stages.clock() - began) / (whole - to_do) * to_do
            done = len(works) - len(left)
            stages.say(f"drill: {done} of {len(works)} Workers, about {spoken(ceil(seconds))} left")

    return ended
