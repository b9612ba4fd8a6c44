"""Healthy days: what a Worker lives through when nothing is wrong, in which nobody may be told of anything."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import cos, exp, log, pi

from firedrill.scenarios.generic_kind import healthy
from firedrill.scenarios.scenario import Phase, Slowed, TakeSpec
from firedrill.scenarios.watched import WatchedWorker

DAY_MINUTES = 24 * 60
NIGHT = 0.02
"""Of the everyday traffic, in the quietest minute at 4 in the morning; the busiest is at 16 o'clock."""
STEP_MINUTES = 10
"""How long the share of the traffic stays the same."""
DEPLOYS = (10 * 60, 17 * 60)
"""Minutes of a day in which a version is deployed."""
SLOW = range(13 * 60, 14 * 60)
"""Minutes of a day in which what objects wait for is slow, yet within limits."""
_SLOW_SHARE = 0.5
"""Of the threshold of latency, where no promise says what is still quiet."""


def deploy(worker: WatchedWorker) -> TakeSpec:
    """A minute in which a version is deployed: objects start anew, and two calls under way are tried again."""
    everyday = healthy(worker)
    faults = replace(everyday.faults, evicting=0.05, unreachable=1, unreachable_attempts=1, limit=2)
    return replace(everyday, name="deploy", faults=faults)


def rhythm(minute: int) -> float:
    """The share of the everyday traffic in a minute since midnight: it never doubles or halves within an hour."""
    return exp(log(NIGHT) * (1 + cos(2 * pi * (minute / 60 - 4) / 24)) / 2)


def healthy_day(worker: WatchedWorker) -> Iterator[Phase]:
    """The phases of a day, from midnight on."""
    everyday, slow = healthy(worker), _slow(worker)
    for begin in range(0, DAY_MINUTES, STEP_MINUTES):
        phase = _step(everyday, begin)
        if begin in DEPLOYS:
            yield replace(phase, minutes=1, take=deploy(worker))
            yield replace(phase, minutes=STEP_MINUTES - 1)
        elif begin in SLOW:
            yield replace(phase, slowed=slow)
        else:
            yield phase


def _slow(worker: WatchedWorker) -> Slowed | None:
    """The class that has the lowest limit, as slow as nobody may be told of."""
    found = []
    for name in worker.classes:
        danger = worker.promises.danger("operations-slow", name) if worker.promises else None
        quiet = danger.quiet if danger else 0
        limit = quiet or _SLOW_SHARE * worker.threshold(["do-latency"], name, 500)
        found.append(Slowed(name, round(limit)))
    return min(found, key=lambda each: each.ms, default=None)


def waking(worker: WatchedWorker, hours: int) -> tuple[Phase, ...]:
    """The hours before the first day, so that what is compared with an hour ago has one."""
    begin = DAY_MINUTES - hours * 60
    everyday = healthy(worker)
    return tuple(_step(everyday, minute) for minute in range(begin, DAY_MINUTES, STEP_MINUTES))


def _step(everyday: TakeSpec, begin: int) -> Phase:
    """The minutes from `begin` on that have the same share of the traffic."""
    return Phase(STEP_MINUTES, everyday, kept=rhythm(begin + STEP_MINUTES // 2))
