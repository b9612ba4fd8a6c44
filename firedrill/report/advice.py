"""What a person can do about a monitor that is not proven."""

from __future__ import annotations

from collections.abc import Mapping

from firedrill.drill.readings import OTHER
from firedrill.drill.verdicts import Failure, Kind

_TO_DO: Mapping[Kind, str] = {
    Kind.NEVER_FIRED: (
        "fix what the cause names; if the fault does not concern the monitor, say so in the drill file (does_not_fire)"
    ),
    Kind.FIRED_EARLY: "everyday traffic sets it off: raise its threshold, or correct the traffic of the drill file",
    Kind.MUTED: "change the downtime's scope or schedule",
    Kind.NOT_RECOVERED: "shorten its window, ease its recovery threshold, or resolve it on missing data",
    Kind.LATE_TO_FIRE: "lower its threshold, or shorten its window",
    Kind.LATE_TO_RECOVER: "shorten its window, ease its recovery threshold, or resolve it on missing data",
    Kind.FLAPPED: "widen its window, or put distance between its alert and its recovery",
    Kind.UNEXPLAINED: (
        "raise its threshold, or list it in also_fires or may_fire of the scenario if the fault concerns it"
    ),
}


def to_do(kind: Kind, why: str) -> str:
    """What usually helps with a failure that has a cause, "" where the failure says it itself."""
    return _TO_DO.get(kind, "") if why else ""


def command(stack: str, failure: Failure) -> str:
    """The command that walks the monitor through the scenario in which it failed, "" for a failure in none."""
    if not failure.scenario:
        return ""
    scenario = failure.scenario.removesuffix(OTHER)
    return f"firedrill drill --stack {stack} --scenario {scenario} --explain {failure.monitor}"
