"""Which monitors a kind of stack has: a profile in place of numbers that are set by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from firedrill.components.monitors.table import CONFIGURABLE_MONITORS


@dataclass(frozen=True)
class Profile:
    """One profile: what it is for, its monitors by id, and what differs from the defaults of these and of dangers."""

    summary: str
    monitors: tuple[str, ...]
    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    dangers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def fields(self) -> dict[str, Any]:
        """What it says of monitors, as the config does: False for those that it leaves out."""
        return {id_: False for id_ in CONFIGURABLE_MONITORS if id_ not in self.monitors} | {**self.settings}


_GUARDED = ("worker-5xx-rate", "low-traffic", "do-error-ratio", "do-low-traffic")
_TELEMETRY = ("telemetry-gap", "telemetry-cut", "telemetry-late", "telemetry-silent", "heartbeat", "reporter-failing")
_ON_REQUEST = ("mapping-failures", "cleanup-failures")
"""Off wherever no class asks for them."""

STANDARD = (
    *_GUARDED,
    *_ON_REQUEST,
    *_TELEMETRY,
    *("do-errors", "do-latency", "storage-spike", "traffic-surge", "traffic-drop", "cpu-p99"),
    *("exceeded-limits", "background-errors"),
)

QUIET = (
    *_GUARDED,
    *_ON_REQUEST,
    *("do-errors", "do-latency", "exceeded-limits", "alarm-runaway"),
    *("telemetry-gap", "telemetry-silent", "heartbeat", "reporter-failing"),
)
_AGAINST_AN_HOUR_AGO = (
    "traffic-anomaly",
    *("storage-spike", "traffic-surge", "traffic-drop", "instance-spike", "cold-start-surge", "storage-growth"),
    *("alarm-missing", "operations-mix"),
)
_OF_LOAD = ("hot-object",)
_OF_IDLENESS = ("telemetry-silent", "telemetry-late")
"""What looks like a fault where nobody comes for a quarter of an hour; a heartbeat tells silence there."""
_RATE = {"window": "last_15m", "critical": 10, "recovery": 7.5}
_GUARD = {"window": "last_15m", "critical": 40}
"""Three failures in the window, one in five minutes, are 7.5 % of 40: an alert from when nobody else came ends."""
_LONGER = {"window": "last_15m"}
_FAILING = {"size": 15, "quiet": 6, "among": 3, "within": 20}
_OTHERWISE = {"among": 3, "within": 20}

PROFILES: Mapping[str, Profile] = {
    "standard": Profile("errors, latency, traffic and telemetry: what a stack has that names no profile", STANDARD),
    "quiet": Profile("what somebody has to mend, for stacks that few use, such as development", QUIET),
    "low-traffic": Profile(
        "for stacks that nobody uses for hours: rates over a quarter of an hour, nothing against an hour ago",
        tuple(id_ for id_ in CONFIGURABLE_MONITORS if id_ not in (*_AGAINST_AN_HOUR_AGO, *_OF_LOAD, *_OF_IDLENESS)),
        {
            "worker-5xx-rate": _RATE,
            "do-error-ratio": _RATE,
            "low-traffic": _GUARD,
            "do-low-traffic": _GUARD,
            "client-error-ratio": _LONGER,
            "do-miss-ratio": _LONGER,
        },
        {
            "requests-fail": _FAILING,
            "operations-fail": _FAILING,
            "requests-refused": _OTHERWISE,
            "nothing-found": _OTHERWISE,
        },
    ),
    "busy": Profile("every monitor, for stacks that many use, such as production", CONFIGURABLE_MONITORS),
}
