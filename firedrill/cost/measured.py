"""What takes measured that is billed: invocations, objects, records, logs, points and combinations of tags."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, NamedTuple

from firedrill.drill.carry import SEED
from firedrill.drill.compiled import CompiledWorker
from firedrill.drill.drill import Drill
from firedrill.runtime.deeds import Deed
from firedrill.runtime.take import Take
from firedrill.vendors.cloudflare.job import Elsewhere, Job
from firedrill.vendors.cloudflare.trace_items import Record, Script, event_type, is_of_object, record
from firedrill.vendors.cloudflare.uploads import upload
from firedrill.vendors.datadog.intake import MAX_ENTRIES
from firedrill.vendors.datadog.queries import Point
from firedrill.vendors.rules.prices import OBJECT_GB

MESSAGES_A_REQUEST = 20
"""Messages of WebSockets that are one request. Source: developers.cloudflare.com/durable-objects/platform/pricing"""


class Taken(NamedTuple):
    """A Worker with the takes of its drill; `healthy` names the one of a minute of healthy traffic."""

    worker: CompiledWorker
    takes: Mapping[str, Take]
    healthy: str


@dataclass(frozen=True)
class Sent:
    """What the job of this label sends in the healthy minute: records, and their bytes as they are and compressed.

    `kind` is how its address begins; `batches` are the most that it uploads in a minute as long as no batch is full.
    """

    job: str
    kind: str
    records: int
    size: int
    compressed: int
    batches: float


@dataclass(frozen=True)
class Measured:
    """One Worker in its healthy minute, but for `combinations` of `all_metrics`, which are those of all of its takes.

    `requests` are invocations of the Worker itself, `invocations` those of its objects too, `events` what Workers Logs
    ingests. Of the objects: `object_requests`, `duration_gbs`, rows, and what they hold (`stored_bytes`) afterwards.
    `logs` are kept by Datadog, `indexed` of them stored; None where no index is declared. `metrics` counts by name.
    """

    worker: str
    requests: int
    invocations: int
    events: float
    object_requests: float
    objects: int
    duration_gbs: float
    rows_read: int
    rows_written: int
    stored_bytes: int
    sent: tuple[Sent, ...]
    logs: int
    indexed: int | None
    points: int
    alerts: int
    reads_logs: bool
    metrics: Mapping[str, int] = field(default_factory=dict)
    all_metrics: Mapping[str, int] = field(default_factory=dict)


def taken(drill: Drill) -> list[Taken]:
    """The Workers of a finished drill that has run all of its scenarios."""
    return [Taken(each.worker, each.takes, each.plan.healthy.name) for each in drill.workers if each.plan]


def measured(of: Taken, jobs: Sequence[Elsewhere]) -> Measured:
    """What a Worker's takes come to at the enabled `jobs` of its stack and at Datadog."""
    worker, take = of.worker, of.takes[of.healthy]
    items = [each.item for each in take.invocations]
    own = [item for item in items if not is_of_object(item)]
    objects = [deed for deed in take.deeds if deed.class_name]
    held = {deed.object: deed.bytes for deed in objects if deed.bytes is not None}
    ingested = {name: _ingested(worker, each) for name, each in of.takes.items()}
    logs, indexed, points = ingested[of.healthy]
    return Measured(
        worker=worker.name,
        requests=len(own),
        invocations=len(items),
        events=_events(worker.script, items),
        object_requests=sum(_share(item) for item in items if is_of_object(item)),
        objects=len({deed.object for deed in objects}),
        duration_gbs=_active_s(objects) * OBJECT_GB,
        rows_read=sum(deed.storage.read for deed in objects),
        rows_written=sum(deed.storage.written for deed in objects),
        stored_bytes=sum(held.values()),
        sent=tuple(_sent(worker, take, job) for job in jobs if not job.obstacles(worker.script)),
        logs=logs,
        indexed=indexed,
        points=len(points),
        alerts=len(worker.watches),
        reads_logs=bool(worker.organisation.log_queries),
        metrics=custom_metrics(worker, points),
        all_metrics=custom_metrics(worker, (point for _, _, every in ingested.values() for point in every)),
    )


def custom_metrics(worker: CompiledWorker, points: Iterable[Point]) -> dict[str, int]:
    """Custom metrics by the name of the metric: one for each combination of tags that is seen.

    A distribution makes five of each combination, ten with percentiles.
    Source: docs.datadoghq.com/account_management/billing/custom_metrics
    """
    definitions = worker.organisation.logging.metrics.definitions
    found: dict[str, int] = {}
    for name, _ in {(point.metric, point.tags) for point in points}:
        compute = definitions[name].compute
        each = 1 if compute.aggregation_type == "count" else 10 if compute.include_percentiles else 5
        found[name] = found.get(name, 0) + each
    return dict(sorted(found.items()))


def _share(item: Mapping[str, Any]) -> float:
    """How much of a billed request an invocation of an object is."""
    return 1 / MESSAGES_A_REQUEST if event_type(item) == "hibernatable_web_socket" else 1.0


def _events(script: Mapping[str, Any], items: Iterable[Mapping[str, Any]]) -> float:
    """What Workers Logs ingests: an event for each invocation and each line that is sampled and kept."""
    settings = script.get("observability") or {}
    logs = settings.get("logs") or {}
    if not settings.get("enabled") or logs.get("enabled") is False or logs.get("persist") is False:
        return 0.0
    rates = [each for each in (settings.get("head_sampling_rate"), logs.get("head_sampling_rate")) if each is not None]
    rate = rates[-1] if rates else 1.0
    whole = logs.get("invocation_logs") is not False
    return rate * sum(whole + len(item.get("logs") or ()) for item in items)


def _active_s(objects: Iterable[Deed]) -> float:
    """Seconds in which an object ran anything, summed over the objects: what overlaps counts once."""
    spans: dict[str, list[tuple[int, int]]] = {}
    for deed in objects:
        spans.setdefault(deed.object, []).append((deed.began_ms, deed.ended_ms or deed.began_ms))
    return sum(_covered(each) for each in spans.values()) / 1000


def _covered(spans: Iterable[tuple[int, int]]) -> int:
    total, until = 0, 0
    for began, ended in sorted(spans):
        total += max(0, ended - max(began, until))
        until = max(until, ended)
    return total


def _sent(worker: CompiledWorker, take: Take, job: Elsewhere) -> Sent:
    prepared = _prepared(worker, take, job)
    sent = upload(job.label, 0, job.output.batch(prepared) if prepared else "", len(prepared), 0, 1)
    compressed = len(sent.body) if prepared else 0
    return Sent(job.label, job.kind, len(prepared), len(sent.lines), compressed, 60_000 / job.limits.interval_ms)


def _ingested(worker: CompiledWorker, take: Take) -> tuple[int, int | None, list[Point]]:
    """How many logs of a take Datadog keeps, how many of them its declared indexes store, and the points."""
    job, organisation = worker.job, worker.organisation
    if job.obstacles(worker.script):
        return 0, None, []
    received_ms, indexes = take.ended_ms + job.limits.interval_ms, organisation.indexes()
    logs, stored = 0, 0
    points: list[Point] = []
    prepared = _prepared(worker, take, job)
    for start in range(0, len(prepared), MAX_ENTRIES):
        entries = prepared[start : start + MAX_ENTRIES]
        ingested = organisation.ingest(entries, job.destination.parameters, received_ms, indexes)
        logs += len(ingested.logs)
        points += ingested.points
        stored += sum(indexes.store(log, received_ms).stored for log in ingested.logs)
    return logs, stored if organisation.logging.indexes else None, points


def _prepared(worker: CompiledWorker, take: Take, job: Job | Elsewhere) -> list[Record]:
    """What a job sends of a take."""
    random = Random(SEED)  # noqa: S311 - repeatable, not secret
    script = Script(worker.script["script_name"])
    prepared = [job.prepare(record(each, script)) for each in take.invocations]
    return [each for each in prepared if each is not None and job.output.samples(random)]
