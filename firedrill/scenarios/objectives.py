"""How long a fault has to last so that an objective's error budget burns at a size: for alerts that look back weeks."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from firedrill.scenarios.generic_kind import healthy
from firedrill.scenarios.promises import Danger
from firedrill.scenarios.scenario import Lasting, Phase, Slowed
from firedrill.scenarios.watched import WatchedWorker

CARRIED_MINUTES = 10
"""Minutes of a fault that are carried to metrics and then repeated: whole slices of 5 minutes."""
HALF = 50.0
"""Percent of what is counted that fails in these."""
TOO_SLOW = 4
"""Times the threshold of a latency."""
SPENDING = 10
"""The burn rate at which a budget is spent."""
_DAY = 24 * 60


@dataclass(frozen=True)
class Pace:
    """One alert on an error budget: the end of its id, what it tells, in which unit a size of it is."""

    id: str
    told: str
    unit: str
    most: float
    after: int
    """Minutes of healthy traffic that are looked at after the fault, 0 for a whole timeframe more."""
    step: int


PACES = (
    Pace("fast-burn", "burns fast", "times as fast as allowed", 10_000.0, 60, 1),
    Pace("medium-burn", "burns for hours", "times as fast as allowed", 10_000.0, 2 * 60, 2),
    Pace("slow-burn", "burns for a day", "times as fast as allowed", 10_000.0, 6 * 60, 5),
    Pace("budget", "is spent", "% of it", 100.0, 0, 30),
)


def lasting(pace: Pace, danger: Danger, size: float) -> Lasting:
    """How long the fault of a danger of a size lasts, and how bad it is.

    Failures are spread evenly over an hour or a day, a little longer than the long window; a budget is spent at
    SPENDING times the pace allowed. What is slow is slow all the time, as long as it takes.
    """
    objective = danger.objective
    assert objective is not None  # the promises of an objective's dangers have it
    before = objective.timeframe_minutes
    spent = not pace.after
    after = pace.after or before + _DAY
    if objective.threshold_ms:
        share = size / 100 * objective.allowed if spent else size * objective.allowed
        return Lasting(round(share * objective.long_minutes), before, after, None, pace.step)
    if spent:
        burn = min(SPENDING, 1 / objective.allowed)
        minutes = ceil(size / 100 * before / burn)
        return Lasting(minutes, before, after, burn * objective.allowed, pace.step)
    minutes = objective.long_minutes + max(30, objective.long_minutes // 24)
    return Lasting(minutes, before, after, min(1.0, size * objective.allowed), pace.step)


def slow(worker: WatchedWorker, class_name: str, size: float) -> tuple[Phase, ...]:
    """Every call of a class takes far longer than its objective allows; of the first class for the Worker's own."""
    found = (each.objective for each in (worker.promises.dangers if worker.promises else ()) if each.objective)
    thresholds = [each.threshold_ms for each in found if each.threshold_ms]
    ms = round(TOO_SLOW * max(thresholds, default=1000))
    struck = class_name or next(iter(worker.classes), "")
    return (Phase(CARRIED_MINUTES, healthy(worker), slowed=Slowed(struck, ms, every=1)),)
