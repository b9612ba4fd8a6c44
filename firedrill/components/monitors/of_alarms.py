"""Monitors of what wakes objects: alarms that run too often, too late, in vain or not at all."""

from __future__ import annotations

from firedrill.components.monitors.queries import Change, Count, Excess, Total
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
    MonitorSpec(
        id="alarm-gave-up",
        title="Alarms given up",
        query=Count("do.alarms", where="outcome:exhausted"),
        finding="{value} alarms of {class} failed in all their runs in {window}, more than {threshold}: their objects "
        "sleep until somebody calls them.",
        danger="alarms-give-up",
        recovered="{value} alarms of {class} failed in all their runs in {window}, no longer more than {threshold}.",
        scope="class",
        priority=2,
    ),
    MonitorSpec(
        id="alarm-retries",
        title="Alarms run again",
        query=Count("do.alarms.retries"),
        finding="Alarms of {class} ran again {value} times in {window} after they had failed, more than {threshold}.",
        danger="alarms-fail",
        recovered="Alarms of {class} ran again {value} times in {window}, no longer more than {threshold}.",
        scope="class",
    ),
    MonitorSpec(
        id="alarm-late",
        title="Alarms run late",
        query=Total("do.alarms.lag", of="max"),
        finding="An alarm of {class} ran {value} ms after its time, above {threshold} ms.",
        danger="alarms-late",
        recovered="The latest alarm of {class} ran {value} ms after its time, no longer above {threshold} ms.",
        scope="class",
        on_missing_data="resolve",
    ),
    MonitorSpec(
        id="alarm-missing",
        title="Alarms stay away",
        query=Change("do.operations", where="operation:alarm", comparator="<"),
        finding="Alarms of {class} differ by {value}% from one hour ago, below {threshold}%: what they do may be left "
        "undone.",
        danger="alarms-stay-away",
        recovered="Alarms of {class} differ by {value}% from one hour ago, no longer below {threshold}%.",
        scope="class",
    ),
)
