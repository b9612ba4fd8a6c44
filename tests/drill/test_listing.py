"""What a drill would run, without running it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from firedrill.declared.exemptions import EXEMPTIONS
from firedrill.drill.choice import Choice
from firedrill.drill.compiled import CompiledWorker
from firedrill.drill.listing import ListedWorker, list_resources
from firedrill.drill.plan import Plan
from firedrill.report.listing import lines, to_json
from firedrill.resources import Resource
from firedrill.runtime.deployment import Deployment
from firedrill.scenarios.scenario import Phase, Scenario, TakeSpec
from tests.json_schemas import as_its_schema_says

FAULT = (Phase(12, TakeSpec("failing", ())),)
SCENARIOS = (
    Scenario("calm", "Nothing happens.", FAULT),
    Scenario("broken", "Half fail.", FAULT, {"failures": "Alert", "silence": "No Data"}, frozenset({"lonely"})),
)


@pytest.fixture
def found(tiny: Callable[..., list[Resource]], tmp_path: Path) -> list[ListedWorker]:
    (tmp_path / EXEMPTIONS).write_text("yearly: fires on New Year\n")
    names = ("failures", "silence", "lonely", "yearly")
    monitors = {name: f"sum(last_5m):sum:tiny.failures{{*}}.as_count() > {n}" for n, name in enumerate(names)}

    def planned(worker: CompiledWorker, root: Path) -> Plan:
        return Plan(Deployment(worker.script, b""), TakeSpec("healthy", ()), SCENARIOS, {"storm": "never here"})

    return list_resources(tiny(monitors), Choice(root=tmp_path), planned)


def test_scenarios_say_what_they_fire_and_monitors_what_proves_them(found: list[ListedWorker]) -> None:
    assert list(lines(found)) == [
        "tiny: 2 scenarios, 4 monitors",
        "  scenario calm: Nothing happens.",
        "    fires nothing",
        "  scenario broken: Half fail.",
        "    fires failures, silence (No Data); may fire lonely",
        "  left out: storm, never here",
        "  monitor failures: proven by broken",
        "  monitor lonely: nothing proves it: add a scenario in which it must fire",
        "  monitor silence: proven by broken",
        "  monitor yearly: exempt, fires on New Year",
    ]


def test_the_list_for_machines_has_a_version(found: list[ListedWorker]) -> None:
    document = as_its_schema_says("list", to_json("dev", found))
    (worker,) = document.pop("workers")
    assert document == {"version": 1, "stack": "dev"}
    assert worker["scenarios"][1] == {
        "scenario": "broken",
        "summary": "Half fail.",
        "fires": {"failures": "Alert", "silence": "No Data"},
        "mayFire": ["lonely"],
    }
    assert worker["skipped"] == {"storm": "never here"}
    assert worker["monitors"][0] == {"monitor": "failures", "provenBy": ["broken"], "exempt": ""}
    assert worker["monitors"][3] == {"monitor": "yearly", "provenBy": [], "exempt": "fires on New Year"}
