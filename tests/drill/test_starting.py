"""A class that uses its storage only when it starts: failing storage strikes there."""

from __future__ import annotations

import io

import pytest
import yaml  # type: ignore[import-untyped]
from rich.console import Console

from firedrill.drill.choice import Choice
from firedrill.drill.run import run_drill
from firedrill.drill.stages import Stages
from tests.drill.conftest import Alone

pytestmark = pytest.mark.workerd

STARTING = {
    "entry": "tests/drill/starting.mjs",
    "drill": "starting.yaml",
    "monitors": {"storage-spike": False},
    "classes": {"Counter": {"binding": "COUNTERS", "operations": ["next"]}},
}


def test_what_a_constructor_reads_fails_with_the_storage_and_is_told(alone: Alone) -> None:
    root = alone("starting", STARTING)
    (root / "starting.yaml").write_text(yaml.safe_dump({"traffic": [{"count": 24, "session": ["GET /{id}"]}]}))
    choice = Choice(stack="starting", root=root, scenarios=("storage-failing",))
    (found,) = run_drill(choice, Stages(Console(file=io.StringIO()))).result.workers
    fired = {each.monitor for each in found.verdicts for proof in each.proofs if not proof.problem}
    assert {"worker-5xx", "do-errors", "do-error-rate"} <= fired
    assert (found.problems, [each.problems for each in found.verdicts if each.problems]) == ((), [])
