"""Each way in which logs fall silent amid healthy traffic: who tells of it, within the time that the drill reports."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from firedrill.drill.calm import START_MS
from firedrill.drill.carry import carry
from firedrill.drill.compiled import CompiledWorker, allowed_minutes, compile_workers
from firedrill.drill.plan import Plan, plan_of
from firedrill.drill.record import Recorder, records_of
from firedrill.drill.simulate import History, healthy_history
from firedrill.drill.simulated_time import RecordedTake
from firedrill.resources import LOGPUSH_JOB, LOGS_PIPELINE, WORKERS_SCRIPT, Resource
from firedrill.scenarios.scenario import MINUTE_MS, Phase
from firedrill.vendors.datadog.monitors import State
from tests.drill.test_mutations import mutated, processor

pytestmark = pytest.mark.workerd
ROOT = Path(__file__).resolve().parents[2]
HEALTHY_MINUTES, SILENT_MINUTES = 40, 25
OTHER = '{"where":{"key":"ScriptName","operator":"eq","value":"another"}}'

Change = Callable[[Sequence[Resource]], list[Resource]]


def as_declared(resources: Sequence[Resource]) -> list[Resource]:
    return list(resources)


def flag_off(resources: Sequence[Resource]) -> list[Resource]:
    return mutated(resources, WORKERS_SCRIPT, lambda inputs: inputs.update(logpush=False))


def job_disabled(resources: Sequence[Resource]) -> list[Resource]:
    return mutated(resources, LOGPUSH_JOB, lambda inputs: inputs.update(enabled=False))


def worker_excluded(resources: Sequence[Resource]) -> list[Resource]:
    return mutated(resources, LOGPUSH_JOB, lambda inputs: inputs.update(filter=OTHER))


def field_misspelt(resources: Sequence[Resource]) -> list[Resource]:
    return mutated(
        resources,
        LOGS_PIPELINE,
        lambda inputs: processor(inputs, "arrayProcessor")["operation"]["select"].update(source="Log"),
    )


@dataclass(frozen=True)
class Stack:
    """The declared Worker after healthy minutes, whose traffic goes on as `takes` have it."""

    worker: CompiledWorker
    plan: Plan
    takes: Mapping[str, RecordedTake]
    history: History

    def told(self, broken: CompiledWorker, monitor: str, *, refused: bool) -> tuple[str, int]:
        """The state that a monitor leaves OK for, and after how many minutes of the silence."""
        start_ms = START_MS + HEALTHY_MINUTES * MINUTE_MS
        silence = [Phase(SILENT_MINUTES, self.plan.healthy, delivery=not refused)]
        store = self.history.store.copy()
        carry(broken, silence, self.takes, start_ms, self.history.indexes.copy()).ingested.add_to(store)
        times_s = np.arange(start_ms - 15 * MINUTE_MS, start_ms + SILENT_MINUTES * MINUTE_MS + 1, MINUTE_MS) // 1000
        ran = self.worker.organisation.monitoring().run(store, times_s)
        (id_,) = [id_ for id_, name in self.worker.names.items() if name == monitor]
        left = [
            (change.time_s, change.to_state)
            for timeline in ran.timelines[id_].values()
            for change in timeline.transitions(times_s)
            if change.to_state not in (State.OK, State.ABSENT)
        ]
        assert left, f"{monitor} told nobody in {SILENT_MINUTES} minutes"
        time_s, state = min(left)
        return state.label, (time_s - start_ms // 1000) // 60


@pytest.fixture(scope="module")
def stack(rendered: list[Resource], recorder: Recorder) -> Stack:
    (worker,) = compile_workers(rendered)
    plan = plan_of(worker, ROOT)
    recorded = recorder(plan.deployment, [plan.healthy], lambda done, of_all: None)
    takes = records_of(worker, recorded)
    return Stack(worker, plan, takes, healthy_history(worker, plan.healthy, HEALTHY_MINUTES, takes))


@pytest.mark.parametrize(
    ("fault", "change", "refused", "monitor", "state"),
    [
        ("the flag of the Worker is off", flag_off, False, "telemetry-silent", "No Data"),
        ("the job is disabled", job_disabled, False, "telemetry-silent", "No Data"),
        ("the filter excludes the Worker", worker_excluded, False, "telemetry-silent", "No Data"),
        ("the job fails: its destination answers 5xx", as_declared, True, "telemetry-silent", "No Data"),
        ("the key is revoked: Datadog answers 403", as_declared, True, "telemetry-silent", "No Data"),
        ("the secret is rotated at Datadog alone: 403 again", as_declared, True, "telemetry-silent", "No Data"),
        ("a field is misspelt in the pipeline", field_misspelt, False, "telemetry-gap", "Alert"),
    ],
    ids=lambda value: value if isinstance(value, str) and " " in value else "",
)
def test_silence_is_told_within_the_reported_time(
    stack: Stack, rendered: list[Resource], fault: str, change: Change, refused: bool, monitor: str, state: str
) -> None:
    (broken,) = compile_workers(change(rendered))
    told, minutes = stack.told(broken, monitor, refused=refused)
    assert told == state
    assert 0 < minutes <= allowed_minutes(stack.worker)[monitor]


def test_as_long_as_nothing_is_silent_nobody_is_told(stack: Stack) -> None:
    for monitor in ("telemetry-silent", "telemetry-gap"):
        with pytest.raises(AssertionError, match="told nobody"):
            stack.told(stack.worker, monitor, refused=False)
