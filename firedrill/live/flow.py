"""From trace items to what monitors read, as simulated time goes on: Logpush jobs, then the organisation."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

from firedrill.drill.record import CPU_MS
from firedrill.live.clock import Clock
from firedrill.organisation import Organisation
from firedrill.vendors.cloudflare.delivery import Batch, Entry, Filling, Uploads
from firedrill.vendors.cloudflare.job import Job
from firedrill.vendors.cloudflare.trace_items import Invocation, Record, Script, record, shifted
from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.queries import PointStore

SEED = 1
"""Of Logpush's sampling."""


class Flow:
    """Carries events into a store; `events` and `logs` count them, `dropped` counts logs by reason.

    What jobs send elsewhere than to Datadog goes nowhere: `elsewhere` counts its records by the job's name.
    """

    def __init__(self, organisation: Organisation, clock: Clock, store: PointStore) -> None:
        self._organisation, self._clock, self._store = organisation, clock, store
        self._indexes = organisation.indexes()
        self._deliveries = [_Delivery(job) for job in organisation.jobs]
        self.events = self.logs = 0
        self.dropped: Counter[str] = Counter()
        self.elsewhere: Counter[str] = Counter()
        self._random = Random(SEED)  # noqa: S311 - repeatable, not secret

    def take(self, script: Mapping[str, Any], invocation: Invocation, now_ms: int) -> None:
        """Offer an invocation of a WorkersScript (API JSON) to every job; it counts as ended now."""
        self.events += 1
        began_ms = invocation.item["eventTimestamp"]
        full = {**record(invocation, Script(script["script_name"])), "CPUTimeMs": CPU_MS}
        moved = shifted(full, self._clock.at(began_ms) - began_ms)
        for delivery in self._deliveries:
            if not delivery.job.obstacles(script):
                delivery.take(moved, now_ms)
        for job in self._organisation.elsewhere:
            self.elsewhere[job.name] += job.sends(script, moved, self._random)

    def advance(self, now_ms: int) -> list[Log]:
        """Deliver what is due by now; returns the logs that Datadog has kept of it."""
        kept: list[Log] = []
        for delivery in self._deliveries:
            for batch in delivery.arrived(now_ms):
                parameters = delivery.job.destination.parameters
                ingested = self._organisation.ingest(batch.records, parameters, batch.time_ms, self._indexes)
                ingested.add_to(self._store)
                self.dropped += ingested.dropped
                kept += ingested.logs
        self.logs += len(kept)
        return kept

    def next_ms(self) -> int:
        """When `advance` has something to do again, if no event comes before."""
        return min((delivery.next_ms for delivery in self._deliveries), default=_NEVER_MS)


_NEVER_MS = 1 << 62


class _Delivery:
    """One job's batches on their way."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self._random = Random(SEED)  # noqa: S311 - repeatable, not secret
        self._filling: Filling[Record] = Filling(job.limits)
        self._uploads = Uploads()
        self._under_way: deque[Batch[Record]] = deque()

    def take(self, full: Record, now_ms: int) -> None:
        prepared = self.job.prepare(full)
        if prepared is not None and self.job.output.samples(self._random):
            self._send(self._filling.add(Entry(now_ms, self.job.size(prepared), prepared)))

    def arrived(self, now_ms: int) -> Iterator[Batch[Record]]:
        self._send(self._filling.close_due(now_ms))
        while self._under_way and self._under_way[0].time_ms <= now_ms:
            yield self._under_way.popleft()

    @property
    def next_ms(self) -> int:
        return min(self._filling.due_ms, self._under_way[0].time_ms if self._under_way else _NEVER_MS)

    def _send(self, closed: Iterator[Batch[Record]]) -> None:
        self._under_way.extend(self._uploads.send(batch)[0] for batch in closed)
