"""What a monitor group can be in, and its history over a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.int8]
Flags = NDArray[np.bool_]
Times = NDArray[np.int64]

Group = tuple[str, ...]
"""A monitor group: one "key:value" tag per key of the group-by; () for a simple alert."""


class State(IntEnum):
    """A status, numbered by severity as composite monitors rank them; ABSENT is a group that is not tracked.

    UNKNOWN, a status of service checks only, has no documented rank; no composite may depend on it.
    Source: docs.datadoghq.com/monitors/types/composite
    """

    ABSENT = 0
    OK = 1
    NO_DATA = 2
    UNKNOWN = 3
    WARN = 4
    ALERT = 5

    @property
    def label(self) -> str:
        """The vendor's spelling, as `{{a.status}}` shows it."""
        return _LABELS[self]


_LABELS = {
    State.ABSENT: "(no group)",
    State.OK: "OK",
    State.NO_DATA: "No Data",
    State.UNKNOWN: "Unknown",
    State.WARN: "Warn",
    State.ALERT: "Alert",
}


class Outcome(IntEnum):
    """What an evaluation came to: a state was decided, or the evaluation was skipped and the state kept."""

    VALUE = 0
    AS_ZERO = 1
    NO_DATA = 2
    RESOLVED = 3
    AUTO_RESOLVED = 4
    DROPPED = 5
    KEPT = 6
    PARTIAL_WINDOW = 7
    NEW_GROUP = 8
    NOT_DUE = 9
    NO_VERDICT = 10

    @property
    def skipped(self) -> bool:
        """True when the state was left as it was."""
        return self >= Outcome.KEPT

    @property
    def reason(self) -> str:
        """The outcome in words, for reports."""
        return _REASONS[self]


_REASONS = {
    Outcome.VALUE: "value compared with the thresholds",
    Outcome.AS_ZERO: "no data, evaluated as zero",
    Outcome.NO_DATA: "no data",
    Outcome.RESOLVED: "no data, shown as OK",
    Outcome.AUTO_RESOLVED: "auto-resolved after timeout_h without data",
    Outcome.DROPPED: "group dropped after its retention time without data",
    Outcome.KEPT: "no data, last known status kept",
    Outcome.PARTIAL_WINDOW: "require_full_window, and the window is not full",
    Outcome.NEW_GROUP: "new group, still within its delay",
    Outcome.NOT_DUE: "between two evaluations",
    Outcome.NO_VERDICT: "too few consecutive runs in the latest status, last known status kept",
}


class Transition(NamedTuple):
    """A group's change of state, `step` being its place in the run's times."""

    step: int
    time_s: int
    group: Group
    from_state: State
    to_state: State
    value: float
    reason: str
    modelled: tuple[str, ...] = ()


@dataclass(frozen=True)
class GroupTimeline:
    """One group over the run's times: arrays of equal length, NaN where an evaluation had no value.

    `parts` holds a composite's sub-monitor groups by their labels a, b, c ... `modelled` says, in texts to show, what
    of the values comes from a model of the emulator's own instead of the vendor's documentation.
    """

    group: Group
    values: Floats
    states: Codes
    outcomes: Codes
    initial: State
    parts: Mapping[str, GroupTimeline] = field(default_factory=dict)
    modelled: tuple[str, ...] = ()

    def value_at(self, step: int) -> float | None:
        """The value of the evaluation in force at a step, None when it had no data."""
        while step > 0 and self.outcomes[step] == Outcome.NOT_DUE:
            step -= 1
        value = float(self.values[step])
        return None if np.isnan(value) else value

    def status_at(self, step: int) -> str:
        """The status at a step, as the vendor spells it."""
        return State(self.states[step]).label

    def transitions(self, times_s: Times) -> list[Transition]:
        """Each change of state, the first one being from the state before the run."""
        before = np.concatenate(([np.int8(self.initial)], self.states[:-1]))
        return [
            Transition(
                int(step),
                int(times_s[step]),
                self.group,
                State(before[step]),
                State(self.states[step]),
                float(self.values[step]),
                Outcome(self.outcomes[step]).reason,
                self.modelled,
            )
            for step in np.flatnonzero(self.states != before)
        ]
