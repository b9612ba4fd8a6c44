"""Whether the traffic guard of ratio monitors does its work: one failure must never be a rate that alerts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from components.monitors.queries import Ratio
from components.monitors.table import MONITORS
from components.monitors.thresholds import MonitorSettings

GUARD = "low-traffic"
GUARDED = tuple(spec.id for spec in MONITORS if isinstance(spec.query, Ratio))


def problems(monitors: Mapping[str, MonitorSettings | Literal[False]]) -> list[tuple[str, object, str]]:
    """What makes the guard useless: (path under `monitors`, value, what is allowed) each.

    `monitors` are those that belong together: a Worker's, or those of one class with the Worker's guard. One that is
    False is not declared; one that is absent is not judged.
    """
    found: list[tuple[str, object, str]] = []
    guard = monitors.get(GUARD)
    for name in GUARDED:
        ratio = monitors.get(name)
        if not ratio or guard is None:
            continue
        if not guard:
            found.append((GUARD, guard, f"a window and a critical, since it guards {name}; or false for {name} too"))
            continue
        if ratio.window != guard.window:
            found.append((f"{name}.window", ratio.window, f"{guard.window}, the window of {GUARD}, which guards it"))
        if 0 < ratio.critical * guard.critical < 100:
            least = 100 / ratio.critical
            allowed = f"at least {least:g}, or one failure alone would exceed the {ratio.critical:g} % of {name}"
            found.append((f"{GUARD}.critical", guard.critical, allowed))
    return found
