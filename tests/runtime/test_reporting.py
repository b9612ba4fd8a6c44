"""A Worker that reports its events itself: in a take it is heard, and nothing leaves this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from firedrill.runtime import Deployment, Faults, Request, Worker, deployed

pytestmark = pytest.mark.workerd

DEPLOYMENT = Deployment(
    {
        "script_name": "reporting",
        "compatibility_date": "2026-01-01",
        "bindings": [{"type": "analytics_engine", "name": "ANALYTICS", "dataset": "events"}],
    },
    (Path(__file__).parent / "reporting.mjs").read_bytes(),
)
TAKEN, REFUSED = {"status": 202, "body": {"errors": []}}, {"status": 403, "body": {"errors": []}}


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with deployed(DEPLOYMENT) as running:
        yield running


@pytest.fixture
def answers(worker: Worker, read_lines: Callable[..., list[dict[str, Any]]]) -> Callable[..., list[dict[str, Any]]]:
    """What the Worker got for its reports to an address."""

    def run(to: str, count: int = 1, intake_failing: float = 0) -> list[dict[str, Any]]:
        take = worker.take([Request(path=f"/?to={to}")] * count, faults=Faults(intake_failing=intake_failing))
        assert [response.body for response in take.responses] == ["done"] * count
        return read_lines(take.invocations)

    return run


@pytest.mark.parametrize("path", ["v1/distribution_points", "v2/series"])
@pytest.mark.parametrize("site", ["datadoghq.com", "us3.datadoghq.com"])
def test_datadogs_metrics_intake_takes_reports(answers: Callable[..., Any], site: str, path: str) -> None:
    assert answers(f"https://api.{site}/api/{path}") == [TAKEN]


def test_the_metrics_intake_can_refuse_a_part_of_them(answers: Callable[..., Any]) -> None:
    found = answers("https://api.datadoghq.com/api/v1/distribution_points", 4, intake_failing=0.5)
    assert sorted(found, key=str) == [TAKEN, TAKEN, REFUSED, REFUSED]


def test_other_addresses_are_not_reached(answers: Callable[..., Any]) -> None:
    assert answers("https://api.datadoghq.com/api/v1/validate") == [{"status": "none"}]


def test_analytics_engine_can_refuse_a_part_of_the_data_points(worker: Worker) -> None:
    take = worker.take([Request(path="/?to=x:")] * 2, faults=Faults(dataset_failing=0.5), concurrency=1)
    assert [response.body for response in take.responses] == ["done", "Error: refused by the drill"]
