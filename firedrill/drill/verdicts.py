"""From what each monitor did in each scenario to what is proven of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from firedrill.scenarios.scenario import MINUTE_MS, Scenario

OK = "OK"


@dataclass(frozen=True)
class Change:
    """One group of a monitor entered `state` at `time_ms`; `notification` is the title that somebody got, or "".

    `muted`: whether a downtime kept it from notifying.
    """

    monitor: str
    group: str
    time_ms: int
    state: str
    notification: str
    muted: bool = False


@dataclass(frozen=True)
class ScenarioRun:
    """What happened in one scenario: the fault's begin and end, the run's end, every change of state in time order."""

    scenario: Scenario
    begin_ms: int
    end_ms: int
    over_ms: int
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Proof:
    """One monitor in one scenario that must make it fire; `problem` is "" when it fired and recovered in time."""

    monitor: str
    scenario: str
    state: str
    began_ms: int
    ended_ms: int
    alerted_ms: int | None
    recovered_ms: int | None
    problem: str


@dataclass(frozen=True)
class MonitorVerdict:
    """All that the drill says of one monitor: proven with a firing and a quiet proof and no problem, or exempt."""

    monitor: str
    proofs: tuple[Proof, ...]
    quiet_scenarios: int
    problems: tuple[str, ...]
    exempt: str = ""

    @property
    def proven(self) -> bool:
        """Whether this monitor does not keep the drill from passing."""
        return not self.problems or bool(self.exempt)


def judge(
    allowed: Mapping[str, int], runs: Sequence[ScenarioRun], exempt: Mapping[str, str], *, whole: bool
) -> list[MonitorVerdict]:
    """The verdict on every monitor in `allowed`, which says how many minutes it may take to alert and to recover.

    `whole` False (chosen scenarios only) asks for no proof that was not run.
    """
    return [_verdict(monitor, minutes, runs, exempt.get(monitor, ""), whole) for monitor, minutes in allowed.items()]


def _verdict(monitor: str, allowed: int, runs: Sequence[ScenarioRun], exempt: str, whole: bool) -> MonitorVerdict:
    proofs = tuple(_proof(run, monitor, allowed) for run in runs if monitor in run.scenario.fires)
    problems = [proof.problem for proof in proofs if proof.problem]
    if whole and not proofs:
        problems.append(f"{monitor} has no scenario in which it must fire: add one, or a line in drill-exemptions.txt")
    quiet = 0
    for run in runs:
        if monitor not in run.scenario.fires and monitor not in run.scenario.may_fire:
            noise = _noise(run, monitor)
            problems += noise
            quiet += not noise
    if whole and not quiet:
        problems.append(f"{monitor} has no scenario in which it stays quiet")
    return MonitorVerdict(monitor, proofs, quiet, tuple(problems), exempt)


def _noise(run: ScenarioRun, monitor: str) -> list[str]:
    """One problem per time that the monitor left OK although the scenario does not explain it."""
    return [
        f"{monitor} went to {change.state} in scenario {run.scenario.name}, which does not explain it"
        + (f" ({change.group})" if change.group else "")
        for change in run.changes
        if change.monitor == monitor and change.state != OK
    ]


def _proof(run: ScenarioRun, monitor: str, allowed: int) -> Proof:
    mine = [change for change in run.changes if change.monitor == monitor]
    scenario, state = run.scenario.name, run.scenario.fires[monitor]
    early = next((change for change in mine if change.state != OK and change.time_ms <= run.begin_ms), None)
    alerts = [change for change in mine if change.state == state]
    alerted = alerts[0].time_ms if alerts else None
    recovered = _all_ok_since(mine) if alerted is not None else None
    problem = ""
    if early:
        problem = f"{monitor} was in {early.state} before the fault of scenario {scenario} began"
    elif alerted is None:
        problem = f"{monitor} never went to {state} in scenario {scenario}"
    elif all(change.muted for change in alerts):
        problem = f"{monitor} went to {state} in scenario {scenario}, but a downtime mutes it, so nobody is notified"
    elif recovered is None:
        problem = f"{monitor} did not recover after the fault of scenario {scenario}"
    elif late := _minutes(alerted, run.begin_ms, allowed):
        problem = f"{monitor} took {late} minutes to alert in {scenario}; its window and delay allow {allowed}"
    elif late := _minutes(recovered, run.end_ms, allowed):
        problem = f"{monitor} took {late} minutes to recover in {scenario}; its window and delay allow {allowed}"
    return Proof(monitor, scenario, state, run.begin_ms, run.end_ms, alerted, recovered, problem)


def _minutes(time_ms: int, since_ms: int, allowed: int) -> int:
    """Whole minutes between the two times when that is more than allowed, else 0."""
    minutes = round((time_ms - since_ms) / MINUTE_MS)
    return minutes if minutes > allowed else 0


def _all_ok_since(changes: Sequence[Change]) -> int | None:
    """When the last group came back to OK, or None while one is not OK at the end."""
    last: dict[str, Change] = {change.group: change for change in changes}
    if any(change.state != OK for change in last.values()):
        return None
    return max(change.time_ms for change in last.values())
