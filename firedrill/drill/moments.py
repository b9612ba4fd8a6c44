"""What evaluations came to, and when, counted from the fault of their scenario."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from firedrill.drill.simulate import Drilled
from firedrill.scenarios.scenario import MINUTE_MS
from firedrill.vendors.datadog.monitors import GroupTimeline, Monitor, Outcome
from firedrill.vendors.datadog.monitors.states import Flags


def when(run: Drilled, step: int) -> str:
    """When an evaluation was, such as "7 min into the fault"."""
    outcome, time_ms = run.outcome, int(run.monitors.times_s[step]) * 1000
    if time_ms <= outcome.begin_ms:
        return f"{(outcome.begin_ms - time_ms) // MINUTE_MS} min before the fault"
    if time_ms <= outcome.end_ms:
        return f"{(time_ms - outcome.begin_ms) // MINUTE_MS} min into the fault"
    return f"{(time_ms - outcome.end_ms) // MINUTE_MS} min after the fault"


def lasting(run: Drilled) -> Flags:
    """Which evaluations were while the fault lasted."""
    times_ms = run.monitors.times_s * 1000
    found: Flags = (times_ms > run.outcome.begin_ms) & (times_ms <= run.outcome.end_ms)
    return found


def skipped(timelines: Iterable[GroupTimeline], during: Flags) -> list[str]:
    """How many evaluations were skipped, by the reason."""
    counted = Counter(
        Outcome(code).reason
        for timeline in timelines
        for code in timeline.outcomes[during].tolist()
        if Outcome(code).skipped
    )
    return [
        f"{count} {'evaluation was' if count == 1 else 'evaluations were'} skipped ({reason})"
        for reason, count in counted.most_common()
    ]


def furthest(timelines: Sequence[GroupTimeline], during: Flags, comparator: str) -> tuple[str, float, int] | None:
    """The value that came nearest to the threshold, in words which one it is, and its step; None without any."""
    steps = np.flatnonzero(during)
    found = [
        (float(timeline.values[step]), int(step))
        for timeline in timelines
        for step in steps
        if not np.isnan(timeline.values[step])
    ]
    if not found:
        return None
    highest = comparator.startswith(">")
    value, step = (max if highest else min)(found, key=lambda each: each[0])
    return "highest" if highest else "lowest", value, step


def missing_data(monitor: Monitor) -> str:
    """What the monitor's options say of missing data."""
    options = monitor.options
    if options.on_missing_data is not None:
        return f"on_missing_data is {options.on_missing_data}"
    if options.notify_no_data:
        return f"notify_no_data is on, no_data_timeframe {options.no_data_timeframe or 'unset'}"
    return "on_missing_data is not set, notify_no_data is off"
