"""What the declared metrics say of a take: its records, each taken through the job and the pipelines to points."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from firedrill.drill.carry import SEED
from firedrill.drill.compiled import CompiledWorker
from firedrill.drill.joined import joined
from firedrill.drill.record import CPU_MS
from firedrill.drill.truth.fact import Fact
from firedrill.drill.truth.logs import log_fact
from firedrill.runtime.take import Take
from firedrill.vendors.cloudflare.trace_items import Script, record
from firedrill.vendors.datadog.intake import receive

DELIVERED_MS = 60_000
"""How long after an invocation ended its record arrives."""


def said(worker: CompiledWorker, take: Take, keys: Mapping[str, str]) -> list[Fact]:
    """The points of the metrics in `keys` (key by name) as facts, each with the deed that its record is of.

    What each log itself became is a fact as well.
    """
    job, logging = worker.job, worker.organisation.logging
    script = Script(worker.script["script_name"])
    deeds = {id(each.invocation): each.number for each in joined(take)}
    random = Random(SEED)  # noqa: S311 - repeatable, not secret
    found = []
    for invocation in take.invocations:
        full = {**record(invocation, script), "CPUTimeMs": CPU_MS}
        prepared = job.prepare(full)
        if prepared is None or not job.output.samples(random):
            continue
        received_ms = full["EventTimestampMs"] + full["WallTimeMs"] + DELIVERED_MS
        intake = receive([prepared], params=job.destination.parameters, received_ms=received_ms)
        for log in intake.logs:
            for point in logging.process(log, received_ms).points:
                if point.metric in keys:
                    tags, deed = tuple(sorted(point.tags)), deeds.get(id(invocation))
                    of = str(invocation.item.get("durableObjectId") or "") if deed is None else ""
                    found.append(Fact(keys[point.metric], tags, point.value, deed, object=of))
            found.append(log_fact(invocation.item, log.status, log.message))
    return found
