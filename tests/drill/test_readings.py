"""Both readings of what the vendor leaves open."""

from __future__ import annotations

from pathlib import Path

import pytest

from firedrill.cloudflare.trace_items import VARIANTS, Script
from firedrill.drill.command import Recorder
from firedrill.drill.readings import to_run_again
from firedrill.drill.record import as_records, read_bundle
from firedrill.drill.stack import compile_stack
from firedrill.drill.timeline import RecordedTake
from firedrill.resources import Resource
from firedrill.scenarios import takes
from firedrill.scenarios.scenario import Phase, Scenario

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.workerd

FAILING = Scenario("failing", "", (Phase(1, takes.STORAGE_FAILING),))
CALM = Scenario("calm", "", (Phase(1, takes.UNKNOWN_TOOLS),))


def test_only_a_scenario_whose_records_make_other_points_runs_again(
    rendered: list[Resource], recorder: Recorder
) -> None:
    stack = compile_stack(rendered)
    specs = [takes.HEALTHY, takes.STORAGE_FAILING, takes.UNKNOWN_TOOLS]
    recorded = recorder(stack.script, read_bundle(stack.script, ROOT), specs, lambda detail: None)

    script = Script(stack.script["script_name"])

    def read(number: int) -> dict[str, RecordedTake]:
        return {name: as_records(take, script, VARIANTS[number]) for name, take in recorded.items()}

    again = to_run_again(stack, [CALM, FAILING], takes.HEALTHY, read(0), read(1))
    assert [scenario.name for scenario in again] == ["failing (other reading)"]
    assert to_run_again(stack, [CALM, FAILING], takes.HEALTHY, read(0), read(0)) == []
