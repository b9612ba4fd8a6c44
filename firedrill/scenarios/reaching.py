"""Takes that no alert is about: they reach what no scenario does, so that each metric has something to tell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from firedrill.canaries import CANARY
from firedrill.runtime.take import Faults, Request
from firedrill.scenarios import traffic
from firedrill.scenarios.generic_faults import AT_ONCE
from firedrill.scenarios.generic_kind import everyday, with_clean_ups
from firedrill.scenarios.scenario import TakeSpec
from firedrill.scenarios.watched import WatchedWorker

CANARIES = "canaries"
"""Of the take; requests in it carry ids that mark them."""
MINUTES_APART = "minutes-apart"
"""Of the take in which objects start again within the five minutes in which they count as active once."""
APART_MS = 100_000
"""From one request of a client in it to its next one."""
SHARE = 0.4
"""Of the everyday traffic."""


def reaching(worker: WatchedWorker) -> Iterator[TakeSpec]:
    """One take for each way. Where nothing goes idle in the drill, no alarm is tried again."""
    if worker.file.idle:
        yield exhausted_alarms(worker)
        faults = Faults(alarm_failing=0.5, alarm_attempts=2)
        yield with_clean_ups(worker, _some(worker, "alarms-recovered", faults))
    yield failing_calls(worker)
    yield _some(worker, "starts-failing", Faults(start_failing=0.5))
    yield lost_lines(worker)
    if worker.file.expects.active_once:
        apart = _some(worker, MINUTES_APART, Faults())
        clients = len({each.session for each in apart.requests})  # who take turns
        faults = Faults(evicting=0.5, later_ms=APART_MS // clients)
        yield replace(apart, faults=faults, concurrency=1)
    if not worker.watching(["telemetry-cut"]):  # whose scenario does it
        yield _some(worker, "records-cut", Faults(flooding=0.5))
    if worker.file.canary:
        yield TakeSpec(CANARIES, tuple(_canaries(worker)), concurrency=1)


def exhausted_alarms(worker: WatchedWorker) -> TakeSpec:
    """Half of the alarms fail in all their runs."""
    return with_clean_ups(worker, _some(worker, "alarms-exhausted", Faults(alarm_failing=0.5, alarm_attempts=7)))


def failing_calls(worker: WatchedWorker) -> TakeSpec:
    """Every call of an object fails, each in the next one of the ways that are documented."""
    return replace(everyday(worker, "calls-failing"), faults=Faults(called_failing=1), concurrency=AT_ONCE)


def lost_lines(worker: WatchedWorker) -> TakeSpec:
    """Every fifth telemetry line cannot be written."""
    return _some(worker, "lines-lost", Faults(telemetry_failing=0.2))


def _some(worker: WatchedWorker, name: str, faults: Faults) -> TakeSpec:
    """A part of the everyday traffic: more of it would tell no more."""
    few = traffic.thinned(traffic.clients(worker.file.traffic), SHARE)
    if not few:
        return replace(everyday(worker, name), faults=faults)
    return TakeSpec(name, traffic.requests(few, name), faults)


def _canaries(worker: WatchedWorker) -> Iterator[Request]:
    for number, call in enumerate(worker.file.canary):
        yield traffic.canary(call, CANARIES, f"{CANARY}{number:08x}")
