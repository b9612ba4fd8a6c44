"""Logs that are late and records that are cut for their size: the monitors of the stack prod tell, others do not."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from rich.console import Console

from firedrill.drill.choice import Choice
from firedrill.drill.drill import drill_resources
from firedrill.drill.record import Recorder
from firedrill.drill.result import WorkerResult
from firedrill.drill.stages import Stages
from firedrill.drill.verdicts import MonitorVerdict
from firedrill.render import render
from firedrill.resources import LOGS_METRIC, LOGS_PIPELINE, MONITOR, Resource
from firedrill.scenarios.scenario import MINUTE_MS
from tests.drill.test_mutations import mutated

pytestmark = pytest.mark.workerd

ROOT = Path(__file__).resolve().parents[2]
Drill = Callable[..., dict[str, MonitorVerdict]]


@pytest.fixture(scope="module")
def prod() -> list[Resource]:
    """The stack that has both monitors."""
    return render("prod", ROOT)


@pytest.fixture
def drill(recorder: Recorder) -> Drill:
    """Drill resources in some scenarios: the verdict on each monitor."""

    def run(resources: Sequence[Resource], *scenarios: str) -> dict[str, MonitorVerdict]:
        choice, quiet = Choice(root=ROOT, scenarios=scenarios), Stages(Console(file=io.StringIO()))
        result: WorkerResult
        (result,) = drill_resources(resources, choice, quiet, record=recorder).result.workers
        return {verdict.monitor: verdict for verdict in result.verdicts}

    return run


@pytest.mark.parametrize(
    ("monitor", "scenarios", "within"),
    [
        ("telemetry-late", ("delivery-late", "telemetry-late@5", "lone-failure"), 15),
        ("telemetry-cut", ("lines-cut",), 10),
    ],
)
def test_it_is_told_in_time_and_once_it_is_over_and_of_nothing_else(
    drill: Drill, prod: list[Resource], monitor: str, scenarios: tuple[str, ...], within: int
) -> None:
    verdicts = drill(prod, *scenarios)
    assert [problem for each in verdicts.values() for problem in each.problems] == []
    (proof,) = verdicts[monitor].proofs
    assert proof.alerted_ms is not None
    assert proof.recovered_ms is not None
    assert 0 < (proof.alerted_ms - proof.began_ms) / MINUTE_MS <= within


def test_logs_that_are_late_are_not_silence(drill: Drill, prod: list[Resource]) -> None:
    assert drill(prod, "delivery-late")["telemetry-silent"].quiet_scenarios == 1


def test_a_window_that_late_logs_still_reach_is_found(drill: Drill, prod: list[Resource]) -> None:
    wide = mutated(
        prod,
        MONITOR,
        lambda inputs: inputs.update(query=inputs["query"].replace("last_10m", "last_30m")),
        "telemetry-late",
    )
    assert not drill(wide, "delivery-late")["telemetry-late"].proven


def test_a_mark_of_cloudflares_that_nobody_looks_for_is_found(drill: Drill, prod: list[Resource]) -> None:
    def misspell(inputs: dict[str, object]) -> None:
        processors = inputs["processors"]
        assert isinstance(processors, list)
        (cut,) = [each for each in processors if each.get("categoryProcessor", {}).get("target") == "invocation.cut"]
        cut["categoryProcessor"]["categories"][0]["filter"]["query"] = "@Logs.Message:*truncted*"

    assert not drill(mutated(prod, LOGS_PIPELINE, misspell), "lines-cut")["telemetry-cut"].proven


def test_a_metric_of_cut_records_of_another_service_is_found(drill: Drill, prod: list[Resource]) -> None:
    def other(inputs: dict[str, object]) -> None:
        inputs["filter"] = {"query": "service:another"}

    assert not drill(mutated(prod, LOGS_METRIC, other, "invocations-cut"), "lines-cut")["telemetry-cut"].proven
