"""The search of the shipped Worker's alerts is done once for what it depends on, and tells where a threshold lies."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from firedrill.drill.bracket import Sensitivity
from firedrill.drill.choice import Choice
from firedrill.drill.drill import drill_resources
from firedrill.drill.record import Recorder
from firedrill.drill.searched import FOLDER, with_sensitivity
from firedrill.drill.stages import Stages
from firedrill.resources import MONITOR, OBSERVED_SERVICE, Resource
from tests.drill.test_mutations import mutated

pytestmark = pytest.mark.workerd

ROOT = Path(__file__).resolve().parents[2]
SCENARIO = "one-operation-fails@1.8"
Search = Callable[..., Sensitivity]


def only(inputs: dict[str, Any]) -> None:
    """Promise nothing but the danger of the scenario."""
    found = [each for each in inputs["promises"]["dangers"] if each["danger"] == "one-operation-fails"]
    inputs["promises"] = {**inputs["promises"], "dangers": found}


@pytest.fixture
def search(recorder: Recorder, tmp_path: Path) -> Search:
    """Searches the one danger; what was found is kept in the test's folder."""

    def run(resources: Sequence[Resource]) -> Sensitivity:
        stages = Stages(Console(file=io.StringIO()))
        few = mutated(resources, OBSERVED_SERVICE, only)
        drill = drill_resources(few, Choice(root=ROOT, scenarios=(SCENARIO,)), stages, record=recorder)
        (found,) = with_sensitivity(drill, few, tmp_path, stages).result.workers[0].sensitivity
        return found

    return run


def critical(value: str) -> Callable[[dict[str, Any]], None]:
    def change(inputs: dict[str, Any]) -> None:
        inputs["monitorThresholds"] = {"critical": value}
        inputs["query"] = inputs["query"].replace("> 5", f"> {value}")

    return change


def test_the_smallest_fault_lies_at_the_threshold_and_moves_with_it(search: Search, rendered: list[Resource]) -> None:
    found = search(rendered)
    assert (found.monitor, found.unit, found.size, found.threshold) == ("do-errors", "failures a minute", 1.8, 1)
    assert found.smallest == pytest.approx(1.05, rel=0.05)
    assert found.problem == ""
    higher = search(mutated(rendered, MONITOR, critical("20"), "-do-errors"))
    assert higher.smallest == pytest.approx(4.05, rel=0.05)


def test_what_was_found_is_used_again_until_something_changes(
    search: Search, rendered: list[Resource], tmp_path: Path
) -> None:
    search(rendered)
    (file,) = (tmp_path / FOLDER).iterdir()
    (key,) = kept = json.loads(file.read_text())
    kept[key]["smallest"] = 42.0
    file.write_text(json.dumps(kept))
    assert search(rendered).smallest == 42.0
    assert search(mutated(rendered, MONITOR, critical("20"), "-do-errors")).smallest != 42.0


def test_a_change_to_another_monitor_leaves_what_was_found_as_it_is(
    search: Search, rendered: list[Resource], tmp_path: Path
) -> None:
    search(rendered)
    (file,) = (tmp_path / FOLDER).iterdir()
    before = file.read_text()
    search(mutated(rendered, MONITOR, lambda inputs: inputs.update(priority="5"), "-background-errors"))
    assert file.read_text() == before


def test_a_file_that_cannot_be_read_is_searched_anew(search: Search, rendered: list[Resource], tmp_path: Path) -> None:
    found = search(rendered)
    (file,) = (tmp_path / FOLDER).iterdir()
    file.write_text("{")
    assert search(rendered) == found
