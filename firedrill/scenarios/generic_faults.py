"""The faults of the scenarios that every Worker gets, each as the phases of a scenario."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import ceil

from firedrill.runtime.take import Faults
from firedrill.scenarios.generic_kind import Fault, healthy, with_clean_ups
from firedrill.scenarios.marks import cut_short, of_heartbeat
from firedrill.scenarios.scenario import Collecting, Phase, Platform, Struck, TakeSpec
from firedrill.scenarios.watched import WatchedWorker

FAULT_MINUTES = 25
AT_ONCE = 16
"""Clients that run side by side where each of them waits for what is slow or tried again."""
LATE_MINUTES = 14
"""Logs are so late where no promise says how late they may be."""
CUT_A_MINUTE = 0.1
"""Records that are cut where no promise says how many may be."""
EXCEEDED = {"CPUTimeMs": 30_000, "Outcome": "exceededCpu"}
"""What the platform says of an invocation that it ends for its CPU time."""


def failing(faults: Faults, at_once: int = 4) -> Fault:
    """Everyday traffic under faults, which strike the given class."""

    def fault(worker: WatchedWorker, take: TakeSpec, class_name: str) -> tuple[Phase, ...]:
        return (Phase(FAULT_MINUTES, replace(take, faults=_striking(faults, class_name), concurrency=at_once)),)

    return fault


def failing_storage(worker: WatchedWorker, take: TakeSpec, class_name: str) -> tuple[Phase, ...]:
    """Every storage call fails: of a class of which only the start uses its storage, those of its start."""
    faults = Faults(storage_failing=1)
    declared = worker.classes.get(class_name)
    if declared and declared.starts_from_storage:
        faults, take = replace(faults, start_failing=1), replace(take, name=f"{take.name}-at-start")
    return failing(faults)(worker, take, class_name)


def platform(fields: Callable[[WatchedWorker], Platform]) -> Fault:
    """Healthy traffic whose records get fields that only the platform produces."""
    return lambda worker, take, class_name: (Phase(FAULT_MINUTES, healthy(worker), platform=fields(worker)),)


def _striking(faults: Faults, class_name: str) -> Faults:
    return replace(faults, classes=(class_name,) if class_name else ())


def out_of_memory(worker: WatchedWorker) -> Platform:
    """Every twelfth invocation is ended for its memory."""
    return Platform({"Outcome": "exceededMemory"}, every=12)


def unharmed(worker: WatchedWorker, take: TakeSpec, class_name: str) -> tuple[Phase, ...]:
    """An hour of everyday traffic."""
    return (Phase(60, healthy(worker)),)


def slow(worker: WatchedWorker, take: TakeSpec, class_name: str) -> tuple[Phase, ...]:
    """A fifth of the operations wait too long, for as long as the danger says."""
    faults = Faults(storage_slow=0.2, storage_slow_ms=_too_long_ms(worker, class_name))
    return failing(faults, AT_ONCE)(worker, take, class_name)


def slow_alarms(worker: WatchedWorker, take: TakeSpec, class_name: str) -> tuple[Phase, ...]:
    """Every alarm waits as long."""
    faults = Faults(alarm_slow=1, storage_slow_ms=_too_long_ms(worker, class_name))
    return (Phase(FAULT_MINUTES, with_clean_ups(worker, replace(take, faults=_striking(faults, class_name)))),)


def _too_long_ms(worker: WatchedWorker, class_name: str) -> int:
    return ceil(worker.size("operations-slow", class_name) or 1.4 * worker.threshold(["do-latency"], class_name, 500))


def surge(worker: WatchedWorker, take: TakeSpec, class_name: str) -> tuple[Phase, ...]:
    """So much more traffic as the larger danger of a surge says."""
    sizes = [worker.size(danger, class_name) for danger in ("traffic-surge", "writes-surge")]
    if size := max(sizes):
        return (Phase(FAULT_MINUTES, healthy(worker), copies=ceil(1 + size / 100)),)
    times = 1 + worker.threshold(["traffic-surge", "storage-spike"], class_name, 200) / 100
    return (Phase(FAULT_MINUTES, healthy(worker), copies=ceil(2 * times)),)


def drop(worker: WatchedWorker, take: TakeSpec, class_name: str) -> tuple[Phase, ...]:
    """So much less of each kind of traffic as the danger says."""
    size = worker.size("traffic-drop", class_name)
    share = 1 - size / 100 if size else 0.9 * (1 + worker.threshold(["traffic-drop"], class_name, -50) / 100)
    return (Phase(FAULT_MINUTES, healthy(worker), kept=share),)


def lone(worker: WatchedWorker, take: TakeSpec, class_name: str) -> tuple[Phase, ...]:
    """One request in five minutes, and it fails."""
    faults = Faults(unreachable=1) if worker.first_needs_objects else Faults(worker_throws=1)
    name = take.name if worker.first_needs_objects else f"{take.name}-thrown"
    first, beats = take.requests[:1], worker.beats(take.name)
    lone = replace(take, name=name, requests=(*first, *beats), faults=faults)
    if beats:  # it is the callers whose request fails
        lone = replace(lone, faults=replace(faults, limit=1), concurrency=1)
    return (Phase(FAULT_MINUTES, lone, every=5),)


def failing_alarms(worker: WatchedWorker, take: TakeSpec, class_name: str) -> tuple[Phase, ...]:
    """Every alarm's storage calls throw."""
    failing = replace(take, faults=_striking(Faults(alarm_failing=1), class_name))
    return (Phase(FAULT_MINUTES, with_clean_ups(worker, failing)),)


def rare_alarm(worker: WatchedWorker, take: TakeSpec, class_name: str) -> tuple[Phase, ...]:
    """One alarm in ten minutes fails."""
    failing = replace(take, faults=_striking(Faults(alarm_failing=1, limit=1), class_name))
    return (Phase(1, with_clean_ups(worker, failing)), Phase(9, healthy(worker))) * 2


def undelivered(worker: WatchedWorker, take: TakeSpec, class_name: str) -> tuple[Phase, ...]:
    """The destination refuses every batch."""
    minutes = round(worker.size("telemetry-silent", "")) or FAULT_MINUTES
    return (Phase(minutes, healthy(worker), delivery=False),)


def unanswered(worker: WatchedWorker, take: TakeSpec, class_name: str) -> tuple[Phase, ...]:
    """The heartbeat's records are missing."""
    minutes = round(worker.size("heartbeat-missing", "")) or FAULT_MINUTES
    return (Phase(minutes, healthy(worker), without=of_heartbeat),)


def uncollected(how: Collecting) -> Fault:
    """The collector of Cloudflare's own metrics stays away, or Cloudflare refuses its token."""

    def fault(worker: WatchedWorker, take: TakeSpec, class_name: str) -> tuple[Phase, ...]:
        minutes = round(worker.size("collector-stays-away", "")) or FAULT_MINUTES
        return (Phase(minutes, healthy(worker), collecting=how),)

    return fault


def late(worker: WatchedWorker, take: TakeSpec, class_name: str) -> tuple[Phase, ...]:
    """Logs arrive so late as the danger says."""
    return (Phase(FAULT_MINUTES, healthy(worker), late=round(worker.size("telemetry-late", "")) or LATE_MINUTES),)


def flooded(worker: WatchedWorker, take: TakeSpec, class_name: str) -> tuple[Phase, ...]:
    """So many records are cut as the danger says."""
    flooded = replace(take, faults=Faults(flooding=0.5))
    struck = Struck(flooded, cut_short, class_name, worker.size("telemetry-cut", "") or CUT_A_MINUTE, "a minute")
    return (Phase(FAULT_MINUTES, healthy(worker), struck=struck),)


def busy(worker: WatchedWorker) -> Platform:
    """Invocations take so much CPU time as the danger says."""
    return Platform({"CPUTimeMs": ceil(worker.size("cpu-busy", "") or 8 * worker.threshold(["cpu-p99"], "", 50))})


def exceeded(worker: WatchedWorker) -> Platform:
    """Every twelfth invocation is ended for its CPU time."""
    return Platform(EXCEEDED, every=12)
