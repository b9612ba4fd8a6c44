"""Each way in which monitoring dies silently, done to the declared stack: the drill has to fail and name the cause."""

from __future__ import annotations

import copy
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from firedrill.drill.choice import Choice
from firedrill.drill.drill import drill_resources
from firedrill.drill.record import Recorder
from firedrill.drill.result import WorkerResult
from firedrill.drill.stages import Stages
from firedrill.resources import (
    LOGPUSH_JOB,
    LOGS_METRIC,
    LOGS_PIPELINE,
    MONITOR,
    OBSERVED_SERVICE,
    WORKERS_SCRIPT,
    Resource,
)
from firedrill.vendors.errors import FiredrillError

pytestmark = pytest.mark.workerd

ROOT = Path(__file__).resolve().parents[2]

Drill = Callable[..., WorkerResult]


@pytest.fixture
def drill(recorder: Recorder) -> Drill:
    """Drill resources in one scenario."""

    def run(resources: Sequence[Resource], scenario: str, root: Path = ROOT) -> WorkerResult:
        choice = Choice(root=root, scenarios=(scenario,))
        (result,) = drill_resources(
            resources, choice, Stages(Console(file=io.StringIO())), record=recorder
        ).result.workers
        return result

    return run


def mutated(
    resources: Sequence[Resource], token: str, change: Callable[[dict[str, Any]], None], name: str = ""
) -> list[Resource]:
    """The resources with `change` applied to the inputs of those of a type (and name); at least one must be there."""
    changed = []
    hits = 0
    for resource in resources:
        if resource.type == token and name in resource.name:
            inputs = copy.deepcopy(resource.inputs)
            change(inputs)
            assert inputs != resource.inputs, "the mutation changed nothing"
            resource = replace(resource, inputs=inputs)
            hits += 1
        changed.append(resource)
    assert hits, f"no {token} named {name!r}"
    return changed


def processor(inputs: dict[str, Any], kind: str) -> dict[str, Any]:
    """The first processor of a kind in a pipeline's inputs."""
    found: dict[str, Any] = next(each[kind] for each in inputs["processors"] if kind in each)
    return found


def cause(result: WorkerResult, monitor: str) -> str:
    """Why the drill says that a monitor failed."""
    assert not result.proven
    (verdict,) = [each for each in result.verdicts if each.monitor == monitor]
    assert verdict.failures, f"{monitor} was proven; causes: {dict(result.causes)}"
    return result.cause(verdict)


def test_the_declared_stack_as_it_is_passes(drill: Drill, rendered: list[Resource]) -> None:
    assert drill(rendered, "storage-failing").proven


def test_a_disabled_logpush_job_is_named(drill: Drill, rendered: list[Resource]) -> None:
    broken = mutated(rendered, LOGPUSH_JOB, lambda inputs: inputs.update(enabled=False))
    why = cause(drill(broken, "storage-failing"), "do-errors")
    assert why.startswith("in storage-failing")
    assert (
        ": the Logpush job 'conversation-state-dev' is disabled, so nothing leaves Cloudflare; set enabled=True"
        " (the provider's default is False)"
    ) in why


def test_logpush_off_on_the_script_is_named(drill: Drill, rendered: list[Resource]) -> None:
    broken = mutated(rendered, WORKERS_SCRIPT, lambda inputs: inputs.update(logpush=False))
    why = cause(drill(broken, "storage-failing"), "worker-5xx")
    assert why.startswith("in storage-failing")
    assert (
        ": logpush is off on the WorkersScript 'conversation-state-dev', so no job gets its events;"
        " set logpush=True (the default is False)"
    ) in why


@pytest.mark.parametrize(
    ("name", "readers"),
    [
        ("Logs", r"the processors 'Telemetry line', .* the metrics 'conversation_state\.dev\..* the monitors .* read"),
        (
            "WallTimeMs",
            r"the processor .*, the metrics 'conversation_state\.dev\.do\.latency', .*Durable Object latency p95' read",
        ),
    ],
)
def test_a_field_that_is_read_and_not_selected_is_refused_with_its_readers(
    name: str, readers: str, drill: Drill, rendered: list[Resource]
) -> None:
    broken = mutated(rendered, LOGPUSH_JOB, lambda inputs: inputs["outputOptions"]["fieldNames"].remove(name))
    with pytest.raises(FiredrillError, match=rf"field_names lacks {name}, which {readers}; select it\.$"):
        drill(broken, "storage-failing")


def test_a_broken_grok_rule_is_named(drill: Drill, rendered: list[Resource]) -> None:
    def break_rule(inputs: dict[str, Any]) -> None:
        processor(inputs, "grokParser")["grok"]["matchRules"] = "telemetry v=%{integer:telemetry.v}"

    why = cause(drill(mutated(rendered, LOGS_PIPELINE, break_rule), "storage-failing"), "do-errors")
    assert "processor 'Telemetry fields' did nothing with any log: no rule matches" in why


def test_a_disabled_processor_is_named(drill: Drill, rendered: list[Resource]) -> None:
    def disable(inputs: dict[str, Any]) -> None:
        processor(inputs, "stringBuilderProcessor")["isEnabled"] = False

    why = cause(drill(mutated(rendered, LOGS_PIPELINE, disable), "storage-failing"), "do-errors")
    assert "processor 'Telemetry line as text' did nothing with any log: disabled" in why


def test_a_threshold_a_thousand_times_too_high_is_named(drill: Drill, rendered: list[Resource]) -> None:
    def raise_it(inputs: dict[str, Any]) -> None:
        critical = float(inputs["monitorThresholds"]["critical"]) * 1000
        inputs["monitorThresholds"] = {"critical": critical}
        inputs["query"] = f"{inputs['query'].rpartition('>')[0]}> {critical:g}"

    why = cause(drill(mutated(rendered, MONITOR, raise_it, "do-errors"), "storage-failing"), "do-errors")
    assert "its highest value was" in why
    assert "it alerts at > 5000" in why


def test_a_full_window_required_of_a_sparse_monitor_is_named(drill: Drill, rendered: list[Resource]) -> None:
    broken = mutated(rendered, MONITOR, lambda inputs: inputs.update(requireFullWindow=True), "cleanup-failures")
    why = cause(drill(broken, "rare-cleanup-failure"), "cleanup-failures")
    assert "evaluations were skipped (require_full_window, and the window is not full)" in why


def test_a_misspelt_metric_filter_is_named(drill: Drill, rendered: list[Resource]) -> None:
    def misspell(inputs: dict[str, Any]) -> None:
        inputs["filter"]["query"] = inputs["filter"]["query"].replace(
            "@telemetry.result:error", "@telemetry.result:eror"
        )

    why = cause(drill(mutated(rendered, LOGS_METRIC, misspell, "do-errors-total"), "storage-failing"), "do-errors")
    assert "metric 'conversation_state.dev.do.errors.total' got no point: its filter does not match" in why
    assert "@telemetry.result:eror" in why


def recoded(root: Path, resources: Sequence[Resource], old: bytes, new: bytes) -> Path:
    """The folder `root` with the Worker's drill file and its bundle, in which `old` is replaced by `new`."""
    script = next(resource for resource in resources if resource.type == WORKERS_SCRIPT)
    for name, change in ((script.inputs["contentFile"], (old, new)), ("worker/drill.yaml", (b"", b""))):
        content = (ROOT / name).read_bytes()
        assert change[0] in content
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content.replace(*change))
    return root


def test_a_telemetry_line_at_another_level_is_named(drill: Drill, rendered: list[Resource], tmp_path: Path) -> None:
    root = recoded(tmp_path, rendered, b"console.debug", b"console.info")
    why = cause(drill(rendered, "storage-failing", root), "do-errors")
    assert "processor 'Telemetry line' did nothing with any log: no element of Logs matches Level:debug" in why


def test_an_operation_that_is_not_declared_is_named(drill: Drill, rendered: list[Resource]) -> None:
    def forget(inputs: dict[str, Any]) -> None:
        inputs["classes"]["ConversationStateDO"]["operations"].remove("clear")

    result = drill(mutated(rendered, OBSERVED_SERVICE, forget), "healthy")
    assert not result.proven
    assert result.problems == (
        "ConversationStateDO: the operation 'clear' occurs but is not declared, so nothing counts it;"
        " add it to operations of workers.conversation-state.classes.ConversationStateDO",
    )


def test_a_class_whose_wrapper_was_forgotten_is_named(drill: Drill, rendered: list[Resource], tmp_path: Path) -> None:
    unwrapped = b"function observeObject(Class) { return Class; }\nfunction unused("
    root = recoded(tmp_path, rendered, b"function observeObject(", unwrapped)
    result = drill(rendered, "healthy", root)
    (problem,) = result.problems
    assert re.fullmatch(
        r"ConversationStateDO was called \d+ times and wrote no telemetry; wrap it in the Worker: export const"
        r" ConversationStateDO = observeObject\(class ConversationStateDO extends DurableObject \{ \.\.\. \}\)",
        problem,
    )
