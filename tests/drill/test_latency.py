"""The latency alert, where records of calls last as long as their callers, as captures of production show them."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from firedrill.drill.choice import Choice
from firedrill.drill.drill import drill_resources
from firedrill.drill.record import Recorder
from firedrill.drill.result import WorkerResult
from firedrill.drill.stages import Counter, Stages
from firedrill.drill.verdicts import Failure
from firedrill.resources import Resource
from firedrill.runtime.deployment import Deployment
from firedrill.runtime.take import Take
from firedrill.scenarios.scenario import TakeSpec
from firedrill.vendors.cloudflare.trace_items import Invocation, event_type

ROOT = Path(__file__).resolve().parents[2]
LIFE_MS = 26_703

pytestmark = pytest.mark.workerd

Change = Callable[[Invocation], Invocation]
Drill = Callable[[str, Change], WorkerResult]


@pytest.fixture
def drill(rendered: list[Resource], recorder: Recorder) -> Drill:
    """Drill the declared stack in one scenario after a change of the invocations of its takes."""

    def run(scenario: str, change: Change) -> WorkerResult:
        def record(deployment: Deployment, specs: Iterable[TakeSpec], progress: Counter) -> dict[str, Take]:
            takes = recorder(deployment, specs, progress)
            return {
                name: replace(take, invocations=tuple(map(change, take.invocations))) for name, take in takes.items()
            }

        stages = Stages(Console(file=io.StringIO()))
        choice = Choice(root=ROOT, scenarios=(scenario,))
        return drill_resources(rendered, choice, stages, record=record).result.workers[0]

    return run


def lasting(kind: str, wall_ms: int, outcome: str) -> Change:
    """Makes all invocations of that kind last as long and end like that."""

    def change(invocation: Invocation) -> Invocation:
        if event_type(invocation.item) != kind:
            return invocation
        return replace(invocation, item={**invocation.item, "outcome": outcome}, wall_ms=wall_ms)

    return change


KEPT = lasting("worker_rpc", LIFE_MS, "canceled")
"""Calls whose callers keep the result until they end themselves."""


def failures(result: WorkerResult, monitor: str) -> tuple[Failure, ...]:
    return next(each.failures for each in result.verdicts if each.monitor == monitor)


@pytest.mark.parametrize("outcome", ["canceled", "ok"])
def test_calls_whose_records_last_as_long_as_their_callers_notify_nobody(drill: Drill, outcome: str) -> None:
    result = drill("healthy", lasting("worker_rpc", LIFE_MS, outcome))
    assert (result.unexplained, result.proven) == (0, True)


@pytest.mark.parametrize("change", [KEPT, lasting("worker_rpc", 1, "ok")])
def test_slow_calls_alert_whatever_the_wall_time_of_their_records(drill: Drill, change: Change) -> None:
    assert failures(drill("storage-slow", change), "do-latency") == ()


def test_an_alarm_that_lasts_as_long_alerts(drill: Drill) -> None:
    assert drill("healthy", lasting("alarm", LIFE_MS, "ok")).unexplained > 0
