"""The heartbeat of the stack prod: who tells that it stays away, and that it is nobody's traffic."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from firedrill.drill.choice import Choice
from firedrill.drill.compiled import compile_workers
from firedrill.drill.drill import drill_resources
from firedrill.drill.plan import plan_of
from firedrill.drill.record import Recorder, records_of
from firedrill.drill.simulate import Drilled, drill_scenario, healthy_history
from firedrill.drill.stages import Stages
from firedrill.render import render
from firedrill.resources import LOGS_METRIC, MONITOR, Resource
from firedrill.scenarios.scenario import MINUTE_MS
from tests.drill.test_mutations import mutated

pytestmark = pytest.mark.workerd

ROOT = Path(__file__).resolve().parents[2]
OPERATIONS = {"store", "retrieve", "clear"}


@pytest.fixture(scope="module")
def prod() -> list[Resource]:
    """The stack that has a heartbeat."""
    return render("prod", ROOT)


def problems(resources: Sequence[Resource], record: Recorder, *scenarios: str) -> dict[str, tuple[str, ...]]:
    """What is not proven, by monitor."""
    choice, quiet = Choice(root=ROOT, scenarios=scenarios), Stages(Console(file=io.StringIO()))
    (result,) = drill_resources(resources, choice, quiet, record=record).result.workers
    return {verdict.monitor: verdict.problems for verdict in result.verdicts if verdict.problems}


@dataclass(frozen=True)
class Simulated:
    """A scenario of the stack, as it went."""

    drilled: Drilled

    def told(self, monitor: str) -> dict[str, int]:
        """Minutes into the fault at which each group of a monitor went to No Data."""
        outcome = self.drilled.outcome
        return {
            change.group: (change.time_ms - outcome.begin_ms) // MINUTE_MS
            for change in outcome.changes
            if change.monitor == monitor and change.state == "No Data"
        }

    def counted(self, metric: str) -> dict[str, float]:
        """What a metric has counted since its history began, by operation; "" where it has no such tag."""
        found: dict[str, float] = {}
        for tags, series in self.drilled.store.series(f"conversation_state.prod.{metric}").items():
            operation = next((tag.partition(":")[2] for tag in tags if tag.startswith("operation:")), "")
            found[operation] = found.get(operation, 0) + float(series.value.sum())
        return found


def simulated(resources: Sequence[Resource], record: Recorder, scenario: str) -> Simulated:
    (worker,) = compile_workers(resources)
    plan = plan_of(worker, ROOT)
    (chosen,) = [each for each in plan.scenarios if each.name == scenario]
    recorded = record(plan.deployment, plan.takes([chosen]), lambda done, of_all: None)
    takes = records_of(worker, recorded)
    history = healthy_history(worker, plan.healthy, 40, takes)
    return Simulated(drill_scenario(worker, chosen, takes, history))


def test_it_is_told_when_it_stays_away_or_no_log_arrives_and_else_nobody_is(
    prod: list[Resource], recorder: Recorder
) -> None:
    scenarios = ("heartbeat-missing", "delivery-stopped", "lone-failure", "traffic-drop")
    assert problems(prod, recorder, *scenarios) == {}


def test_each_operation_is_told_within_the_promised_minutes_when_the_worker_stops_answering(
    prod: list[Resource], recorder: Recorder
) -> None:
    told = simulated(prod, recorder, "unreachable").told("heartbeat")
    assert set(told) == {f"operation:{name}" for name in OPERATIONS}
    assert max(told.values()) <= 15


def test_a_heartbeat_that_counts_answers_which_went_wrong_is_found(prod: list[Resource], recorder: Recorder) -> None:
    def any_result(inputs: dict[str, Any]) -> None:
        inputs["query"] = inputs["query"].replace("{result:ok}", "{*}")

    content = mutated(prod, MONITOR, any_result, "conversation-state-monitors-heartbeat")
    assert "never went to No Data in scenario unreachable" in str(problems(content, recorder, "unreachable"))


def test_a_monitor_that_does_not_notify_missing_data_is_found(prod: list[Resource], recorder: Recorder) -> None:
    silent = mutated(
        prod,
        MONITOR,
        lambda inputs: inputs.update(onMissingData="show_no_data"),
        "conversation-state-monitors-heartbeat",
    )
    assert "nobody is told" in str(problems(silent, recorder, "heartbeat-missing")["heartbeat"])


def test_a_heartbeat_is_counted_as_such_and_not_among_the_requests_of_callers(
    prod: list[Resource], recorder: Recorder
) -> None:
    found = simulated(prod, recorder, "healthy")
    beats = found.counted("heartbeat.requests")
    assert set(beats) == OPERATIONS
    (minutes,) = set(beats.values())
    assert minutes > 60
    assert found.counted("worker.requests") == {"": minutes * 50}, "what drill.yaml lists for a minute"
    assert found.counted("canary.requests") == {}


@pytest.mark.parametrize(
    ("metric", "scenario", "told"),
    [
        ("heartbeat-requests", "unreachable", "heartbeat.requests{operation:"),
        ("invocations-cut", "lines-cut", "invocations.cut{class:"),
    ],
)
def test_what_heartbeats_and_cut_records_are_counted_as_is_held_against_what_the_drill_saw(
    prod: list[Resource], recorder: Recorder, metric: str, scenario: str, told: str
) -> None:
    def one_tag_fewer(inputs: dict[str, Any]) -> None:
        inputs["groupBies"] = inputs["groupBies"][:-1]

    mistaken = mutated(prod, LOGS_METRIC, one_tag_fewer, f"-{metric}")
    choice, quiet = Choice(root=ROOT, scenarios=(scenario,)), Stages(Console(file=io.StringIO()))
    for resources, differences in ((prod, 0), (mistaken, 1)):
        (result,) = drill_resources(resources, choice, quiet, record=recorder).result.workers
        assert result.truth is not None
        assert [each.startswith(told) for each in result.truth.differences] == [True] * differences
