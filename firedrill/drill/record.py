"""Record takes: the real Worker in the real workerd, under the traffic and the faults of each take."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from firedrill.cloudflare.trace_items import Script, Unknowns, record
from firedrill.drill.timeline import RecordedTake
from firedrill.errors import CannotRun, FiredrillError
from firedrill.runtime.config import Deployment
from firedrill.runtime.take import Request, Take, Worker, deployed
from firedrill.scenarios.scenario import TakeSpec

ALARMS_WITHIN_MS = 5_000
"""Alarms due later than this after the last response do not belong to a take."""

CPU_MS = 2
"""CPU time of every invocation unless a scenario says otherwise: workerd measures none, so it is modelled."""


def read_bundle(script: Mapping[str, Any], root: Path) -> bytes:
    """The deployed module's bytes, as the WorkersScript (API JSON) names them under `root`."""
    path = root / script["content_file"]
    if not path.is_file():
        raise FiredrillError(f"the Worker's bundle {script['content_file']!r} does not exist; make it with: make drill")
    content: bytes = path.read_bytes()
    return content


def record_takes(
    script: Mapping[str, Any], bundle: bytes, specs: Iterable[TakeSpec], progress: Callable[[str], None]
) -> dict[str, Take]:
    """One take per spec, by name. Raises CannotRun when workerd fails or loses trace items.

    Takes mostly wait, for alarms and slow storage, so they are recorded in two workerds side by side.
    """
    wanted = list(specs)
    shares = [share for share in (wanted[::2], wanted[1::2]) if share]
    with ThreadPoolExecutor(len(shares)) as threads, ExitStack() as running:  # an interrupt ends workerd first
        workers = [running.enter_context(deployed(Deployment(script, bundle))) for _ in shares]
        recorded = list(threads.map(lambda worker, share: _record(worker, share, progress), workers, shares))
    return {name: take for takes in recorded for name, take in takes.items()}


def _record(worker: Worker, specs: Iterable[TakeSpec], progress: Callable[[str], None]) -> dict[str, Take]:
    takes = {}
    worker.take([Request()])  # the first invocation pays for the isolate's start, which no scenario is about
    for spec in specs:
        progress(spec.name)
        take = worker.take(
            spec.requests,
            faults=spec.faults,
            concurrency=spec.concurrency,
            alarms_within_ms=ALARMS_WITHIN_MS if spec.cleanups else 0,
        )
        if take.missing:
            raise CannotRun(f"{take.missing} trace items of the take {spec.name!r} never came; run the drill again")
        takes[spec.name] = take
    return takes


def as_records(take: Take, script: Script, unknowns: Unknowns) -> RecordedTake:
    """The take's full Logpush records under one reading of what the vendor leaves open."""
    records = [{**record(each, script, unknowns), "CPUTimeMs": CPU_MS} for each in take.invocations]
    return RecordedTake(tuple(records), take.started_ms, max(take.ended_ms - take.started_ms, 1) + 1)
