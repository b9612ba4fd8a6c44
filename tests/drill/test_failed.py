"""A Worker that fails by itself: its own exception is the first thing that a drill tells."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from firedrill.drill.choice import Choice
from firedrill.drill.compiled import CompiledWorker
from firedrill.drill.drill import drill_resources
from firedrill.drill.plan import Plan, read_bundle
from firedrill.drill.stages import Stages
from firedrill.errors import CannotRun
from firedrill.resources import Resource
from firedrill.runtime import Request
from firedrill.runtime.deployment import Deployment
from firedrill.runtime.source_map import sources_of
from firedrill.scenarios.scenario import Phase, Scenario, TakeSpec

pytestmark = pytest.mark.workerd

Tiny = Callable[..., list[Resource]]
Run = Callable[[str], tuple[str, ...]]
HEALTHY = TakeSpec("healthy", (Request(path="/a"), Request(path="/b")))
CALM = Scenario("calm", "Nothing happens.", (Phase(12, HEALTHY),), after=13)
REMARK = "the Worker fails without any fault: "


@pytest.fixture
def problems(tmp_path: Path, tiny: Tiny, stages: Stages) -> Run:
    """The problems of a drill of a Worker without telemetry in calm traffic, by its module."""

    def planned(worker: CompiledWorker, root: Path) -> Plan:
        sources = sources_of(worker.script["content_file"], root)
        return Plan(Deployment(worker.script, read_bundle(worker, root), sources=sources), HEALTHY, (CALM,))

    def run(source: str) -> tuple[str, ...]:
        (tmp_path / "t.mjs").write_text(source)
        return drill_resources(tiny(), Choice(root=tmp_path), stages, planned).result.workers[0].problems

    return run


def test_an_exception_in_every_request_is_the_first_problem(problems: Run) -> None:
    assert problems("export default {\n  fetch() {\n    undefinedThing.foo();\n  },\n};\n")[0] == (
        f"{REMARK}t.mjs:3:5: ReferenceError: undefinedThing is not defined; thrown by fetch, 2 times"
    )


def test_an_exception_that_the_worker_turns_into_an_answer_is_told_after_the_answer(problems: Run) -> None:
    caught = "try { noSuch(); } catch { return new Response('', { status: 503 }); }"
    assert problems(f"export default {{\n  fetch() {{\n    {caught}\n  }},\n}};\n")[:2] == (
        f"{REMARK}GET /a is answered by 503, as are 1 more by 5xx",
        f"{REMARK}t.mjs:3:11: ReferenceError: noSuch is not defined; thrown and caught",
    )


def test_a_worker_that_does_not_fail_has_no_such_problem(problems: Run) -> None:
    assert problems("export default { fetch() { return new Response(); } };") == ()


def test_a_worker_that_does_not_start_says_where(problems: Run) -> None:
    with pytest.raises(CannotRun) as raised:
        problems("export default { fetch() {} };\nthrow new Error('at load');")
    assert str(raised.value) == "the Worker 'tiny' does not start: t.mjs:2:7: Error: at load"
