"""From records to delivered batches, in simulated time.

Sources: developers.cloudflare.com/logs/logpush/logpush-job/api-configuration (Max Upload Parameters),
developers.cloudflare.com/logs/logpush/logpush-health (retries, loss),
developers.cloudflare.com/logs/logpush/logpush-job/enable-destinations/datadog (Limitations)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Entry(Generic[T]):
    """One record on its way: when its invocation had ended (ms), its uncompressed size in bytes, and what it is."""

    ready_ms: int
    size: int
    record: T


class Window(NamedTuple):
    """A span of time in ms, `until_ms` excluded."""

    from_ms: int
    until_ms: int

    def __contains__(self, time_ms: object) -> bool:
        return isinstance(time_ms, int) and self.from_ms <= time_ms < self.until_ms


@dataclass(frozen=True)
class Limits:
    """What closes a batch, whichever comes first."""

    records: int = 100_000
    bytes: int = 1_000_000_000
    interval_ms: int = 30_000


@dataclass(frozen=True)
class Model:
    """Times that the vendor does not state, and the retries that it states roughly."""

    delay_ms: int = 10_000
    """From the close of a batch to its upload."""
    upload_ms: int = 50
    """Uploads of a job follow one another, so a burst that needs many of them arrives late."""
    retries: int = 5
    retry_ms: int = 60_000
    """About 5 retries over about 5 minutes; then the batch is lost for good."""


@dataclass(frozen=True)
class Batch(Generic[T]):
    """One upload: when it was received (or given up, when lost), and its records."""

    time_ms: int
    records: Sequence[T]


@dataclass(frozen=True)
class Delivery(Generic[T]):
    """All batches in order of arrival, those lost after the last retry, and the number of records never taken up."""

    batches: Sequence[Batch[T]]
    lost: Sequence[Batch[T]]
    untaken: int


def deliver(
    entries: Iterable[Entry[T]],
    limits: Limits,
    *,
    disabled: Sequence[Window] = (),
    down: Sequence[Window] = (),
    model: Model = Model(),
) -> Delivery[T]:
    """Batch and upload the entries, in any order.

    What becomes ready while the job is `disabled` is never sent: there is no backfill. While the destination is
    `down`, uploads are retried and then lost.
    """
    ordered = sorted(entries, key=lambda entry: entry.ready_ms)
    taken = [entry for entry in ordered if not _within(entry.ready_ms, disabled)] if disabled else ordered
    batches, lost = [], []
    free_ms = 0
    for closed_ms, records in _batches(taken, limits):
        first_ms = max(closed_ms + model.delay_ms, free_ms)
        free_ms = first_ms + model.upload_ms
        attempts = [free_ms + number * model.retry_ms for number in range(model.retries + 1)]
        arrived = next((time_ms for time_ms in attempts if not _within(time_ms, down)), None)
        if arrived is None:
            lost.append(Batch(attempts[-1], records))
        else:
            batches.append(Batch(arrived, records))
    return Delivery(sorted(batches, key=lambda batch: batch.time_ms), lost, untaken=len(ordered) - len(taken))


def _within(time_ms: int, windows: Sequence[Window]) -> bool:
    return any(time_ms in window for window in windows)


def _batches(entries: Iterable[Entry[T]], limits: Limits) -> Iterable[tuple[int, list[T]]]:
    """Each batch with the time when it was closed."""
    records: list[T] = []
    size = due_ms = 0
    for entry in entries:
        ready_ms = entry.ready_ms
        if records and ready_ms >= due_ms:
            yield due_ms, records
            records, size = [], 0
        elif records and size + entry.size > limits.bytes:
            yield ready_ms, records
            records, size = [], 0
        if not records:
            due_ms = ready_ms + limits.interval_ms
        records.append(entry.record)
        size += entry.size
        if len(records) >= limits.records:
            yield ready_ms, records
            records, size = [], 0
    if records:
        yield due_ms, records
