"""Both readings of what the vendor leaves open."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from firedrill.drill.compiled import compile_workers
from firedrill.drill.plan import plan_of
from firedrill.drill.readings import to_run_again
from firedrill.drill.record import Recorder, records_of
from firedrill.resources import Resource
from firedrill.vendors.cloudflare.trace_items import VARIANTS

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.workerd


def test_only_a_scenario_whose_records_make_other_points_runs_again(
    rendered: list[Resource], recorder: Recorder
) -> None:
    (service,) = compile_workers(rendered)
    plan = plan_of(service, ROOT)
    wanted = [each for each in plan.scenarios if each.name in ("storage-failing", "unknown-tools")]
    specs = [plan.healthy, *(phase.take for each in wanted for phase in each.fault)]
    recorded = recorder(plan.deployment, specs, lambda done, of_all: None)

    one, other = (records_of(service, recorded, reading) for reading in VARIANTS)
    assert to_run_again(service, wanted, plan.healthy, one, other) == []

    (failing,) = (phase.take.name for phase in wanted[0].fault)
    thrown = tuple({**record, "Outcome": "exception"} for record in other[failing].records)
    again = to_run_again(
        service, wanted, plan.healthy, one, {**other, failing: replace(other[failing], records=thrown)}
    )
    assert [scenario.name for scenario in again] == ["storage-failing (other reading)"]
