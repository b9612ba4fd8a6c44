"""The groups of a service check monitor over time: runs in, states out.

Sources: docs.datadoghq.com/monitors/types/service_check, docs.datadoghq.com/monitors/configuration (check alert)
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from operator import attrgetter

import numpy as np

from firedrill.vendors.datadog.monitors.checks.condition import ServiceCheck
from firedrill.vendors.datadog.monitors.checks.query import CheckQuery
from firedrill.vendors.datadog.monitors.states import Group, GroupTimeline, Outcome, State, Times
from firedrill.vendors.datadog.monitors.timeline import DAY_S
from firedrill.vendors.datadog.queries import CheckRun, CheckStatus, PointStore

RETENTION_S = 2 * DAY_S
"""A group is dropped after 48 hours without a run.

Source: docs.datadoghq.com/monitors/guide/troubleshooting-no-data
"""

_UNKNOWN = "status UNKNOWN: decides nothing without a threshold of its own"
_STATES: Mapping[CheckStatus, State] = {
    CheckStatus.OK: State.OK,
    CheckStatus.WARNING: State.WARN,
    CheckStatus.CRITICAL: State.ALERT,
    CheckStatus.UNKNOWN: State.UNKNOWN,
}


@dataclass(frozen=True)
class CheckRules:
    """What decides a group's state besides its runs; times in seconds, None and 0 never happen."""

    no_data_after_s: int | None = None
    timeout_s: int = 0
    new_group_delay_s: int = 0


def check_timelines(
    condition: ServiceCheck, rules: CheckRules, store: PointStore, times_s: Times, walks: dict[Group, Walk]
) -> dict[Group, GroupTimeline]:
    """Every group's timeline; its values are the lengths of the streaks of equal runs.

    `walks` is what earlier evaluations left of each group, and is brought up to date.
    """
    return {
        group: walks.setdefault(group, Walk(condition, rules)).timeline(group, runs, times_s)
        for group, runs in sorted(_grouped(condition.query, store).items())
    }


def last_run(query: CheckQuery, store: PointStore, group: Group, time_s: int) -> CheckRun | None:
    """The latest run of a group (or of those that notify as one) that had arrived by a time."""
    runs = latest_runs(query, store, group, time_s)
    return runs[-1] if runs else None


def latest_runs(query: CheckQuery, store: PointStore, group: Group, time_s: int) -> list[CheckRun]:
    """The last runs of a group (or of those that notify as one) that a query looks at, oldest first."""
    runs = [
        run
        for tags, members in _grouped(query, store).items()
        if set(group) <= set(tags)
        for run in members
        if run.arrived_ms <= time_s * 1000
    ]
    return sorted(runs, key=attrgetter("timestamp_ms"))[-query.last :]


def _grouped(query: CheckQuery, store: PointStore) -> dict[Group, list[CheckRun]]:
    """The query's runs by group in order of arrival; a run that lacks a group tag is not evaluated."""
    groups: dict[Group, list[CheckRun]] = {}
    for run in sorted(filter(query.selects, store.checks), key=attrgetter("arrived_ms")):
        if query.group_by == ("*",):
            groups.setdefault(tuple(sorted(run.tags)), []).append(run)
            continue
        for group in product(*([tag for tag in run.tags if tag.startswith(f"{key}:")] for key in query.group_by)):
            groups.setdefault(group, []).append(run)
    return groups


class Walk:
    """One group's way through its runs."""

    def __init__(self, condition: ServiceCheck, rules: CheckRules) -> None:
        self.thresholds, self.last, self.modelled = condition.thresholds, condition.query.last, condition.modelled
        self.rules = rules
        self.arrived = 0
        self.known: list[CheckRun] = []  # what has arrived since the group exists, ordered by its own time
        self.state = State.ABSENT
        self.born_s = 0
        self.fresh = False  # runs have arrived that no evaluation has judged

    def timeline(self, group: Group, runs: Sequence[CheckRun], times_s: Times) -> GroupTimeline:
        """Go on through all `runs` up to each of the times."""
        values, states, outcomes, initial = np.full(len(times_s), np.nan), [], [], self.state
        for step, time_s in enumerate(times_s.tolist()):
            self._arrive(runs, time_s)
            outcome = self._evaluate(time_s)
            values[step] = self._streak() if outcome is Outcome.VALUE else np.nan
            states.append(self.state)
            outcomes.append(outcome)
        codes = (np.array(states, np.int8), np.array(outcomes, np.int8))
        undecided = self.thresholds.unknown is None and any(run.status is CheckStatus.UNKNOWN for run in runs)
        modelled = (*self.modelled, _UNKNOWN) if undecided else self.modelled
        return GroupTimeline(group, values, *codes, initial, modelled=modelled)

    def _arrive(self, runs: Sequence[CheckRun], time_s: int) -> None:
        while self.arrived < len(runs) and runs[self.arrived].arrived_ms <= time_s * 1000:
            run = runs[self.arrived]
            self.arrived += 1
            if not self.known or run.timestamp_ms - self.known[-1].timestamp_ms > DAY_S * 1000:
                self.born_s = time_s
            insort(self.known, run, key=attrgetter("timestamp_ms"))
            self.fresh = True

    def _evaluate(self, time_s: int) -> Outcome:
        if not self.known:
            return Outcome.KEPT
        if not self.fresh:
            return self._without_run(time_s - self.known[-1].timestamp_ms // 1000)
        if time_s < self.born_s + self.rules.new_group_delay_s:
            return Outcome.NEW_GROUP
        self.fresh = False
        status = self.known[-1].status
        needed = getattr(self.thresholds, status.name.lower())
        if needed is None or self._streak() < needed:
            return Outcome.NO_VERDICT
        self.state = _STATES[status]
        return Outcome.VALUE

    def _streak(self) -> int:
        """How many runs in a row, the latest one included, have the latest one's status; `last` at most."""
        recent = self.known[-self.last :]
        unlike = (back for back, run in enumerate(reversed(recent)) if run.status is not recent[-1].status)
        return next(unlike, len(recent))

    def _without_run(self, missing_s: int) -> Outcome:
        rules = self.rules
        if missing_s >= RETENTION_S:
            self.state = State.ABSENT
            self.known.clear()
            return Outcome.DROPPED
        if rules.timeout_s and missing_s >= rules.timeout_s and self.state > State.OK:
            self.state = State.OK
            return Outcome.AUTO_RESOLVED
        if rules.no_data_after_s is not None and missing_s >= rules.no_data_after_s:
            self.state = State.NO_DATA
            return Outcome.NO_DATA
        return Outcome.KEPT
