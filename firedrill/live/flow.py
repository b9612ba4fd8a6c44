"""From trace items to what monitors read, as simulated time goes on: Logpush jobs, then the organisation."""

from __future__ import annotations

from bisect import insort
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from firedrill.drill.record import CPU_MS
from firedrill.live.clock import Clock
from firedrill.organisation import Organisation
from firedrill.vendors.cloudflare.delivery import Batch, Entry, Filling, Model, Uploads
from firedrill.vendors.cloudflare.job import Elsewhere, Job
from firedrill.vendors.cloudflare.trace_items import Invocation, Record, Script, record, shifted
from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.queries import PointStore

SEED = 1
"""Of Logpush's sampling."""
_MODEL = Model()


@dataclass(frozen=True)
class Health:
    """What Cloudflare tells of a job: when it has last delivered and last failed (ms), and why it is failing now.

    A delivery ends a failure. Source: developers.cloudflare.com/api (logpush/jobs: last_complete, last_error)
    """

    last_complete_ms: int | None = None
    last_error_ms: int | None = None
    error: str = ""


class Flow:
    """Carries events into a store; `events` and `logs` count them, `dropped` counts logs by reason.

    What jobs upload, to Datadog and elsewhere, is handed on in batches too: see `uploads`.
    """

    def __init__(self, organisation: Organisation, clock: Clock, store: PointStore) -> None:
        self._organisation, self._clock, self._store = organisation, clock, store
        self._indexes = organisation.indexes()
        self._deliveries = [_Delivery(job) for job in organisation.jobs]
        self._uploading = [(job, _Batches(job)) for job in organisation.uploading]
        self.events = self.logs = 0
        self.dropped: Counter[str] = Counter()
        self.refusal = ""
        """With what Datadog refuses every upload; "" as long as it accepts them."""

    def take(self, script: Mapping[str, Any], invocation: Invocation, now_ms: int) -> None:
        """Offer an invocation of a WorkersScript (API JSON) to every job; it counts as ended now."""
        self.events += 1
        began_ms = invocation.item["eventTimestamp"]
        full = {**record(invocation, Script(script["script_name"])), "CPUTimeMs": CPU_MS}
        moved = shifted(full, self._clock.at(began_ms) - began_ms)
        for delivery in self._deliveries:
            if not delivery.job.obstacles(script):
                delivery.take(moved, now_ms)
        for job, batches in self._uploading:
            if not job.obstacles(script):
                batches.take(moved, now_ms)

    def advance(self, now_ms: int) -> list[Log]:
        """Deliver what is due by now; returns the logs that Datadog has kept of it."""
        kept: list[Log] = []
        for delivery in self._deliveries:
            for batch in delivery.arrived(now_ms, self.refusal):
                parameters = delivery.job.destination.parameters
                ingested = self._organisation.ingest(batch.records, parameters, batch.time_ms, self._indexes)
                ingested.add_to(self._store)
                self.dropped += ingested.dropped
                kept += ingested.logs
        self.logs += len(kept)
        return kept

    def health(self, job: str) -> Health:
        """How the job with that name does; one that delivers elsewhere is not followed."""
        return next((each.health for each in self._deliveries if each.job.name == job), Health())

    def uploads(self, now_ms: int) -> Iterator[tuple[Elsewhere, Batch[Record]]]:
        """The batches of jobs that are closed by now, each once."""
        for job, batches in self._uploading:
            for batch in batches.closed(now_ms):
                yield job, batch

    def next_ms(self) -> int:
        """When `advance` or `uploads` has something to do again, if no event comes before."""
        others = (each.due_ms for job, each in self._uploading if job.kind != "datadog")  # whose batches are due alike
        return min((*(each.next_ms for each in self._deliveries), *others), default=_NEVER_MS)


_NEVER_MS = 1 << 62


class _Batches:
    """What one job sends, in batches."""

    def __init__(self, job: Job | Elsewhere) -> None:
        self._job = job
        self._random = Random(SEED)  # noqa: S311 - repeatable, not secret
        self._filling: Filling[Record] = Filling(job.limits)
        self._full: list[Batch[Record]] = []

    def take(self, full: Record, now_ms: int) -> None:
        prepared = self._job.prepare(full)
        if prepared is not None and self._job.output.samples(self._random):
            self._full += self._filling.add(Entry(now_ms, self._job.size(prepared), prepared))

    def closed(self, now_ms: int) -> list[Batch[Record]]:
        closed, self._full = [*self._full, *self._filling.close_due(now_ms)], []
        return closed

    @property
    def due_ms(self) -> int:
        return self._full[0].time_ms if self._full else self._filling.due_ms


@dataclass(frozen=True)
class _Attempt:
    """The next attempt to upload a batch: when (ms), and how many there were before."""

    time_ms: int
    batch: Batch[Record]
    before: int = 0


class _Delivery:
    """One job's batches on their way to Datadog."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.health = Health()
        self._batches = _Batches(job)
        self._uploads = Uploads()
        self._under_way: list[_Attempt] = []

    def take(self, full: Record, now_ms: int) -> None:
        self._batches.take(full, now_ms)

    def arrived(self, now_ms: int, refusal: str) -> Iterator[Batch[Record]]:
        """What Datadog gets by now. With a `refusal` that is nothing: it is tried again, and lost after the retries."""
        for closed in self._batches.closed(now_ms):
            batch = self._uploads.send(closed)[0]
            self._put(_Attempt(batch.time_ms, batch))
        while self._under_way and self._under_way[0].time_ms <= now_ms:
            attempt = self._under_way.pop(0)
            if refusal:
                self.health = replace(self.health, last_error_ms=attempt.time_ms, error=refusal)
                if attempt.before < _MODEL.retries:
                    self._put(_Attempt(attempt.time_ms + _MODEL.retry_ms, attempt.batch, attempt.before + 1))
                continue
            self.health = Health(last_complete_ms=attempt.time_ms)
            yield replace(attempt.batch, time_ms=attempt.time_ms)

    @property
    def next_ms(self) -> int:
        return min(self._batches.due_ms, self._under_way[0].time_ms if self._under_way else _NEVER_MS)

    def _put(self, attempt: _Attempt) -> None:
        insort(self._under_way, attempt, key=lambda each: each.time_ms)
