"""From what each monitor did in each scenario to what is proven of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto

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


class Kind(Enum):
    """In which way a monitor failed."""

    UNTRIED = auto()
    NEVER_FIRED = auto()
    FIRED_EARLY = auto()
    MUTED = auto()
    NOT_RECOVERED = auto()
    LATE_TO_FIRE = auto()
    LATE_TO_RECOVER = auto()
    UNEXPLAINED = auto()


@dataclass(frozen=True)
class Failure:
    """One way in which a monitor failed: what is `said` of it, where {scenario} stands for the scenario.

    `state` is the one that it had to reach or that it went to; `time_ms` is when it went there, in `group`.
    """

    monitor: str
    said: str
    kind: Kind = Kind.UNTRIED
    scenario: str = ""
    state: str = ""
    group: str = ""
    time_ms: int = 0

    @property
    def text(self) -> str:
        """The whole sentence."""
        return f"{self.monitor} {said_of(self, [self.scenario])}"


def said_of(failure: Failure, scenarios: Sequence[str]) -> str:
    """What is said of a monitor that failed in the same way in all these scenarios."""
    named = f"scenario{'s' if len(scenarios) > 1 else ''} {', '.join(scenarios)}"
    return failure.said.replace("{scenario}", named)


@dataclass(frozen=True)
class MonitorVerdict:
    """All that the drill says of one monitor: proven with a firing and a quiet proof and no failure, or exempt."""

    monitor: str
    proofs: tuple[Proof, ...]
    quiet_scenarios: int
    failures: tuple[Failure, ...]
    exempt: str = ""

    @property
    def problems(self) -> tuple[str, ...]:
        """Its failures in words."""
        return tuple(failure.text for failure in self.failures)

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
    proven = [_proof(run, monitor, allowed) for run in runs if monitor in run.scenario.fires]
    failures = [failure for _, failure in proven if failure]
    if whole and not proven:
        failures.append(
            Failure(monitor, "has no scenario in which it must fire: add one, or a line in drill-exemptions.txt")
        )
    quiet = 0
    for run in runs:
        if monitor not in run.scenario.fires and monitor not in run.scenario.may_fire:
            noise = _noise(run, monitor)
            failures += noise
            quiet += not noise
    if whole and not quiet:
        failures.append(Failure(monitor, "has no scenario in which it stays quiet"))
    return MonitorVerdict(monitor, tuple(proof for proof, _ in proven), quiet, tuple(failures), exempt)


def _noise(run: ScenarioRun, monitor: str) -> list[Failure]:
    """One failure per time that the monitor left OK although the scenario does not explain it."""
    return [
        _failure(
            run,
            change,
            Kind.UNEXPLAINED,
            f"went to {change.state} in {{scenario}}, which does not explain it"
            + (f" ({change.group})" if change.group else ""),
        )
        for change in run.changes
        if change.monitor == monitor and change.state != OK
    ]


def _failure(run: ScenarioRun, change: Change, kind: Kind, said: str) -> Failure:
    return Failure(change.monitor, said, kind, run.scenario.name, change.state, change.group, change.time_ms)


def _proof(run: ScenarioRun, monitor: str, allowed: int) -> tuple[Proof, Failure | None]:
    mine = [change for change in run.changes if change.monitor == monitor]
    scenario, state = run.scenario.name, run.scenario.fires[monitor]
    early = next((change for change in mine if change.state != OK and change.time_ms <= run.begin_ms), None)
    alerts = [change for change in mine if change.state == state]
    last_ok = _all_ok_since(mine) if alerts else None
    failure = None
    if early:
        said = f"was in {early.state} before the fault of {{scenario}} began"
        failure = _failure(run, early, Kind.FIRED_EARLY, said)
    elif not alerts:
        failure = Failure(monitor, f"never went to {state} in {{scenario}}", Kind.NEVER_FIRED, scenario, state)
    elif all(change.muted for change in alerts):
        said = f"went to {state} in {{scenario}}, but a downtime mutes it, so nobody is notified"
        failure = _failure(run, alerts[0], Kind.MUTED, said)
    elif last_ok is None:
        said = "did not recover after the fault of {scenario}"
        failure = _failure(run, _not_ok(mine)[-1], Kind.NOT_RECOVERED, said)
    elif late := _minutes(alerts[0].time_ms, run.begin_ms, allowed):
        said = f"took {late} minutes to alert in {{scenario}}; its window and delay allow {allowed}"
        failure = _failure(run, alerts[0], Kind.LATE_TO_FIRE, said)
    elif late := _minutes(last_ok.time_ms, run.end_ms, allowed):
        said = f"took {late} minutes to recover in {{scenario}}; its window and delay allow {allowed}"
        failure = _failure(run, last_ok, Kind.LATE_TO_RECOVER, said)
    alerted_ms = alerts[0].time_ms if alerts else None
    recovered_ms = last_ok.time_ms if last_ok else None
    problem = failure.text if failure else ""
    return Proof(monitor, scenario, state, run.begin_ms, run.end_ms, alerted_ms, recovered_ms, problem), failure


def _minutes(time_ms: int, since_ms: int, allowed: int) -> int:
    """Whole minutes between the two times when that is more than allowed, else 0."""
    minutes = round((time_ms - since_ms) / MINUTE_MS)
    return minutes if minutes > allowed else 0


def _all_ok_since(changes: Sequence[Change]) -> Change | None:
    """The change by which the last group came back to OK, or None while one is not OK at the end."""
    return None if _not_ok(changes) else max(_latest(changes), key=lambda change: change.time_ms)


def _not_ok(changes: Sequence[Change]) -> list[Change]:
    """The changes by which groups came to what they are at the end, where that is not OK."""
    return [change for change in _latest(changes) if change.state != OK]


def _latest(changes: Sequence[Change]) -> Iterable[Change]:
    """The last change of each group."""
    return {change.group: change for change in changes}.values()
