"""What scenarios have to know of a Worker: what it is sent, its classes, and what watches them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from firedrill.runtime.take import Request
from firedrill.scenarios import traffic
from firedrill.scenarios.drill_file import DrillFile, Sessions
from firedrill.scenarios.promises import Promises


@dataclass(frozen=True)
class Watch:
    """A declared monitor: the `name` that the drill calls it by, what it watches for (`id`), the class it is about.

    `class_name` is "" for the Worker as a whole; `threshold` is None for a composite.
    """

    name: str
    id: str
    class_name: str = ""
    threshold: float | None = None


@dataclass(frozen=True)
class WatchedClass:
    """A Durable Object class as declared: its operations, and whether its callers' lines count them or its own.

    `operations` is None where nobody has declared them. Takes show the rest: whether its operations use its storage, or
    only its start does and callers see what comes of that, whether any of its operations fails when its storage does,
    whether any does that a caller sees, whether the Worker's own handlers call it, whether any handler of a request
    does, whether other objects do, and whether it counts itself while its invocations overlap, so that those it has a
    time of are a sample. `errors` are the results that count as errors.
    """

    operations: tuple[str, ...] | None = None
    counted_by_caller: bool = True
    stores: bool = True
    starts_from_storage: bool = False
    fails_with_storage: bool = True
    calls_fail_with_storage: bool = True
    called_by_handlers: bool = True
    called_by_requests: bool = True
    called_by_objects: bool = False
    sampled: bool = False
    errors: tuple[str, ...] = ("error",)


INAPPLICABLE = "not applicable: "
"""How the reason begins why a scenario or a monitor means nothing for a class, as its takes show."""
STATELESS = f"{INAPPLICABLE}no operation of the class used its storage in any take"
UNCALLED = f"{INAPPLICABLE}no handler of the Worker called the class in any take, only other objects did"
UNSEEN = (
    f"{INAPPLICABLE}no call of the class came from the env or the exports of a handler's request, where faults strike"
)
SAMPLED = (
    f"{INAPPLICABLE}the class counts itself and its invocations overlap, so that few have a line, and a time, of their"
    " own; what its latency is at its danger's size is proven by operations-slow"
)
ENDURING = f"{INAPPLICABLE}the class fails when its storage does"
STORAGE_WATCHES = (
    *("storage-spike", "storage-near-limit", "storage-growth", "storage-forecast"),
    *("rows-written", "rows-read"),
)
"""Monitors of what only a class with storage can have."""


@dataclass(frozen=True)
class WatchedWorker:
    """A Worker with its drill file, its classes by name, its monitors, and what is promised of these if anything is.

    `heartbeat`: whether it is sent the canary requests of its drill file each minute.
    """

    file: DrillFile
    classes: Mapping[str, WatchedClass] = field(default_factory=dict)
    watches: Sequence[Watch] = ()
    promises: Promises | None = None
    first_needs_objects: bool = True
    """Whether the first request fails when no object can be reached, as takes show."""
    heartbeat: bool = False
    lacking: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """What a class must do to have what a monitor watches for, and does in no take: by the monitor and the class."""

    def requests(self, clients: Iterable[Sessions], take: str) -> tuple[Request, ...]:
        """What a take of this name sends for these clients, and the heartbeat."""
        return (*traffic.requests(clients, take), *self.beats(take))

    def beats(self, take: str) -> tuple[Request, ...]:
        """The heartbeat's requests in a take."""
        return traffic.beats(self.file.canary, take) if self.heartbeat else ()

    def size(self, danger: str, class_name: str) -> float:
        """The size of a promised danger of a class, or of any; 0 where none is promised."""
        found = self.promises.danger(danger, class_name) if self.promises else None
        return found.size if found else 0.0

    def inapplicable(self, watch: Watch) -> str:
        """Why a monitor watches for what its class cannot have, as takes show; "" for any other."""
        declared = self.classes.get(watch.class_name)
        if declared and not declared.stores and watch.id in STORAGE_WATCHES:
            return STATELESS
        lacking = self.lacking.get((watch.id, watch.class_name), "")
        return f"{INAPPLICABLE}it is of a class that {lacking}, and {watch.class_name} does not" if lacking else ""

    def watching(self, ids: Iterable[str], class_name: str = "") -> list[Watch]:
        """The monitors with these ids; of those about a class, only `class_name`'s unless that is ""."""
        wanted, classes = set(ids), {"", class_name}
        return [
            each
            for each in self.watches
            if each.id in wanted and (not class_name or each.class_name in classes) and not self.inapplicable(each)
        ]

    def threshold(self, ids: Iterable[str], class_name: str, otherwise: float) -> float:
        """The largest threshold of these monitors; `otherwise` when none is declared."""
        found = [each.threshold for each in self.watching(ids, class_name) if each.threshold is not None]
        return max(found, default=otherwise)
