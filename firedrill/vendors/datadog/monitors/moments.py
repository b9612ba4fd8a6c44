"""Which moments of a group's history notify: transitions, re-notifications and ends of downtimes.

Sources: docs.datadoghq.com/monitors/notify, docs.datadoghq.com/monitors/downtimes
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import numpy as np

from firedrill.vendors.datadog.monitors.states import Codes, Flags, State, Times

Kind = Literal["alert", "warn", "no data", "unknown", "recovery", "renotify"]

_KINDS: Mapping[int, Kind] = {
    State.ALERT: "alert",
    State.WARN: "warn",
    State.NO_DATA: "no data",
    State.UNKNOWN: "unknown",
}


class Event(NamedTuple):
    """A moment that notifies: its place in the run's times, what it is, and the state before and after.

    The trigger times are those of the current alert cycle: `first_triggered_s` when the group left OK,
    `last_triggered_s` when it last changed to any status other than OK.
    """

    step: int
    kind: Kind
    state: State
    previous: State
    first_triggered_s: int
    last_triggered_s: int


@dataclass(frozen=True)
class Renotify:
    """Re-notification: every `interval_s` after the last notification, in `states`, at most `occurrences` times.

    No end is documented today; an older page ended re-notification 30 hours after the first alert.
    """

    interval_s: int
    states: frozenset[State]
    occurrences: int | None = None


@dataclass(frozen=True)
class Muting:
    """Downtimes as one group sees them, by evaluation.

    `recovery_muted` evaluations mute the first recovery as well; `notify_at_end` names the states that notify again
    at the step where a downtime has just expired.
    """

    muted: Flags
    recovery_muted: Flags
    notify_at_end: Mapping[int, frozenset[State]] = field(default_factory=dict)


@dataclass
class Cycle:
    """What the notifications of one group leave to the next: its alert cycle, from the moment it left OK."""

    previous: int
    first_s: int = 0
    last_s: int = 0
    triggered: bool = False
    notified: bool = False
    loud: bool = False
    sent_s: int = 0
    sent: int = 0


def not_muted(length: int) -> Muting:
    """No downtime at all."""
    nothing = np.zeros(length, bool)
    return Muting(nothing, nothing)


def events(
    times_s: Times,
    states: Codes,
    initial: State,
    silent: Flags,
    renotify: Renotify | None,
    muting: Muting,
    cycle: Cycle | None = None,
) -> Iterator[Event]:
    """Walk one group's states and yield what notifies, in order.

    `cycle` is what earlier walks left, and is brought up to date; without one the walk begins in `initial`. `silent`
    marks evaluations whose No Data status is shown without notifying. A recovery notifies when something of its alert
    cycle did. In a downtime nothing notifies but the first recovery of what had notified before it.
    """
    cycle = cycle or Cycle(initial)
    if not cycle.loud and not (states != cycle.previous).any():
        return
    for step, (time_s, state, is_silent, is_muted) in enumerate(
        zip(times_s.tolist(), states.tolist(), silent.tolist(), muting.muted.tolist(), strict=True)
    ):
        kind: Kind | None = None
        if state != cycle.previous:
            cycle.loud = state > State.OK and not (state == State.NO_DATA and is_silent)
            if state > State.OK:
                cycle.first_s = cycle.first_s if cycle.triggered else time_s
                cycle.last_s, cycle.triggered, cycle.sent = time_s, True, 0
                kind = _KINDS[state] if cycle.loud and not is_muted else None
            elif state == State.OK and cycle.notified and not (is_muted and muting.recovery_muted[step]):
                kind = "recovery"
        elif cycle.loud and not is_muted and state in muting.notify_at_end.get(step, ()):
            kind = _KINDS[state]
        elif cycle.notified and not is_muted and renotify and _is_due(renotify, state, time_s, cycle):
            kind, cycle.sent = "renotify", cycle.sent + 1
        if kind:
            yield Event(step, kind, State(state), State(cycle.previous), cycle.first_s, cycle.last_s)
            cycle.sent_s, cycle.notified = time_s, True
        if state <= State.OK:
            cycle.triggered = cycle.notified = False
        cycle.previous = state


def _is_due(renotify: Renotify, state: int, time_s: int, cycle: Cycle) -> bool:
    under_limit = renotify.occurrences is None or cycle.sent < renotify.occurrences
    return cycle.loud and state in renotify.states and time_s - cycle.sent_s >= renotify.interval_s and under_limit


def triggered_states(names: Collection[str]) -> frozenset[State]:
    """The states that the API's names alert, warn and no data stand for."""
    return frozenset(State(state) for state, name in _KINDS.items() if name in names)
