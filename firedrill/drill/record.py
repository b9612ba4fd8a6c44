"""Record takes: the real Worker in the real workerd, under the traffic and the faults of each take."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from math import inf
from queue import SimpleQueue
from threading import Event

from firedrill.canaries import OBJECT
from firedrill.drill.compiled import CompiledWorker
from firedrill.drill.measured import of_objects
from firedrill.drill.simulated_time import RecordedTake
from firedrill.drill.stages import Counter
from firedrill.errors import CannotRun
from firedrill.runtime.deeds import Call, attempts
from firedrill.runtime.deployment import Deployment
from firedrill.runtime.failures import failures
from firedrill.runtime.recording import Worker, deployed, unreturned
from firedrill.runtime.take import Faults, Request, Take
from firedrill.scenarios.scenario import TakeSpec
from firedrill.vendors.cloudflare.trace_items import VARIANTS, Script, Unknowns, record

ALARMS_WITHIN_MS = 5_000
"""Alarms due later than this after the last response do not belong to a take."""

CALM_MS = 100
"""No invocation of an object takes longer, unless the machine is busy with other things or the object is slow.

Nor does a caller wait longer for one; twice as long for each attempt more, as it waits before it tries again.
"""

RETAKES = (2, 4)
"""By what the clients at a time are divided each time that a take which was held up is recorded again."""

SIDE_BY_SIDE = 2
"""Takes recorded at a time, each in a workerd of its own: they mostly wait, for alarms and slow storage."""

CPU_MS = 2
"""CPU time of every invocation unless a scenario says otherwise: workerd measures none, so it is modelled."""


Recorder = Callable[[Deployment, Iterable[TakeSpec], Counter], Mapping[str, Take]]
"""Records takes of a deployment: record_takes, unless they were recorded before."""


def record_takes(deployment: Deployment, specs: Iterable[TakeSpec], progress: Counter) -> dict[str, Take]:
    """One take per spec, by name; `progress` gets how many there are.

    A Worker that calls the same object in several takes starts anew for each: what a fault broke is no part of others.
    Raises CannotRun when workerd fails or loses trace items.
    """
    free: SimpleQueue[tuple[Worker, set[str]]] = SimpleQueue()  # each with the objects that its takes have called
    shared = Event()

    def anew(spec: TakeSpec) -> Take:
        return _record_anew(deployment, spec)

    def in_turn(spec: TakeSpec) -> Take:
        worker, called = free.get()
        try:
            take = anew(spec) if shared.is_set() else _record(worker, spec)
            if not shared.is_set() and called & _objects(take):
                shared.set()
                take = anew(spec)
            called |= _objects(take)
            return calmest(take, lambda part: anew(_calmer(spec, part)), spec.faults)
        finally:
            free.put((worker, called))

    # a reporter that was refused stays away from the intake for longer than a take lasts: nothing may come after it
    wanted = sorted(specs, key=lambda spec: spec.faults.intake_failing)
    with ThreadPoolExecutor(SIDE_BY_SIDE) as threads, ExitStack() as running:  # an interrupt ends workerd first
        for _ in wanted[:SIDE_BY_SIDE]:
            free.put((_warm(running.enter_context(deployed(deployment))), set()))
        recorded: dict[str, Take] = {}
        progress(0, len(wanted))
        for spec, take in zip(wanted, threads.map(in_turn, wanted), strict=True):
            recorded[spec.name] = take
            progress(len(recorded), len(wanted))
        return recorded


def calmest(take: Take, again: Callable[[int], Take], faults: Faults) -> Take:
    """The one of several takes that was held up least: how busy this machine is says nothing of production.

    A take is final when neither objects that no fault slows nor their callers exceed CALM_MS, or after RETAKES more.
    `again` gets by what to divide the clients that run side by side: they hold one another up.
    """
    for part in RETAKES:
        if _held_up_ms(take, faults) <= CALM_MS:
            break
        take = min(take, again(part), key=lambda each: _held_up_ms(each, faults))
    return take


def _calmer(spec: TakeSpec, part: int) -> TakeSpec:
    """The same with fewer clients at a time, unless requests have to overlap."""
    if any(request.overlaps for request in spec.requests):
        return spec
    return replace(spec, concurrency=max(1, spec.concurrency // part))


def held_up(specs: Iterable[TakeSpec], takes: Mapping[str, Take]) -> list[str]:
    """A sentence about the takes that stayed slow without a fault that slows them, if there are any."""
    slow = {spec.name: _slowest_ms(takes[spec.name], spec.faults) for spec in specs}
    held = {repr(name): slowest_ms for name, slowest_ms in slow.items() if slowest_ms > CALM_MS}
    if not held:
        return []
    took, which = (f"up to {max(held.values())}", "takes") if len(held) > 1 else (max(held.values()), "take")
    return [
        f"an object took {took} ms in the {which} {', '.join(held)}, which no fault slows:"
        " if this machine or its disk is busy, run the drill again"
    ]


def unstruck(specs: Iterable[TakeSpec], takes: Mapping[str, Take]) -> list[str]:
    """A sentence about the takes whose failing storage struck nothing, if there are any."""
    missed = [repr(each.name) for each in specs if each.faults.storage_failing and not takes[each.name].refusals]
    if not missed:
        return []
    where = f"{'the takes' if len(missed) > 1 else 'the take'} {', '.join(missed)}"
    return [
        f"nothing was struck in {where}: no operation called the storage of its object; say so in the drill file"
        " (adjust: skip), and let methods throw in a scenario of your own (faults: object_throws)"
    ]


def _objects(take: Take) -> set[str]:
    """The objects that it has called; without that of heartbeats, which is the same in all takes."""
    heartbeats = {call.id for deed in take.deeds for call in deed.calls if OBJECT in call.object}
    return {deed.object for deed in take.deeds if deed.class_name} - heartbeats


def _slowest_ms(take: Take, faults: Faults) -> int:
    """The longest that an object took which no fault has slowed."""
    objects = (each.wall_ms for each in take.invocations if each.item.get("entrypoint"))
    return max((wall_ms for wall_ms in objects if wall_ms < _slowed_ms(faults)), default=0)


def _held_up_ms(take: Take, faults: Faults) -> float:
    """The longest that an object took, or a caller waited for one: that is halved for each attempt after the first."""
    waited = (_waited_ms(tried) for deed in take.deeds if not deed.class_name for tried in attempts(deed.calls))
    return max(_slowest_ms(take, faults), *(waited_ms for waited_ms in waited if waited_ms < _slowed_ms(faults)), 0)


def _slowed_ms(faults: Faults) -> float:
    """How long it takes at least what a fault has slowed."""
    return faults.storage_slow_ms if faults.slowing else inf


def _waited_ms(tried: Sequence[Call]) -> float:
    ended_ms = tried[-1].ended_ms
    return 0 if ended_ms is None else (ended_ms - tried[0].began_ms) / 2 ** (len(tried) - 1)


def _record_anew(deployment: Deployment, spec: TakeSpec) -> Take:
    with deployed(deployment) as worker:  # the ids of a take's objects have to be new to a Worker
        return _record(_warm(worker), spec)


def _warm(worker: Worker) -> Worker:
    worker.take([Request()])  # the first invocation pays for the isolate's start, which no scenario is about
    return worker


def _record(worker: Worker, spec: TakeSpec) -> Take:
    try:
        take = worker.take(
            spec.requests,
            faults=spec.faults,
            concurrency=spec.concurrency,
            alarms_within_ms=ALARMS_WITHIN_MS if spec.cleanups else 0,
        )
    except CannotRun as error:
        raise CannotRun(f"take {spec.name!r}: {error}") from error
    if take.missing and take.running:
        causes = [unreturned(take.running), *failures(take.thrown, take.invocations, worker.deployment.sources)]
        raise CannotRun(f"take {spec.name!r}: {'; '.join(causes)}")
    if take.missing:
        raise CannotRun(f"{take.missing} trace items of the take {spec.name!r} never came; run the drill again")
    return take


def records_of(
    worker: CompiledWorker, takes: Mapping[str, Take], unknowns: Unknowns = VARIANTS[0]
) -> dict[str, RecordedTake]:
    """The records of each of a Worker's takes, by its name."""
    script = Script(worker.script["script_name"])
    return {name: as_records(take, script, unknowns) for name, take in takes.items()}


def as_records(take: Take, script: Script, unknowns: Unknowns) -> RecordedTake:
    """The take's full Logpush records under one reading of what the vendor leaves open, with what else it measures."""
    measured = of_objects(take)
    records = [
        {**record(each, script, unknowns), "CPUTimeMs": CPU_MS, **measured.get(id(each), {})}
        for each in take.invocations
    ]
    return RecordedTake(tuple(records), take.started_ms, max(take.ended_ms - take.started_ms, 1) + 1)
