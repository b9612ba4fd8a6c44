"""What a scenario's parts add up to."""

from __future__ import annotations

from firedrill.scenarios.scenario import Phase, Scenario, TakeSpec

HEALTHY, BROKEN, SLOW = (TakeSpec(name, ()) for name in ("healthy", "broken", "slow"))
SCENARIO = Scenario("name", "summary", (Phase(11, BROKEN), Phase(7, SLOW, every=2)), before=3, after=13)


def test_the_fault_is_as_long_as_its_phases() -> None:
    assert SCENARIO.fault_minutes == 18


def test_healthy_traffic_surrounds_the_fault() -> None:
    assert SCENARIO.phases(HEALTHY) == (Phase(3, HEALTHY), *SCENARIO.fault, Phase(13, HEALTHY))
