"""A Worker with two classes: a fault of one is told by its own monitors, and by those of the Worker."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped]
from rich.console import Console

from firedrill.drill.choice import Choice
from firedrill.drill.result import WorkerResult
from firedrill.drill.run import run_drill
from firedrill.drill.stages import Stages
from tests.drill.conftest import Alone

pytestmark = pytest.mark.workerd

COUNTED = {
    "entry": "tests/drill/two.mjs",
    "drill": "two.yaml",
    "monitors": {"storage-spike": False},
    "classes": {
        "Room": {"binding": "ROOMS", "operations": ["add"]},
        "Lobby": {"binding": "LOBBIES", "operations": ["add"], "countedBy": "object"},
    },
}
TRAFFIC = {"traffic": [{"count": 12, "session": ["GET /room/{id}", "GET /lobby/{id}", "GET /room/{id}"]}]}


@pytest.fixture(scope="module")
def project(alone: Alone) -> Path:
    root = alone("counted", COUNTED)
    (root / "two.yaml").write_text(yaml.safe_dump(TRAFFIC))
    return root


@pytest.fixture(scope="module")
def result(project: Path) -> WorkerResult:
    scenarios = ("storage-failing", "unreachable", "storage-slow", "lone-failure")
    choice = Choice(stack="counted", root=project, scenarios=scenarios)
    (found,) = run_drill(choice, Stages(Console(file=io.StringIO()))).result.workers
    return found


def test_every_monitor_does_what_the_scenarios_of_both_classes_say(result: WorkerResult) -> None:
    assert [problem for verdict in result.verdicts for problem in verdict.problems] == []
    assert (result.worker, result.problems) == ("counted", ())


def test_each_class_has_scenarios_of_its_own(result: WorkerResult) -> None:
    assert sorted({run.scenario.name.removesuffix(" (other reading)") for run in result.runs}) == [
        *("Lobby/storage-failing", "Lobby/storage-slow", "Lobby/unreachable"),
        *("Room/storage-failing", "Room/storage-slow", "Room/unreachable"),
        "lone-failure",
    ]


def test_a_fault_fires_the_monitors_of_its_class_only(result: WorkerResult) -> None:
    proven = {verdict.monitor: {proof.scenario for proof in verdict.proofs} for verdict in result.verdicts}
    assert proven["Room/do-latency"] == {"Room/storage-slow"}
    assert proven["Lobby/do-latency"] == {"Lobby/storage-slow"}
    assert {"Room/storage-failing", "Lobby/storage-failing"} <= proven["worker-5xx"]
    assert not any(name.startswith("Lobby/") for name in proven["Room/do-errors"])


def test_what_never_reaches_an_object_that_counts_itself_is_an_error_of_the_worker_alone(result: WorkerResult) -> None:
    firing = {run.scenario.name: set(run.scenario.fires) for run in result.runs}
    assert firing["Lobby/unreachable"] == {"worker-5xx-rate", "worker-5xx"}
    assert "Room/do-errors" in firing["Room/unreachable"]
