"""Cloudflare's own metrics in the drill of prod: the declared collector brings them, and alerts are told by them."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from firedrill.drill.calm import START_MS
from firedrill.drill.choice import Choice
from firedrill.drill.collecting import with_collector
from firedrill.drill.compiled import CompiledWorker, compile_workers
from firedrill.drill.drill import drill_resources
from firedrill.drill.plan import Plan, plan_of
from firedrill.drill.record import Recorder, records_of
from firedrill.drill.simulate import Drilled, drill_scenario, healthy_history
from firedrill.drill.stages import Stages
from firedrill.render import render
from firedrill.resources import MONITOR, WORKERS_CRON_TRIGGER, Resource
from firedrill.runtime.take import Take
from firedrill.scenarios.scenario import MINUTE_MS
from firedrill.scenarios.sized import scenario_of
from tests.drill.test_mutations import mutated

pytestmark = pytest.mark.workerd

ROOT = Path(__file__).resolve().parents[2]
HISTORY = 40
SCENARIOS = ("objects-run-unasked@30", "duration-runs-away@7500", "healthy")


@pytest.fixture(scope="module")
def prod() -> list[Resource]:
    """The stack that has a collector."""
    return render("prod", ROOT)


@dataclass(frozen=True)
class Stack:
    """The Worker of a stack with its collector running, its takes, and how a scenario goes."""

    worker: CompiledWorker
    plan: Plan
    takes: dict[str, Take]

    def drilled(self, name: str, size: float | None = None) -> Drilled:
        (scenario,) = [each for each in self.plan.scenarios if each.name == name]
        watched = self.plan.watched
        if size is not None and watched and watched.promises:
            danger = next(each for each in watched.promises.dangers if each.id == name.partition("@")[0])
            scenario = scenario_of(watched, danger, size, frozenset(scenario.fires))
        records = records_of(self.worker, self.takes)
        history = healthy_history(self.worker, self.plan.healthy, HISTORY, records)
        return drill_scenario(self.worker, scenario, records, history)


@pytest.fixture(scope="module")
def stack(prod: list[Resource], recorder: Recorder) -> Iterator[Stack]:
    (worker,) = compile_workers(prod)
    plan = plan_of(worker, ROOT)
    chosen = [each for each in plan.scenarios if each.name in SCENARIOS]
    takes = record(plan, recorder, chosen)
    with with_collector(worker, ROOT) as running:
        yield Stack(running, plan, takes)


def record(plan: Plan, recorder: Recorder, chosen: Sequence[Any]) -> dict[str, Take]:
    return dict(recorder(plan.deployment, plan.takes(chosen), lambda done, of_all: None))


def alerted(drilled: Drilled, monitor: str) -> int:
    """Minutes into the fault at which a monitor alerted."""
    outcome = drilled.outcome
    times = [each.time_ms for each in outcome.changes if each.monitor == monitor and each.state == "Alert"]
    return int(times[0] - outcome.begin_ms) // MINUTE_MS


def billed(drilled: Drilled, minutes: int) -> float:
    """US dollars that Cloudflare bills in the first minutes of the fault."""
    return drilled.outcome.billed_until(drilled.outcome.begin_ms + minutes * MINUTE_MS) or 0.0


def problems(resources: Sequence[Resource], recorder: Recorder, *scenarios: str) -> dict[str, tuple[str, ...]]:
    """What is not proven, by monitor."""
    choice, quiet = Choice(root=ROOT, scenarios=scenarios), Stages(Console(file=io.StringIO()))
    (result,) = drill_resources(resources, choice, quiet, record=recorder).result.workers
    causes = {failure.monitor: (why,) for failure, why in result.causes.items()}
    return {each.monitor: (*each.problems, *causes.get(each.monitor, ())) for each in result.verdicts if each.problems}


def test_the_metrics_of_a_minute_are_what_its_take_came_to(stack: Stack) -> None:
    store = stack.drilled("healthy").store
    take = stack.takes[stack.plan.healthy.name]
    minute = START_MS // MINUTE_MS + 30

    def counted(metric: str) -> float:
        series = store.series(f"conversation_state.prod.platform.{metric}").values()
        return sum(float(each.value[each.slot // (MINUTE_MS // 10_000) == minute].sum()) for each in series)

    objects = [each for each in take.deeds if each.class_name]
    invocations = [each for each in take.invocations if each.item.get("executionModel") == "durableObject"]
    assert counted("requests") == len(invocations) > 0
    assert counted("rows_written") == sum(each.storage.written for each in objects) > 0
    assert counted("rows_read") == sum(each.storage.read for each in objects)
    assert 0 < counted("active_time") <= sum(each.wall_ms for each in invocations)
    assert counted("duration") == pytest.approx(counted("active_time") / 1000 * 0.128)


def test_objects_that_wake_themselves_are_told_within_the_hour_with_what_they_cost(stack: Stack) -> None:
    drilled = stack.drilled("objects-run-unasked@30")
    minutes = alerted(drilled, "billed-invocations")
    assert 15 < minutes <= 45
    requests = 300 * 0.15 / 1e6
    assert requests < billed(drilled, 10) < 3 * requests  # and rows, and the time that alarms take


def test_the_report_that_the_alerts_are_made_for_would_have_cost_a_quarter_of_an_hour(stack: Stack) -> None:
    # 50,000 objects that never rest, $300 an hour: told after 28 hours, by the bill.
    drilled = stack.drilled("duration-runs-away@7500", 50_000 * 60 * 0.128)
    minutes = alerted(drilled, "billed-duration")
    assert 15 <= minutes <= 22
    assert billed(drilled, 30) == pytest.approx(144, rel=0.05)
    assert billed(drilled, minutes) < 110


def test_whatever_stops_the_collector_is_told(prod: list[Resource], recorder: Recorder) -> None:
    assert problems(prod, recorder, "collector-stopped", "collector-refused") == {}


def test_a_collector_without_a_schedule_is_found(prod: list[Resource], recorder: Recorder) -> None:
    unscheduled = [each for each in prod if each.type != WORKERS_CRON_TRIGGER or "collector" not in str(each.inputs)]
    assert len(unscheduled) == len(prod) - 1
    found = problems(unscheduled, recorder, "duration-runs-away@7500")
    assert "it has no schedule" in str(found["billed-duration"])


def test_a_monitor_that_does_not_wait_for_what_comes_late_is_found(prod: list[Resource], recorder: Recorder) -> None:
    name = "conversation-state-monitors-conversationstatedo-billed-invocations"
    hasty = mutated(prod, MONITOR, lambda inputs: inputs.update(evaluationDelay=60), name)
    assert "billed-invocations" in problems(hasty, recorder, "objects-run-unasked@30", "traffic-surge")


def test_a_stack_without_a_collector_has_none_to_run(prod: list[Resource]) -> None:
    (worker,) = compile_workers([each for each in prod if "platform" not in each.name])
    with with_collector(worker, ROOT) as same:
        assert same is worker
