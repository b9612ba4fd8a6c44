"""The declared stack, compiled once: every vendor rule that can refuse it does so here, all problems together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from firedrill.cloudflare import from_pulumi as cloudflare
from firedrill.cloudflare.job import Job, compile_job
from firedrill.cloudflare.script import check_script
from firedrill.datadog import from_pulumi as datadog
from firedrill.datadog.log_metrics import LogMetrics, compile_metrics
from firedrill.datadog.monitors import COMPILERS, Composite, Monitor, parse_monitors
from firedrill.datadog.monitors.compilers import METRIC_TYPES
from firedrill.datadog.pipelines import Pipelines, compile_pipelines
from firedrill.errors import FiredrillError, Mistakes
from firedrill.resources import LOGPUSH_JOB, LOGS_METRIC, LOGS_PIPELINE, MONITOR, WORKERS_SCRIPT, Resource, of_type

T = TypeVar("T")
_ID_TAG = "monitor:"
_FED = {kind: COMPILERS[kind] for kind in METRIC_TYPES}
"""The drill feeds metrics: a monitor of indexed logs, events or check runs would never fire, so its type is refused."""

DELIVERY_MINUTES = 3
"""For a batch to fill, to be uploaded and to be evaluated at the next full minute."""


@dataclass(frozen=True)
class Stack:
    """What one stack declares, ready to run. `names` maps a monitor's Datadog id to the name the drill knows it by."""

    script: Mapping[str, Any]
    job: Job
    pipelines: Pipelines
    metrics: LogMetrics
    monitors: Sequence[Monitor]
    names: Mapping[str, str]


def compile_stack(resources: Sequence[Resource]) -> Stack:
    """Compile rendered resources; raises FiredrillError with every problem found, one a line."""
    mistakes = Mistakes()

    def attempt(build: Callable[[], T]) -> T:
        with mistakes.collect():
            return build()
        return None  # a mistake ends the compilation below

    declared = of_type(resources, MONITOR)
    script = attempt(lambda: cloudflare.workers_script(_only(resources, WORKERS_SCRIPT).inputs))
    job = attempt(lambda: compile_job(cloudflare.logpush_job(_only(resources, LOGPUSH_JOB).inputs)))
    pipeline_specs = attempt(lambda: [datadog.pipeline(each.inputs) for each in of_type(resources, LOGS_PIPELINE)])
    metric_specs = attempt(lambda: [datadog.logs_metric(each.inputs) for each in of_type(resources, LOGS_METRIC)])
    pipelines = attempt(lambda: compile_pipelines(pipeline_specs or ()))
    metrics = attempt(lambda: compile_metrics(metric_specs or ()))
    specs = [{**datadog.monitor(each.inputs), "id": each.id} for each in declared]
    monitors = attempt(lambda: parse_monitors(specs, _FED))
    if script:
        attempt(lambda: check_script(script))
    mistakes.raise_all()
    names = {each.id: short_name(each) for each in declared}
    return Stack(script, job, pipelines, metrics, monitors, names)


def short_name(monitor: Resource) -> str:
    """What the drill calls a monitor: the value of its tag `monitor:`, else the resource's name."""
    tagged = (tag.removeprefix(_ID_TAG) for tag in monitor.inputs.get("tags") or () if tag.startswith(_ID_TAG))
    return next(tagged, monitor.name)


def allowed_minutes(stack: Stack) -> dict[str, int]:
    """Minutes that each monitor, by its short name, may take to alert or to recover: its window, its delay, delivery.

    A composite may take as long as the slowest of its parts.
    """
    own = {
        monitor.id: -(-(monitor.condition.query.window_s + monitor.options.evaluation_delay) // 60) + DELIVERY_MINUTES
        for monitor in stack.monitors
        if not isinstance(monitor.condition, Composite)
    }
    composed = {
        monitor.id: max(own[part] for part in monitor.condition.ids)
        for monitor in stack.monitors
        if isinstance(monitor.condition, Composite)
    }
    return dict(sorted((stack.names[monitor], minutes) for monitor, minutes in {**own, **composed}.items()))


def _only(resources: Sequence[Resource], token: str) -> Resource:
    found = of_type(resources, token)
    if len(found) != 1:
        kind = token.rpartition(":")[2]
        raise FiredrillError(f"The drill needs exactly one {kind}; the stack declares {len(found)}.")
    return found[0]
