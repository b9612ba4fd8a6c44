"""Monitors of what wakes objects: alarms that run too often, too late, in vain or not at all."""

from __future__ import annotations

from firedrill.components.monitors.queries import Excess
from firedrill.components.monitors.spec import MonitorSpec

EXPLAINED = 5
"""Runs of alarms that one pulse explains: one a minute while callers use an object."""

OF_ALARMS: tuple[MonitorSpec, ...] = (
    MonitorSpec(
        id="alarm-runaway",
        title="Objects keep waking themselves",
        query=Excess("do.operations", where="operation:alarm", of="do.active_instances", each=EXPLAINED),
        finding="Alarms of {class} ran {value} times more in {window} than its callers explain, above {threshold}: "
        "objects may be waking themselves, which is paid for while nobody uses them.",
        danger="objects-wake-themselves",
        recovered="Alarms of {class} ran {value} times more in {window} than its callers explain, no longer above "
        "{threshold}.",
        scope="class",
        notify="page",
        priority=2,
    ),
)
