"""The monitors that the stacks of this repository declare of the shipped Worker."""

from __future__ import annotations

from firedrill.components.monitors.table import MONITORS, MonitorSpec

ONLY_IN_PROD = ("telemetry-cut", "telemetry-late")


def of_stack(name: str) -> list[MonitorSpec]:
    """Those of the stack dev, staging (whose Worker reports its events) or prod."""
    return [
        spec
        for spec in MONITORS
        if (name == "staging" or not spec.needs_reporter)
        and (name == "prod" or not (spec.needs_heartbeat or spec.id in ONLY_IN_PROD))
    ]
