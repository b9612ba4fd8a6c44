"""Healthy days: what is in them, and that nobody is told of anything."""

from __future__ import annotations

from pathlib import Path

import pytest

from firedrill.drill.choice import Choice
from firedrill.drill.days import with_days
from firedrill.drill.drill import drill_resources
from firedrill.drill.record import Recorder
from firedrill.drill.result import WorkerResult
from firedrill.drill.simulated_time import RecordedTake, lay_out
from firedrill.drill.stages import Stages
from firedrill.resources import MONITOR, Resource
from firedrill.scenarios.days import DAY_MINUTES, NIGHT, rhythm
from firedrill.scenarios.scenario import Phase, TakeSpec
from tests.drill.test_mutations import mutated

ROOT = Path(__file__).resolve().parents[2]


def test_traffic_of_a_day_never_doubles_or_halves_within_an_hour() -> None:
    shares = [rhythm(minute) for minute in range(DAY_MINUTES + 60)]
    assert min(shares) == pytest.approx(NIGHT)
    assert max(shares) == pytest.approx(1)
    assert all(0.5 < later / earlier < 2 for earlier, later in zip(shares, shares[60:], strict=False))


def test_of_a_share_of_the_traffic_each_kind_keeps_its_part_across_phases_and_heartbeats_stay() -> None:
    def record(number: int, line: str) -> dict[str, object]:
        logs = [{"Level": "debug", "Message": [line], "TimestampMs": number}]
        return {"Entrypoint": "", "EventType": "fetch", "EventTimestampMs": number, "Logs": logs, "WallTimeMs": 1}

    lines = ['{"v":2,"at":"gateway","op":"get"}', '{"v":2,"at":"gateway","op":"put"}'] * 2
    beat = '{"v":2,"at":"gateway","op":"get","request":"f12ed2110000f000"}'
    take = RecordedTake(tuple(record(number, line) for number, line in enumerate([*lines, beat])), 0, 10)
    spec = TakeSpec("healthy", ())
    phases = [Phase(2, spec, kept=0.25), Phase(2, spec, kept=0.25)]
    kept = [str(placed.record["Logs"][0]["Message"][0]) for placed in lay_out(phases, {"healthy": take}, 0)]
    assert (kept.count(lines[0]), kept.count(lines[1]), kept.count(beat)) == (2, 2, 4)


def lived(resources: list[Resource], recorder: Recorder, stages: Stages) -> WorkerResult:
    drill = drill_resources(resources, Choice(root=ROOT, scenarios=("healthy",)), stages, record=recorder)
    return with_days(drill, 1, stages).workers[0].result


@pytest.mark.workerd
def test_nobody_is_told_of_anything_in_a_healthy_day(
    rendered: list[Resource], recorder: Recorder, stages: Stages
) -> None:
    result = lived(rendered, recorder, stages)
    assert result.days is not None
    assert result.days.notifications == ()
    assert result.days.records > DAY_MINUTES
    assert result.problems == ()


@pytest.mark.workerd
def test_an_alert_in_a_healthy_day_is_a_problem_with_its_time(
    rendered: list[Resource], recorder: Recorder, stages: Stages
) -> None:
    def by_minutes(inputs: dict[str, str]) -> None:
        inputs["query"] = inputs["query"].replace("rollup(sum, 300)", "rollup(sum, 60)")

    result = lived(mutated(rendered, MONITOR, by_minutes, "storage-spike"), recorder, stages)
    (problem,) = result.problems
    assert problem.startswith("somebody is told of something in healthy days: storage-spike went to Alert")
    assert not result.proven
