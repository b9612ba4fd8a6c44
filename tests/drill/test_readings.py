"""Both readings of what the vendor leaves open."""

from __future__ import annotations

from pathlib import Path

import pytest

from firedrill.drill.compiled import compile_workers
from firedrill.drill.plan import plan_of
from firedrill.drill.readings import to_run_again
from firedrill.drill.record import Recorder, as_records
from firedrill.drill.simulated_time import RecordedTake
from firedrill.resources import Resource
from firedrill.vendors.cloudflare.trace_items import VARIANTS, Script

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
    script = Script(service.script["script_name"])

    def read(number: int) -> dict[str, RecordedTake]:
        return {name: as_records(take, script, VARIANTS[number]) for name, take in recorded.items()}

    again = to_run_again(service, wanted, plan.healthy, read(0), read(1))
    assert [scenario.name for scenario in again] == ["storage-failing (other reading)"]
    assert to_run_again(service, wanted, plan.healthy, read(0), read(0)) == []
