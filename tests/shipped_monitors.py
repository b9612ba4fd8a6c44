"""The monitors that the stacks of this repository declare of the shipped Worker."""

from __future__ import annotations

from firedrill.components.monitors.profiles import PROFILES
from firedrill.components.monitors.queries import Composite
from firedrill.components.monitors.table import MONITORS, MonitorSpec

ONLY_IN_PROD = ("telemetry-cut", "telemetry-late", "cleanup-backlog", "storage-forecast", "traffic-anomaly")


PROFILE = {"prod": "busy"}
"""Of each stack; standard for all others."""


def of_stack(name: str) -> list[MonitorSpec]:
    """Those of the stack dev, staging (whose Worker reports its events) or prod."""
    return [
        spec
        for spec in MONITORS
        if {*(parts_of(spec) or (spec.id,))} <= {*PROFILES[PROFILE.get(name, "standard")].monitors}
        and (name == "staging" or not spec.needs_reporter)
        and (name == "prod" or not (spec.needs_heartbeat or spec.needs_collector or spec.id in ONLY_IN_PROD))
    ]


def parts_of(spec: MonitorSpec) -> tuple[str, ...]:
    """The ids of the monitors that a composite is made of."""
    return spec.query.parts if isinstance(spec.query, Composite) else ()
