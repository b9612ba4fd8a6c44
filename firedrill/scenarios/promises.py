"""What a stack promises of its alerts, whatever its monitors declare."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Objective:
    """The service level objective that a danger is about: its target in percent.

    Its timeframe and the long window of its alert are in minutes. Of a latency, `threshold_ms` is where a slice of time
    stops being good; else 0.
    """

    target: float
    timeframe_minutes: int
    long_minutes: int
    threshold_ms: float = 0

    @property
    def allowed(self) -> float:
        """The share of requests, operations or slices that may be bad."""
        return 1 - self.target / 100


@dataclass(frozen=True)
class Danger:
    """What somebody must be told of: the danger `id` of a class, or of the Worker when `class_name` is "".

    From `size` on (in the unit of its kind, see scenarios/dangers.py) `handle` must hear of it within `within`
    minutes, with that priority; up to the size `quiet`, 0 for none, nobody may. Of a rate, nobody may either hear of a
    failure among fewer than `among` in a minute. `recovers` is within how many minutes its end is told, where that is
    not as with all others; `objective` is the one that it is about, if it is.
    """

    id: str
    handle: str
    priority: int
    within: int
    size: float
    quiet: float = 0
    class_name: str = ""
    severity: str = "page"
    among: float = 0
    recovers: int | None = None
    objective: Objective | None = None


@dataclass(frozen=True)
class Promises:
    """The promises of one Worker: its dangers, and what holds for everything that is told.

    `warnings` is who hears of warnings, `runbooks` what the addresses of runbooks begin with, `recovers_within` in
    minutes how soon the end of a danger is told. Reminders: every so many minutes, at most so many.
    """

    dangers: tuple[Danger, ...] = ()
    warnings: str = ""
    runbooks: str = ""
    recovers_within: int = 0
    renotify_interval: int = 0
    renotify_occurrences: int = 0

    def danger(self, id_: str, class_name: str) -> Danger | None:
        """The danger of that class, or of the Worker; of any class where none is given."""
        found = (each for each in self.dangers if each.id == id_)
        return next((each for each in found if class_name in ("", each.class_name) or not each.class_name), None)


def promises_in(props: Mapping[str, Any]) -> Promises | None:
    """What the `promises` of an ObservedService say; None where there are none."""
    given = props.get("promises")
    if not given:
        return None
    return Promises(
        tuple(
            Danger(
                id=each["danger"],
                handle=each["handle"],
                priority=int(each["priority"]),
                within=int(each["within"]),
                size=float(each["size"]),
                quiet=float(each["quiet"]),
                class_name=each["class"],
                severity=each["tell"],
                among=float(each["among"]),
                recovers=int(each["recovers"]) if "recovers" in each else None,
                objective=_objective(each["objective"]) if "objective" in each else None,
            )
            for each in given["dangers"]
        ),
        warnings=given["warnings"],
        runbooks=given["runbooks"],
        recovers_within=int(given["recoversWithin"]),
        renotify_interval=int(given["renotifyInterval"]),
        renotify_occurrences=int(given["renotifyOccurrences"]),
    )


def _objective(given: Mapping[str, Any]) -> Objective:
    return Objective(
        float(given["target"]),
        int(given["timeframeMinutes"]),
        int(given["longMinutes"]),
        float(given["threshold"]),
    )
