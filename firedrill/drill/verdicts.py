"""What each monitor did in each scenario, and what is said of it, as data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto

from firedrill.scenarios.scenario import Scenario

OK = "OK"


@dataclass(frozen=True)
class Told:
    """What a notification said, and to whom; `shown` are the value and the threshold as its message has to show them.

    `group` has the values of the group's tags, which it has to show as well.
    """

    handles: tuple[str, ...] = ()
    title: str = ""
    message: str = ""
    priority: str = ""
    shown: tuple[tuple[str, str], ...] = ()
    group: tuple[str, ...] = ()


@dataclass(frozen=True)
class Change:
    """One group of a monitor entered `state` at `time_ms`; `notification` is the title that somebody got, or "".

    `muted`: whether a downtime kept it from notifying. `told` is what was sent, None for nothing.
    """

    monitor: str
    group: str
    time_ms: int
    state: str
    notification: str
    muted: bool = False
    told: Told | None = None


@dataclass(frozen=True)
class Expected:
    """What a monitor must do: alert and recover within so many minutes, and tell whom, in which form.

    `handle` is "" where nothing is promised: then `somebody` says whether its own message names anybody in an alert.
    A `part` of another monitor tells nobody, yet its messages stand in the event stream.
    `source` says where the minutes are from. What stands `apart` is judged only in the scenarios that are about it.
    """

    alert_minutes: int
    recover_minutes: int
    source: str = "its window and delay allow"
    handle: str = ""
    somebody: bool = False
    part: bool = False
    warnings: str = ""
    priority: str = ""
    runbook: str = ""
    apart: bool = False

    def judged_in(self, monitor: str, scenario: Scenario) -> bool:
        """Whether it is judged in a scenario as this monitor."""
        return monitor in scenario.about or not (scenario.about or self.apart)


@dataclass(frozen=True)
class ScenarioRun:
    """What happened in one scenario: the fault's begin and end, the run's end, every change of state in time order."""

    scenario: Scenario
    begin_ms: int
    end_ms: int
    over_ms: int
    changes: tuple[Change, ...]
    groups: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """By monitor the groups that show the danger at its size, each of which must alert."""
    billed: Mapping[int, float] = field(default_factory=dict)
    """US dollars that Cloudflare bills by minute (ms), where its analytics are part of the scenario."""

    def billed_until(self, until_ms: int) -> float | None:
        """US dollars from the begin of the fault on; None where nothing is known of them."""
        return sum(usd for at_ms, usd in self.billed.items() if self.begin_ms <= at_ms < until_ms) or None


@dataclass(frozen=True)
class Proof:
    """One monitor in one scenario that must make it fire; `problem` is "" when it fired and recovered in time.

    `billed` are the US dollars that Cloudflare bills until it alerted, None where nothing is known of them.
    """

    monitor: str
    scenario: str
    state: str
    began_ms: int
    ended_ms: int
    alerted_ms: int | None
    recovered_ms: int | None
    problem: str
    billed: float | None = None


class Kind(Enum):
    """In which way a monitor failed."""

    UNTRIED = auto()
    NEVER_FIRED = auto()
    FIRED_EARLY = auto()
    FLAPPED = auto()
    MUTED = auto()
    NOT_RECOVERED = auto()
    LATE_TO_FIRE = auto()
    LATE_TO_RECOVER = auto()
    UNEXPLAINED = auto()
    UNTOLD = auto()
    UNPROMISED = auto()


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
    """All that the drill says of one monitor: proven with a firing and a quiet proof and no failure, or exempt.

    `modelled` is what of its values and messages no documentation decides, `unmeasured` what nothing here can measure.
    """

    monitor: str
    proofs: tuple[Proof, ...]
    quiet_scenarios: int
    failures: tuple[Failure, ...]
    exempt: str = ""
    modelled: tuple[str, ...] = ()
    unmeasured: str = ""

    @property
    def problems(self) -> tuple[str, ...]:
        """Its failures in words."""
        return tuple(failure.text for failure in self.failures)

    @property
    def proven(self) -> bool:
        """Whether this monitor does not keep the drill from passing."""
        return not self.problems or bool(self.exempt)
