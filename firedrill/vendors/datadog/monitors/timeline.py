"""The state machine of one monitor group: values in, states out. Evaluations are stateless, the state is not.

Sources: docs.datadoghq.com/monitors/configuration, docs.datadoghq.com/monitors/guide/recovery-thresholds,
docs.datadoghq.com/monitors/guide/troubleshooting-monitor-alerts.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np

from firedrill.vendors.datadog.monitors.states import Codes, Flags, Floats, Outcome, State, Times

DAY_S = 86_400
LONGEST_CADENCE_S = 1800

COMPARATORS: Mapping[str, Callable[[Any, Any], Any]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
}

RECOVERED: Mapping[str, str] = {">": "<=", ">=": "<", "<": ">=", "<=": ">"}
"""The comparison with a recovery threshold that ends an alert or a warning, by the monitor's comparator.

Source: docs.datadoghq.com/monitors/guide/recovery-thresholds
"""


class Missing(Enum):
    """What an evaluation without data does to the state."""

    AS_ZERO = "evaluate as zero"
    KEEP = "show last known status"
    NO_DATA = "show NO DATA"
    RESOLVE = "show OK"


@dataclass(frozen=True)
class Rules:
    """What decides a group's state; times in seconds.

    `missing_after_s` is how long data must be missing, seen from the first empty evaluation, before NO DATA.
    `timeout_s` 0 never auto-resolves. `grouped` monitors track a group from its first data until
    `retention_s` without any, and wait `new_group_delay_s` with a group that was not seen for 24 hours.
    """

    comparator: str
    critical: float
    warning: float | None = None
    critical_recovery: float | None = None
    warning_recovery: float | None = None
    missing: Missing = Missing.KEEP
    missing_after_s: int = 0
    timeout_s: int = 0
    grouped: bool = False
    retention_s: int = DAY_S
    new_group_delay_s: int = 0
    recovers: str | None = None
    """The comparison with a recovery threshold that ends an alert; None is the one of RECOVERED."""

    @property
    def initial(self) -> State:
        """The state before the first evaluation: a new simple alert shows No Data, a new group does not exist."""
        return State.ABSENT if self.grouped else State.NO_DATA


@dataclass
class Track:
    """What the evaluations of one group leave to the next: a run that goes on where another ended needs no more."""

    state: State
    value: float = math.nan
    """Of the latest evaluation, as judged."""
    seen_s: int | None = None
    """When the group last had data."""
    born_s: int = 0
    """When it appeared, for the new-group delay."""
    gone_s: int | None = None
    """The first evaluation without data."""
    auto_resolved: bool = False


@dataclass(frozen=True)
class _Levels:
    """Each evaluation's value against the four thresholds."""

    level: list[int]
    alert_over: list[bool]
    warn_over: list[bool]

    def judge(self, index: int, state: int) -> int:
        """The state after an evaluated value: alert first, then warning, each held until its recovery threshold."""
        level = self.level[index]
        if level == State.ALERT or (state == State.ALERT and not self.alert_over[index]):
            return State.ALERT
        if level == State.WARN or (state == State.WARN and not self.warn_over[index]):
            return State.WARN
        return State.OK


def advance(
    times_s: Times,
    values: Floats,
    full: Flags | None,
    rules: Rules,
    *,
    recovery: Floats | None = None,
    zero: Flags | None = None,
    track: Track | None = None,
) -> tuple[Floats, Codes, Codes]:
    """Run one group through its evaluations: (values as judged, `State` codes, `Outcome` codes).

    `track` is what earlier evaluations left, and is brought up to date; without one the group is new.
    `values` holds NaN where the query returned nothing, `full` whether each window counted as full,
    which is only asked with `require_full_window`. `recovery` is what recovery thresholds are compared with, if not the
    values; `zero` where missing data may be evaluated as zero, if not everywhere.
    """
    present = ~np.isnan(values)
    judged = np.where(present, values, 0.0) if rules.missing is Missing.AS_ZERO else values
    levels = _levels(judged, judged if recovery is None else recovery, rules)
    states = np.empty(len(values), np.int8)
    outcomes = np.empty(len(values), np.int8)
    track = track or Track(rules.initial)
    state: int = track.state
    seen_s, born_s, gone_s, auto_resolved = track.seen_s, track.born_s, track.gone_s, track.auto_resolved
    for index, (time_s, has_data) in enumerate(zip(times_s.tolist(), present.tolist(), strict=True)):
        if has_data:
            if seen_s is None or time_s - seen_s > DAY_S:
                born_s = time_s
            seen_s, gone_s, auto_resolved = time_s, None, False
            if rules.grouped and time_s < born_s + rules.new_group_delay_s:
                outcome = Outcome.NEW_GROUP
            elif full is not None and not full[index]:
                outcome = Outcome.PARTIAL_WINDOW
            else:
                outcome, state = Outcome.VALUE, levels.judge(index, state)
        else:
            gone_s = time_s if gone_s is None else gone_s
            known = state != State.ABSENT if rules.grouped else seen_s is not None
            outcome = _without_data(time_s - gone_s, known, state, auto_resolved, rules)
            if outcome is Outcome.AS_ZERO and zero is not None and not zero[index]:
                outcome = Outcome.KEPT
            state = levels.judge(index, state) if outcome is Outcome.AS_ZERO else _SET_BY.get(outcome, state)
            auto_resolved = auto_resolved or outcome is Outcome.AUTO_RESOLVED
        states[index], outcomes[index] = state, outcome
    shown = np.where(outcomes == Outcome.AS_ZERO, 0.0, values)
    track.state, track.value = State(state), float(shown[-1]) if len(shown) else track.value
    track.seen_s, track.born_s, track.gone_s, track.auto_resolved = seen_s, born_s, gone_s, auto_resolved
    return shown, states, outcomes


_SET_BY: Mapping[Outcome, int] = {
    Outcome.NO_DATA: State.NO_DATA,
    Outcome.RESOLVED: State.OK,
    Outcome.AUTO_RESOLVED: State.OK,
    Outcome.DROPPED: State.ABSENT,
}


def _without_data(missing_s: int, known: bool, state: int, auto_resolved: bool, rules: Rules) -> Outcome:
    """What an empty evaluation comes to, `missing_s` after the first empty one.

    A monitor must have evaluated data before it can miss any; only a count without groups is zero from the start.
    """
    if rules.grouped and known and missing_s >= rules.retention_s:
        return Outcome.DROPPED
    if rules.missing is Missing.AS_ZERO and (known or not rules.grouped):
        return Outcome.AS_ZERO
    if not known or auto_resolved:
        return Outcome.KEPT
    if rules.missing is Missing.RESOLVE:
        return Outcome.RESOLVED
    if rules.timeout_s and missing_s >= rules.timeout_s and state > State.OK:
        return Outcome.AUTO_RESOLVED
    if rules.missing is Missing.NO_DATA and missing_s >= rules.missing_after_s:
        return Outcome.NO_DATA
    return Outcome.KEPT


def _levels(values: Floats, recovery: Floats, rules: Rules) -> _Levels:
    crosses = COMPARATORS[rules.comparator]
    level = np.full(len(values), State.OK, np.int8)
    if rules.warning is not None:
        level[crosses(values, rules.warning)] = State.WARN
    level[crosses(values, rules.critical)] = State.ALERT

    def over(threshold: float | None) -> list[bool]:
        if threshold is None:
            return [True] * len(values)
        recovers = COMPARATORS[rules.recovers or RECOVERED[rules.comparator]]
        flags: list[bool] = recovers(recovery, threshold).tolist()
        return flags

    return _Levels(level.tolist(), over(rules.critical_recovery), over(rules.warning_recovery))


def due(times_s: Times, every_s: int, before_s: int | None = None) -> Flags:
    """Which times a monitor is evaluated at: the first one of each `every_s` seconds of UNIX time.

    `before_s` is the time before the first one, if there was any.
    """
    bucket = times_s // every_s
    before = -1 if before_s is None else before_s // every_s
    return bucket != np.concatenate(([before], bucket[:-1])) if len(times_s) else np.zeros(0, bool)


def cadence_s(window_s: int) -> int:
    """Seconds between two evaluations, by the length of the window.

    Source: docs.datadoghq.com/monitors/configuration (evaluation frequency)
    """
    if window_s < DAY_S:
        return 60
    return 600 if window_s < 2 * DAY_S else LONGEST_CADENCE_S


def spread(
    codes: Codes, values: Floats, outcomes: Codes, is_due: Flags, initial: State, value: float
) -> tuple[Floats, Codes, Codes]:
    """Carry the states of the due evaluations over the times between them: (values, states, outcomes).

    `initial` and `value` are those of the evaluation before the times, which is in force until the first due one.
    """
    full_values = np.full(len(is_due), np.nan)
    full_values[:1] = value
    full_values[is_due] = values
    full_outcomes = np.full(len(is_due), Outcome.NOT_DUE, np.int8)
    full_outcomes[is_due] = outcomes
    states = np.concatenate(([initial], codes)).astype(np.int8)[np.cumsum(is_due)]
    return full_values, states, full_outcomes
