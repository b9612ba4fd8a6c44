"""What takes of the real Worker come to, and the estimate of the stack that is made and kept of it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from firedrill.cost.kept import Kept, kept_estimate, mark
from firedrill.cost.measured import Measured, Taken, custom_metrics, measured
from firedrill.cost.report import to_json
from firedrill.cost.run import run_cost
from firedrill.drill.choice import Choice
from firedrill.drill.compiled import CompiledWorker, compile_workers
from firedrill.drill.deliver import uploading_jobs
from firedrill.drill.plan import Plan, plan_of
from firedrill.drill.record import record_takes
from firedrill.drill.stages import Stages
from firedrill.resources import LOGS_METRIC, Resource, dumps
from firedrill.runtime.deployment import Deployment
from firedrill.runtime.take import Take
from firedrill.scenarios.scenario import TakeSpec
from firedrill.vendors.datadog.queries import Point
from tests.json_schemas import as_its_schema_says

ROOT = Path(__file__).resolve().parents[2]
TAGS = [("endpoint:x", "status:200"), ("endpoint:x", "status:400"), ("endpoint:y", "status:200"), ("endpoint:y",)]
"""Four combinations of two tags, as the example of Datadog's page has them."""


@pytest.fixture(scope="module")
def worker(rendered: list[Resource]) -> CompiledWorker:
    return compile_workers(rendered)[0]


@pytest.fixture(scope="module")
def plan(worker: CompiledWorker) -> Plan:
    return plan_of(worker, ROOT)


@pytest.fixture(scope="module")
def healthy(plan: Plan) -> Take:
    return record_takes(plan.deployment, [plan.healthy], lambda done, of_all: None)[plan.healthy.name]


@pytest.fixture(scope="module")
def minute(worker: CompiledWorker, plan: Plan, healthy: Take, rendered: list[Resource]) -> Measured:
    return measured(Taken(worker, {plan.healthy.name: healthy}, plan.healthy.name), uploading_jobs(rendered))


@pytest.mark.parametrize(
    ("metric", "number"), [("do.operations", 4), ("do.storage.keys", 20), ("invocations.cpu_time", 40)]
)
def test_a_distribution_is_five_metrics_a_combination_and_ten_with_percentiles(
    worker: CompiledWorker, metric: str, number: int
) -> None:
    name = next(each for each in worker.organisation.logging.metrics.definitions if each.endswith(f".{metric}"))
    points = [Point(name, "count", tags, second, second, 1.0) for tags in TAGS for second in range(3)]
    assert custom_metrics(worker, points) == {name: number}


def test_a_healthy_minute_is_counted_as_its_traffic_is(minute: Measured, healthy: Take) -> None:
    own = [deed for deed in healthy.deeds if not deed.class_name]
    of_objects = [deed for deed in healthy.deeds if deed.class_name]
    assert minute.requests == len(own)
    assert minute.invocations == len(own) + len(of_objects) == minute.logs
    assert minute.object_requests == len(of_objects)
    assert minute.objects == len({deed.object for deed in of_objects})
    assert minute.rows_written == sum(deed.storage.written for deed in of_objects) > 0
    assert minute.duration_gbs > 0
    assert minute.indexed is None


def test_what_a_job_sends_is_its_fields_only(minute: Measured) -> None:
    (sent,) = minute.sent
    assert (sent.kind, sent.records) == ("datadog", minute.invocations)
    assert 200 < sent.size / sent.records < 1000  # bytes of a record with its telemetry line
    assert 0 < sent.compressed < sent.size


def test_faults_make_combinations_that_a_healthy_minute_has_not(minute: Measured) -> None:
    assert sum(minute.metrics.values()) > 50
    assert minute.all_metrics == minute.metrics  # of the same take


def test_an_estimate_is_printed_and_kept_until_the_stack_is_another(
    rendered: list[Resource], healthy: Take, plan: Plan, tmp_path: Path
) -> None:
    file = tmp_path / "rendered.json"
    file.write_text(dumps(rendered))

    def record(deployment: Deployment, specs: Iterable[TakeSpec], progress: object) -> dict[str, Take]:
        return {plan.healthy.name: healthy}

    try:
        choice = Choice("of-a-test", ROOT, resources=file)
        found, budget = run_cost(choice, Stages(Console(file=StringIO())), None, None, record)
        kept = kept_estimate(ROOT, "of-a-test")
    finally:
        (ROOT / ".firedrill" / "cost" / "of-a-test.json").unlink(missing_ok=True)
    document = as_its_schema_says("cost", to_json("dev", found, budget))
    assert document["total"] == pytest.approx(sum(each["cost"] or 0 for each in document["items"]))
    assert kept == Kept(found.total, mark(rendered))
    without = [each for each in rendered if each.type != LOGS_METRIC]
    assert mark(without) != mark(rendered) == mark(reversed(rendered))


@pytest.mark.parametrize("text", ["", "{", "[]", json.dumps({"total": 5})])
def test_an_estimate_that_cannot_be_read_is_none(tmp_path: Path, text: str) -> None:
    file = tmp_path / ".firedrill" / "cost" / "prod.json"
    file.parent.mkdir(parents=True)
    file.write_text(text)
    assert kept_estimate(tmp_path, "prod") is None
