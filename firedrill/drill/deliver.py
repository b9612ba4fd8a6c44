"""What the takes' records become at destinations: uploaded for real, and read back."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from firedrill.declared.declaration import declared_in
from firedrill.drill.carry import SEED
from firedrill.drill.record import as_records
from firedrill.drill.result import Delivered
from firedrill.errors import CannotRun
from firedrill.resources import Resource
from firedrill.runtime.take import Take
from firedrill.sinks.opened import opened
from firedrill.sinks.programs import Programs
from firedrill.sinks.push import push
from firedrill.sinks.sink import Refused, Sink
from firedrill.vendors.cloudflare.delivery import Batch, Entry, Filling
from firedrill.vendors.cloudflare.job import Elsewhere, compile_uploading
from firedrill.vendors.cloudflare.trace_items import VARIANTS, Record, Script
from firedrill.vendors.cloudflare.uploads import is_test, records_in


class Recorded(NamedTuple):
    """The WorkersScript (API JSON) whose takes these are."""

    script: Mapping[str, Any]
    takes: Mapping[str, Take]


def uploading_jobs(resources: Sequence[Resource]) -> list[Elsewhere]:
    """The enabled jobs."""
    return [job for job in compile_uploading(declared_in(resources).of("Logpush job")) if job.enabled]


def delivered(jobs: Sequence[Elsewhere], recorded: Sequence[Recorded], root: Path) -> list[Delivered]:
    """Deliver each record of the takes once to every job's sink, and say what is there afterwards."""
    with ExitStack() as ends:
        programs = Programs(root, ends, Path(ends.enter_context(TemporaryDirectory(prefix="firedrill-"))))
        return [_delivered(job, recorded, programs) for job in jobs]


def _delivered(job: Elsewhere, recorded: Iterable[Recorded], programs: Programs) -> Delivered:
    try:
        sink = opened(job, programs)
    except CannotRun as error:
        return Delivered(job.label, job.kind, obstacle=str(error))
    batches = [*_batches(job, recorded)]
    sent = [record for batch in batches for record in batch.records]
    try:
        sink.test()
    except Refused as refused:  # Cloudflare refuses the job then
        return _compared(job, sent, sent, sink, [f"to the test upload {refused}"])
    before = _there(sink)  # of a job that has the same destination
    uploaded: list[Record] = []
    refusals: list[str] = []
    for number, batch in enumerate(batches):
        tried = push(sink, job.upload(number, batch), lambda _: None)
        refusals += tried.refusals
        uploaded += [*batch.records] * (len(tried.refusals) + tried.confirmed)
    return _compared(job, sent, uploaded, sink, refusals, before)


def _batches(job: Elsewhere, recorded: Iterable[Recorded]) -> Iterator[Batch[Record]]:
    random = Random(SEED)  # noqa: S311 - repeatable, not secret
    entries = []
    for script, takes in recorded:
        known = Script(script["script_name"])
        for take in () if job.obstacles(script) else takes.values():
            for full in as_records(take, known, VARIANTS[0]).records:
                prepared = job.prepare(full)
                if prepared is not None and job.output.samples(random):
                    ended_ms = full["EventTimestampMs"] + full["WallTimeMs"]
                    entries.append(Entry(ended_ms, job.size(prepared), prepared))
    filling: Filling[Record] = Filling(job.limits)
    for entry in sorted(entries, key=lambda each: each.ready_ms):
        yield from filling.add(entry)
    yield from filling.close_due()


def _compared(
    job: Elsewhere,
    sent: Sequence[Record],
    uploaded: Sequence[Record],
    sink: Sink,
    refusals: Sequence[str],
    before: Counter[str] | None = None,
) -> Delivered:
    """Each record must be there, and may be as often as it was uploaded: what is not confirmed is uploaded again."""
    there = _records(sink)
    wanted, found = Counter(map(_canonical, sent)), Counter(map(_canonical, there)) - (before or Counter())
    lacking = {name for each in there for name in job.output.field_names if name not in each}
    return Delivered(
        job=job.label,
        kind=job.kind,
        records=len(sent),
        missing=(wanted - found).total(),
        surplus=(found - Counter(map(_canonical, uploaded))).total(),
        lacking=tuple(sorted(lacking)),
        refusals=tuple(dict.fromkeys(refusals)),
    )


def _records(sink: Sink) -> list[Record]:
    return [each for lines in sink.arrived() for each in records_in(lines) if not is_test(each)]


def _there(sink: Sink) -> Counter[str]:
    return Counter(map(_canonical, _records(sink)))


def _canonical(record: Mapping[str, Any]) -> str:
    return json.dumps(record, sort_keys=True)
