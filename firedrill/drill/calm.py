"""When simulated time begins, and downtimes that recur: the drill proves alerts outside of them, the night in one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from firedrill.vendors.datadog.monitors import Downtime
from firedrill.vendors.datadog.monitors.schedules import Recurring

START_MS = 1_767_571_200_000
"""Simulated time begins on Monday 2026-01-05 at 00:00 UTC; only a downtime's schedule depends on the day."""

DRILL_S = 6 * 3600
"""As long as most scenarios, with what comes before them."""
WEEK_S = 7 * 86_400


def outside(downtimes: Sequence[Downtime]) -> list[Downtime]:
    """The downtimes with those that recur as they are in the first hours, a week's at most away, that have none.

    As they are where all hours of the week have one: then the drill says what they mute.
    """
    start_s = START_MS // 1000
    recurring = [each.schedule for each in downtimes if isinstance(each.schedule, Recurring)]
    for later_s in range(0, WEEK_S, DRILL_S) if recurring else ():
        times_s = np.arange(start_s + later_s, start_s + later_s + DRILL_S, 60)
        if not any(each.covers(times_s).any() for each in recurring):
            return [
                replace(each, schedule=replace(each.schedule, later_s=later_s))
                if isinstance(each.schedule, Recurring)
                else each
                for each in downtimes
            ]
    return list(downtimes)
