"""What traffic comes to of a Worker, and classes that never use their storage or that only other objects call."""

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
from firedrill.drill.verdicts import MonitorVerdict
from firedrill.vendors.errors import FiredrillError
from tests.drill.conftest import Alone

pytestmark = pytest.mark.workerd

STATELESS = "not applicable: no operation of the class used its storage in any take"
UNCALLED = "not applicable: no handler of the Worker called the class in any take, only other objects did"
RELAYED = {
    "entry": "tests/drill/stateless.mjs",
    "drill": "relay.yaml",
    "classes": {
        "Relay": {"binding": "RELAYS", "operations": ["say"]},
        "Limiter": {"binding": "LIMITERS", "operations": ["take"], "countedBy": "object"},
    },
}
SESSIONS = [{"count": 24, "session": ["GET /{id}"]}]


@pytest.fixture(scope="module")
def project(alone: Alone) -> Path:
    return alone("relay", RELAYED)


def drilled(project: Path, traffic: list[dict[str, object]], *scenarios: str) -> WorkerResult:
    (project / "relay.yaml").write_text(yaml.safe_dump({"traffic": traffic}))
    choice = Choice(stack="relay", root=project, scenarios=scenarios)
    (found,) = run_drill(choice, Stages(Console(file=io.StringIO()))).result.workers
    return found


@pytest.fixture(scope="module")
def whole(project: Path) -> WorkerResult:
    return drilled(project, SESSIONS)


@pytest.fixture(scope="module")
def verdicts(whole: WorkerResult) -> dict[str, MonitorVerdict]:
    return {each.monitor: each for each in whole.verdicts}


def test_every_alert_of_classes_without_storage_is_proven(whole: WorkerResult) -> None:
    assert [problem for verdict in whole.verdicts if not verdict.exempt for problem in verdict.problems] == []


def test_errors_of_a_class_that_stores_nothing_are_proven_by_methods_that_throw(
    verdicts: dict[str, MonitorVerdict],
) -> None:
    for name in ("Relay", "Limiter"):
        assert f"{name}/object-throws" in {proof.scenario for proof in verdicts[f"{name}/do-errors"].proofs}


def test_dangers_of_storage_are_not_applicable_where_there_is_none(
    whole: WorkerResult, verdicts: dict[str, MonitorVerdict]
) -> None:
    assert whole.skipped["Relay/storage-failing"] == whole.skipped["Limiter/storage-failing"] == STATELESS
    assert verdicts["Relay/storage-spike"].exempt == verdicts["Limiter/storage-spike"].exempt == STATELESS


def test_a_class_that_only_objects_call_is_not_asked_to_be_unreachable_for_handlers(whole: WorkerResult) -> None:
    assert whole.skipped["Limiter/unreachable"] == UNCALLED
    assert "Relay/unreachable" not in whole.skipped


def test_the_coverage_has_what_traffic_reached(whole: WorkerResult) -> None:
    assert whole.coverage
    assert whole.coverage.reached == {
        "classes": ("Limiter", "Relay"),
        "handlers": ("fetch",),
        "bindings": (),
    }


def test_a_handler_that_nothing_reaches_is_a_problem_with_the_line_to_add(whole: WorkerResult) -> None:
    assert whole.problems == (
        "no traffic of relay.yaml reaches the handler scheduled; add a session of it: "
        '- session: [{ scheduled: "0 * * * *" }], or say why not: unreached: { scheduled: why }',
    )


def test_a_scenario_that_only_some_classes_get_can_be_chosen(project: Path) -> None:
    runs = drilled(project, SESSIONS, "Relay/object-throws").runs
    assert {each.scenario.name.removesuffix(" (other reading)") for each in runs} == {"Relay/object-throws"}
    with pytest.raises(FiredrillError, match="Relay/storage-failing: not applicable to this Worker"):
        drilled(project, SESSIONS, "Relay/storage-failing")
