"""What is deployed to one Cloudflare account and one Datadog organisation, compiled.

Unlike in a drill nothing is sorted by Worker: every job is offered the events of every Worker, every pipeline sees
every log, and what keeps them apart is what was declared to do so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from firedrill.resources import LOGPUSH_JOB, LOGS_METRIC, LOGS_PIPELINE, MONITOR, Resource, of_type
from firedrill.vendors.cloudflare import from_pulumi as cloudflare
from firedrill.vendors.cloudflare.job import Job, compile_jobs
from firedrill.vendors.datadog import from_pulumi as datadog
from firedrill.vendors.datadog.log_metrics import LogMetrics, compile_metrics
from firedrill.vendors.datadog.monitors import COMPILERS, Monitor, parse_monitors
from firedrill.vendors.datadog.pipelines import Pipelines, compile_pipelines
from firedrill.vendors.datadog.rules.monitors import METRIC_TYPES
from firedrill.vendors.errors import Mistakes

_FED = {kind: COMPILERS[kind] for kind in METRIC_TYPES}


@dataclass(frozen=True)
class Label:
    """How a monitor is shown: the `service` it is about, and its short name, with the class it is about."""

    service: str
    name: str


@dataclass(frozen=True)
class Organisation:
    """Everything but the Workers, ready to run: `jobs` are those to Datadog, `labels` is by the monitors' ids."""

    jobs: Sequence[Job]
    pipelines: Pipelines
    metrics: LogMetrics
    monitors: Sequence[Monitor]
    labels: Mapping[str, Label]


def compile_organisation(resources: Sequence[Resource]) -> Organisation:
    """Compile resources, raising FiredrillError with every problem found, one a line."""
    mistakes = Mistakes()
    with mistakes.collect():
        jobs = compile_jobs([cloudflare.logpush_job(each.inputs) for each in of_type(resources, LOGPUSH_JOB)])
    declared = of_type(resources, MONITOR)
    with mistakes.collect():
        pipelines = compile_pipelines([datadog.pipeline(each.inputs) for each in of_type(resources, LOGS_PIPELINE)])
    with mistakes.collect():
        metrics = compile_metrics([datadog.logs_metric(each.inputs) for each in of_type(resources, LOGS_METRIC)])
    with mistakes.collect():
        monitors = parse_monitors([{**datadog.monitor(each.inputs), "id": each.id} for each in declared], _FED)
    mistakes.raise_all()
    return Organisation(jobs, pipelines, metrics, monitors, {each.id: _label(each) for each in declared})


def _label(monitor: Resource) -> Label:
    tags = dict(tag.split(":", 1) for tag in monitor.inputs.get("tags") or () if ":" in tag)
    name = tags.get("monitor", monitor.name)
    return Label(tags.get("service", ""), f"{tags['class']}/{name}" if "class" in tags else name)
