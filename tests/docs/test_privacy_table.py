"""The table of marked values on the page is what the shipped Worker shows in workerd."""

from __future__ import annotations

from pathlib import Path

import pytest

from firedrill.components.destination_fields import OBSERVED_FIELDS, observed_fields
from firedrill.drill.compiled import compile_workers
from firedrill.drill.exposure import exposures
from firedrill.drill.plan import plan_of
from firedrill.drill.record import record_takes
from firedrill.resources import Resource
from firedrill.runtime.recording import deployed
from firedrill.runtime.take import Faults, Request
from firedrill.scenarios.marked import NAME
from firedrill.vendors.cloudflare.job import compile_uploading

ROOT = Path(__file__).resolve().parents[2]
JOB = {
    "dataset": "workers_trace_events",
    "enabled": True,
    "destination_conf": "https://logs.example.com/in",
}
FIELDS = {
    "default": OBSERVED_FIELDS,
    "with `Event`": observed_fields(["Event"]),
    "with `Exceptions`": observed_fields(["Exceptions"]),
}

pytestmark = pytest.mark.workerd


def table() -> dict[str, dict[str, str]]:
    """The page's table: by marked value and column, what stands there."""
    rows = [line for line in (ROOT / "docs" / "privacy.md").read_text().splitlines() if line.startswith("| ")]
    head, _, *cells = ([cell.strip() for cell in row.strip("|").split("|")] for row in rows)
    return {row[0]: dict(zip(head[1:], row[1:], strict=True)) for row in cells}


def test_the_page_shows_what_leaves_by_default_and_where_it_is_asked_for(rendered: list[Resource]) -> None:
    (worker,) = compile_workers(rendered)
    plan = plan_of(worker, ROOT)
    assert plan.marked is not None
    take = record_takes(plan.deployment, [plan.marked.take], lambda done, of_all: None)[NAME]
    jobs = [{**JOB, "name": name, "output_options": {"field_names": [*names]}} for name, names in FIELDS.items()]
    found = exposures("w", "s", take, plan.marked.marks, compile_uploading(jobs))
    assert table() == {
        value: {each.job: ", ".join(each.reached[value]) or "-" for each in found} for value in plan.marked.marks
    }


def test_the_shipped_worker_works_with_a_jurisdiction(rendered: list[Resource]) -> None:
    (worker,) = compile_workers(rendered)
    stored = Request("PUT", "/conversations/one/tools/a", {}, '{"tool_name": "search"}')
    found = Request("GET", "/conversations/one/tools/a")
    with deployed(plan_of(worker, ROOT).deployment) as running:
        take = running.take([stored, found], concurrency=1, faults=Faults(bindings={"JURISDICTION": "eu"}))
    assert [each.status for each in take.responses] == [200, 200]
