"""From records to delivered batches, in simulated time.

Sources: developers.cloudflare.com/logs/logpush/logpush-job/api-configuration (Max Upload Parameters),
developers.cloudflare.com/logs/logpush/logpush-health (retries, loss),
developers.cloudflare.com/logs/logpush/logpush-job/enable-destinations/datadog (Limitations)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")

_NEVER_MS = 1 << 62


class Entry(NamedTuple, Generic[T]):
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
    """Times that the vendor does not state, and the retries that it states roughly.

    Measured by users of HTTP destinations: roughly a minute in all, uploads one after the other, 500 ms for 5 MB.
    """

    delay_ms: int = 30_000
    """From the close of a batch to its upload."""
    upload_ms: int = 50
    """Uploads of a job follow one another, so a burst that needs many of them arrives late."""
    bytes_a_ms: int = 10_000
    """A large batch takes longer than `upload_ms`."""
    retries: int = 5
    retry_ms: int = 60_000
    """About 5 retries over about 5 minutes; then the batch is lost for good."""


@dataclass(frozen=True)
class Batch(Generic[T]):
    """One upload: when it was received (or given up, when lost), and its records."""

    time_ms: int
    records: Sequence[T]
    size: int = field(default=0, compare=False)
    """Bytes of the records, uncompressed."""


@dataclass(frozen=True)
class Delivery(Generic[T]):
    """All batches in order of arrival, and those lost after the last retry."""

    batches: Sequence[Batch[T]]
    lost: Sequence[Batch[T]]


def deliver(
    entries: Iterable[Entry[T]],
    limits: Limits,
    *,
    down: Sequence[Window] = (),
    late: Sequence[tuple[Window, int]] = (),
    model: Model = Model(),
) -> Delivery[T]:
    """Batch and upload the entries, in any order; while the destination is `down`, uploads are retried, then lost.

    Batches that are closed within a window of `late` are uploaded by so many ms later, without holding up others.
    """
    ordered = sorted(entries, key=lambda entry: entry.ready_ms)
    batches: list[Batch[T]] = []
    lost: list[Batch[T]] = []
    uploads = Uploads(down, model, late)
    for closed in _batches(ordered, limits):
        batch, arrives = uploads.send(closed)
        (batches if arrives else lost).append(batch)
    return Delivery(sorted(batches, key=lambda batch: batch.time_ms), lost)


class Filling(Generic[T]):
    """The batch that a job is filling; `limits` say when it is closed, with `time_ms` the moment when it was."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._records: list[T] = []
        self._size = 0
        self.due_ms = _NEVER_MS
        """When the batch is closed at the latest; never while it is empty."""

    def add(self, entry: Entry[T]) -> Iterator[Batch[T]]:
        """The batches that the next entry closes: by coming after their time, by its size, by filling its own."""
        yield from self.close_due(entry.ready_ms)
        if self._records and self._size + entry.size > self._limits.bytes:
            yield self._close(entry.ready_ms)
        if not self._records:
            self.due_ms = entry.ready_ms + self._limits.interval_ms
        self._records.append(entry.record)
        self._size += entry.size
        if len(self._records) >= self._limits.records:
            yield self._close(entry.ready_ms)

    def close_due(self, now_ms: int = _NEVER_MS) -> Iterator[Batch[T]]:
        """The batch, if there is one and its time has come."""
        if self._records and self.due_ms <= now_ms:
            yield self._close(self.due_ms)

    def _close(self, time_ms: int) -> Batch[T]:
        batch = Batch(time_ms, self._records, self._size)
        self._records, self._size, self.due_ms = [], 0, _NEVER_MS
        return batch


class Uploads:
    """A job's uploads, one after the other."""

    def __init__(
        self, down: Sequence[Window] = (), model: Model = Model(), late: Sequence[tuple[Window, int]] = ()
    ) -> None:
        self._down, self._model, self._late = down, model, late
        self._free_ms = 0

    def send(self, closed: Batch[T]) -> tuple[Batch[T], bool]:
        """When a closed batch arrives, or is given up, and whether it arrives."""
        upload_ms = max(self._model.upload_ms, closed.size // self._model.bytes_a_ms)
        self._free_ms = max(closed.time_ms + self._model.delay_ms, self._free_ms) + upload_ms
        first_ms = self._free_ms + sum(late_ms for window, late_ms in self._late if closed.time_ms in window)
        attempts = [first_ms + number * self._model.retry_ms for number in range(self._model.retries + 1)]
        arrived = next((time_ms for time_ms in attempts if not _within(time_ms, self._down)), None)
        return replace(closed, time_ms=attempts[-1] if arrived is None else arrived), arrived is not None


def _within(time_ms: int, windows: Sequence[Window]) -> bool:
    return any(time_ms in window for window in windows)


def _batches(entries: Iterable[Entry[T]], limits: Limits) -> Iterator[Batch[T]]:
    filling: Filling[T] = Filling(limits)
    for entry in entries:
        yield from filling.add(entry)
    yield from filling.close_due()
