"""What a running stack sends to its destinations: uploaded by a thread for each job.

Datadog's intake is one of them; what monitors read there is not read back from it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Thread
from types import MappingProxyType

from firedrill.errors import CannotRun
from firedrill.sinks.local import variables
from firedrill.sinks.opened import opened
from firedrill.sinks.programs import Programs
from firedrill.sinks.push import push
from firedrill.sinks.sink import Sink
from firedrill.vendors.cloudflare.delivery import Batch
from firedrill.vendors.cloudflare.job import Elsewhere
from firedrill.vendors.cloudflare.trace_items import Record
from firedrill.vendors.cloudflare.uploads import Upload

Tell = Callable[[str], None]


@dataclass
class Courier:
    """Uploads the batches of one job, one after the other, with Logpush's retries; it counts records.

    Without a `sink`, records are only counted as `sent`, and `obstacle` says why. `variables` are those of the
    environment by which programs reach what is a bucket.
    """

    job: Elsewhere
    sink: Sink | None
    obstacle: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)
    sent: int = 0
    arrived: int = 0
    lost: int = 0

    def __post_init__(self) -> None:
        self._queue: SimpleQueue[Upload | None] = SimpleQueue()
        self._number = 0

    def hand(self, batch: Batch[Record]) -> None:
        """Have a closed batch uploaded soon."""
        self.sent += len(batch.records)
        if self.sink:
            self._queue.put(self.job.upload(self._number, batch))
            self._number += 1

    def run(self, pause: Callable[[int], object], tell: Tell) -> None:
        """Upload until `close` is called and all is done; `tell` gets what does not go well."""
        while self.sink and (each := self._queue.get()):
            tried = push(self.sink, each, pause)
            why = f" ({tried.refusals[-1]})" if tried.refusals else ""
            if not tried.confirmed:
                self.lost += each.records
                tell(f"the Logpush job {self.job.label!r} has lost {each.records} records after its last retry{why}")
                continue
            self.arrived += each.records
            if tried.refusals:
                tell(f"the Logpush job {self.job.label!r} needed {len(tried.refusals) + 1} attempts{why}")

    def close(self) -> None:
        """There will be no more batches."""
        self._queue.put(None)

    @property
    def said(self) -> str:
        """Where its records go, or why they go nowhere."""
        what = f"the Logpush job {self.job.label!r} delivers to {self.job.kind}://"
        return f"{what}: {self.sink.place}" if self.sink else f"modelled: {what} by counting only: {self.obstacle}"

    @property
    def summary(self) -> str:
        """How many records went."""
        what = f"the Logpush job {self.job.label!r}"
        if self.sink is None:
            return f"modelled: {self.sent} records of {what} would have gone to {self.job.kind}://"
        lost = f", {self.lost} were lost" if self.lost else ""
        return f"{self.arrived} records of {what} have gone to {self.job.kind}://{lost}"


@contextmanager
def couriers(
    jobs: Sequence[Elsewhere],
    root: Path,
    folder: Path,
    speed: float,
    tell: Tell,
    sinks: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[Mapping[str, Courier]]:
    """A courier for each job, by its label. What they have got is uploaded before the block ends, then their sinks end.

    Receivers of ours keep files in `folder`; `sinks` are other programs by the host that they stand for.
    Pauses between attempts are simulated time, which runs `speed` times as fast; at the end nobody waits for them.
    """
    ending = Event()
    with ExitStack() as ends:
        programs = Programs(root, ends, folder, sinks)
        found = {job.label: _courier(job, programs) for job in jobs}
        threads = [
            Thread(target=each.run, args=(lambda ms: ending.wait(ms / 1000 / speed), tell), daemon=True)
            for each in found.values()
        ]
        for thread in threads:
            thread.start()
        try:
            yield found
        finally:
            ending.set()
            for each in found.values():
                each.close()
            for thread in threads:
                thread.join()


def _courier(job: Elsewhere, programs: Programs) -> Courier:
    try:
        return Courier(job, opened(job, programs), variables=variables(job.conf, programs))
    except CannotRun as error:
        return Courier(job, None, str(error))
