"""A running stack: what its Workers emit flows on, monitors are evaluated, and everybody is told."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Event, Lock
from types import MappingProxyType
from typing import Any

from firedrill.drill.drill import MODELLED
from firedrill.live.clock import Clock
from firedrill.live.delivering import Courier
from firedrill.live.evaluation import Evaluation
from firedrill.live.events import LogSeen, Noted, Standing
from firedrill.live.faults import Switch, check, spoken, switched
from firedrill.live.flow import Flow
from firedrill.live.hub import Hub
from firedrill.live.worker import LiveWorker, Sink
from firedrill.organisation import Organisation, empty_store
from firedrill.runtime.take import Faults
from firedrill.sinks.buckets import Bucket
from firedrill.vendors.cloudflare.trace_items import Invocation
from firedrill.vendors.datadog.log import Log
from firedrill.vendors.errors import FiredrillError
from firedrill.vendors.rules.suggestions import hint

LONGEST_WAIT_S = 1.0
KEPT_LOGS = 10_000
"""The newest; older ones are found by nobody."""
_NEVER_MS = 1 << 62


class LiveStack:
    """One stack, driven by `step`; only `sink`, `switch` and `ending` may be used from other threads.

    So may what it holds for the vendors' APIs (`flow`, `evaluation`, `store`, `logs`), by who has `reading`.
    """

    def __init__(
        self,
        name: str,
        organisation: Organisation,
        clock: Clock,
        hub: Hub,
        speed: float,
        couriers: Mapping[str, Courier] = MappingProxyType({}),
    ) -> None:
        self.name = name
        self._couriers = couriers
        self._clock, self._hub, self._speed = clock, hub, speed
        self._inbox: SimpleQueue[tuple[Mapping[str, Any], Invocation | Exception]] = SimpleQueue()
        self.reading = Lock()
        self.store = empty_store(organisation.logging.metrics)
        self.flow = Flow(organisation, clock, self.store)
        self.evaluation = Evaluation(organisation, self.store, clock.now_ms())
        self.logs: deque[Log] = deque(maxlen=KEPT_LOGS)
        self.workers: Sequence[LiveWorker] = ()
        self.ending = Event()
        """Set when somebody has told the stack to end; it does after the step that it is at."""
        self._switching = Lock()
        self._faults: dict[str, Faults] = {}
        self._dropped: Counter[str] = Counter()

    def now_ms(self) -> int:
        """The simulated time."""
        return self._clock.now_ms()

    def objects(self, bucket: str) -> set[str]:
        """The keys of what jobs have uploaded to a bucket of R2."""
        sinks = [each.sink for each in self._couriers.values() if each.job.kind == "r2"]
        return {key for sink in sinks if isinstance(sink, Bucket) and sink.name == bucket for key in sink.stored()}

    @property
    def archives(self) -> dict[str, Mapping[str, str]]:
        """The environment variables by which the bucket of each job that has one is read, by the job's name."""
        return {name: each.variables for name, each in self._couriers.items() if each.variables}

    @property
    def addresses(self) -> dict[str, str]:
        """Where each Worker answers, by the name of its script."""
        return {worker.name: worker.address for worker in self.workers}

    def sink(self, script: Mapping[str, Any]) -> Sink:
        """Where the invocations of a WorkersScript (API JSON) go."""
        return lambda emitted: self._inbox.put((script, emitted))

    def begin(self, workers: Sequence[LiveWorker]) -> None:
        """These are the Workers that run."""
        self.workers = workers
        self._faults = {worker.name: Faults() for worker in workers}
        self._hub.publish(self.standing())

    def step(self) -> None:
        """Wait for what comes next, then do everything that is due. Raises what ended the tail of a Worker."""
        due_ms = min(self.flow.next_ms(), self.evaluation.next_ms)
        arrived = self._arrived(min(LONGEST_WAIT_S, self._clock.seconds_until(due_ms)))
        with self.reading:
            self._take(arrived)

    def _take(self, arrived: Sequence[tuple[Mapping[str, Any], Invocation | Exception]]) -> None:
        now_ms = self._clock.now_ms()
        for script, emitted in arrived:
            if isinstance(emitted, Exception):
                raise emitted
            self.flow.take(script, emitted, now_ms)
        self._hand_over(now_ms)
        logs = self.flow.advance(now_ms)
        self.logs += logs
        for log in logs:
            self._hub.publish(LogSeen(log.timestamp, log.service, log.status, log.message))
        self._note_dropped(now_ms)
        is_due = now_ms >= self.evaluation.next_ms
        for event in self.evaluation.advance(now_ms):
            self._hub.publish(event)
        if logs or is_due:
            self._hub.publish(self.standing())

    def switch(self, order: Switch) -> str:
        """Switch a fault on or off; returns the faults that are on, in words. Raises FiredrillError when it cannot."""
        check(order)
        named = [worker for worker in self.workers if order.worker in ("", worker.name)]
        if not named:
            meant = hint(order.worker, self._faults)
            raise FiredrillError(
                f"there is no Worker {order.worker!r}{meant}; "
                f"this stack runs {', '.join(self._faults)}: choose one of them"
            )
        with self._switching:
            for worker in named:
                changed = switched(self._faults[worker.name], order)
                worker.switch(changed)
                self._faults[worker.name] = changed
            said = "; ".join(self._spoken()) or "none is on"
        self._hub.publish(Noted(self._clock.now_ms(), f"faults: {said}"))
        self._hub.publish(self.standing())
        return said

    def standing(self) -> Standing:
        """How everything stands now."""
        return Standing(
            self._clock.now_ms(),
            self.name,
            self._speed,
            self.addresses,
            self._spoken(),
            self.flow.events,
            self.flow.logs,
            self.evaluation.monitors,
            self.evaluation.metrics,
            (*MODELLED, *self.evaluation.modelled),
        )

    def _arrived(self, wait_s: float) -> list[tuple[Mapping[str, Any], Invocation | Exception]]:
        arrived = []
        with suppress(Empty):
            arrived.append(self._inbox.get(timeout=wait_s))
            while True:
                arrived.append(self._inbox.get_nowait())
        return arrived

    def end(self) -> None:
        """Hand over what jobs have not closed yet."""
        self._hand_over(_NEVER_MS)

    def _hand_over(self, now_ms: int) -> None:
        for job, batch in self.flow.uploads(now_ms):
            if job.label in self._couriers:
                self._couriers[job.label].hand(batch)

    def _note_dropped(self, now_ms: int) -> None:
        for reason, count in (self.flow.dropped - self._dropped).items():
            self._hub.publish(Noted(now_ms, f"Datadog dropped {count} logs: {reason}"))
        self._dropped = self.flow.dropped.copy()

    def _spoken(self) -> tuple[str, ...]:
        """The faults that are on, each with its Worker where there are several."""
        several = len(self._faults) > 1
        return tuple(
            f"{worker}: {fault}" if several else fault
            for worker, faults in self._faults.items()
            for fault in spoken(faults)
        )
