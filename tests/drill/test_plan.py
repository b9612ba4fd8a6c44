"""What is run for one Worker, and what is missing for that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from firedrill.drill.compiled import CompiledWorker, compile_workers
from firedrill.drill.plan import plan_of, plans_of
from firedrill.resources import Resource
from firedrill.runtime.deployment import Deployment
from firedrill.vendors.errors import FiredrillError

FILE = """
traffic: [{session: [GET /]}]
bindings: {API_KEY: fake}
adjust: {delivery-stopped: {skip: nothing is delivered}}
"""


@pytest.fixture
def service(tiny: Callable[..., list[Resource]], tmp_path: Path) -> CompiledWorker:
    """The tiny stack's Worker, with its bundle and its drill file in the temporary folder."""
    (tmp_path / "t.mjs").write_bytes(b"export default {};")
    (tmp_path / "drill.yaml").write_text(FILE)
    (found,) = compile_workers(tiny({"low-traffic": "sum(last_5m):sum:tiny.runs{*}.as_count() < 1"}))
    return replace(found, drill="drill.yaml")


def test_the_declared_script_is_deployed_with_the_bindings_of_the_drill_file(
    service: CompiledWorker, tmp_path: Path
) -> None:
    plan = plan_of(service, tmp_path)
    assert plan.deployment == Deployment(service.script, b"export default {};", {"API_KEY": "fake"})


def test_what_the_worker_fetches_outside_is_answered_by_the_drill_file(service: CompiledWorker, tmp_path: Path) -> None:
    (tmp_path / "drill.yaml").write_text(FILE + "outbound: {'https://api.example.com/*': {status: 503}}\n")
    (answer,) = plan_of(service, tmp_path).deployment.answers
    assert (answer["url"], answer["status"]) == ("https://api.example.com/*", 503)


def test_the_scenarios_follow_from_the_monitors_and_the_drill_file(service: CompiledWorker, tmp_path: Path) -> None:
    plan = plan_of(service, tmp_path)
    assert [scenario.name for scenario in plan.scenarios] == ["healthy", "lone-failure"]
    assert plan.skipped == {"delivery-stopped": "nothing is delivered"}
    assert plan.healthy.name == "healthy"


def test_a_worker_without_a_drill_file_is_told_where_to_name_one(service: CompiledWorker, tmp_path: Path) -> None:
    with pytest.raises(FiredrillError) as error:
        plan_of(replace(service, drill="", alone=()), tmp_path)
    assert str(error.value) == (
        "Worker 'tiny' has no drill file, so nobody knows its traffic; set drill in its entry of workers"
    )


def test_a_bundle_that_is_not_there_is_named_with_what_makes_it(service: CompiledWorker, tmp_path: Path) -> None:
    (tmp_path / "t.mjs").unlink()
    for alone, advice in ((), "build it with: make drill"), (("tiny",), "build it first, or correct content_file"):
        with pytest.raises(FiredrillError) as error:
            plan_of(replace(service, alone=alone), tmp_path)
        assert str(error.value) == f"the Worker's bundle 't.mjs' does not exist; {advice}"


def test_a_worker_of_its_own_program_without_a_drill_file_gets_a_request_for_its_root(
    service: CompiledWorker, tmp_path: Path
) -> None:
    (tmp_path / "drill.yaml").unlink()
    plan = plan_of(replace(service, drill=""), tmp_path)
    assert {(each.method, each.path) for each in plan.healthy.requests} == {("GET", "/")}
    assert plan.assumed == "the traffic of tiny (GET /, as no drill file says what it gets)"


@pytest.mark.parametrize(
    ("script", "refused"),
    [
        ({}, "it has no content; give it one module that has everything, in content or content_file of"),
        ({"modules": [{}, {}]}, "its version has 2 modules; give it one module that has everything, in content or"),
    ],
)
def test_a_script_without_one_module_is_refused(
    service: CompiledWorker, tmp_path: Path, script: dict[str, Any], refused: str
) -> None:
    with pytest.raises(FiredrillError) as error:
        plan_of(replace(service, script={"script_name": "tiny", **script}), tmp_path)
    assert str(error.value).startswith(f"Worker 'tiny': {refused}")


def test_code_in_the_program_itself_is_deployed(service: CompiledWorker, tmp_path: Path) -> None:
    script = {"script_name": "tiny", "content": "export default {};", "main_module": "t.mjs"}
    assert plan_of(replace(service, script=script), tmp_path).deployment.bundle == b"export default {};"


def test_workers_of_the_stack_run_beside_those_that_call_them(service: CompiledWorker, tmp_path: Path) -> None:
    calls = {"a": "b", "b": "c", "c": "a", "alone": ""}

    def named(name: str, other: str) -> CompiledWorker:
        bindings = [{"type": "service", "name": "OTHER", "service": other}] if other else []
        return replace(service, name=name, script={**service.script, "script_name": name, "bindings": bindings})

    workers = [named(*each) for each in calls.items()]
    plans = plans_of(workers, plan_of, tmp_path)
    beside = {name: [each.name for each in plan.deployment.beside] for name, plan in plans.items()}
    assert beside == {"a": ["b", "c"], "b": ["c", "a"], "c": ["a", "b"], "alone": []}


def test_a_worker_that_the_stack_has_not_is_said_to_be_missing_for_each_that_calls_it(
    service: CompiledWorker, tmp_path: Path
) -> None:
    binding = {"type": "service", "name": "OTHER", "service": "elsewhere"}
    scripts = [{**service.script, "script_name": name, "bindings": [binding]} for name in ("a", "b")]
    workers = [replace(service, name=script["script_name"], script=script) for script in scripts]
    with pytest.raises(FiredrillError) as error:
        plans_of(workers, plan_of, tmp_path)
    text = str(error.value)
    assert text.count("binding type service of another Worker, 'elsewhere',") == 2
    assert text.count("declare 'elsewhere' under firedrill:workers") == 2
