"""Which monitors a kind of stack has: a profile in place of numbers that are set by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from firedrill.components.monitors.table import MONITORS

ALL = tuple(spec.id for spec in MONITORS if spec.has_settings)


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
        return {id_: False for id_ in ALL if id_ not in self.monitors} | {**self.settings}


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

PROFILES: Mapping[str, Profile] = {
    "standard": Profile("errors, latency, traffic and telemetry: what a stack has that names no profile", STANDARD),
    "busy": Profile("every monitor, for stacks that many use, such as production", ALL),
}
