"""Whether the traffic guards of ratio monitors do their work: one failure must never be a rate that alerts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from firedrill.components.monitor_settings import MonitorSettings
from firedrill.components.monitors.queries import Composite
from firedrill.components.monitors.table import MONITORS

GUARDS = {parts[0]: parts[1] for parts in (spec.query.parts for spec in MONITORS if isinstance(spec.query, Composite))}
"""The guard of each ratio. Both count the same things: requests of the Worker, or operations of one class."""


def problems(monitors: Mapping[str, MonitorSettings | Literal[False]]) -> list[tuple[str, object, str]]:
    """What makes a guard useless: (path under `monitors`, value, what is allowed) each.

    `monitors` are a Worker's, or those of one class. One that is False is not declared; one that is absent is not
    judged.
    """
    found: list[tuple[str, object, str]] = []
    for name, guard_name in GUARDS.items():
        ratio, guard = monitors.get(name), monitors.get(guard_name)
        if not ratio or guard is None:
            continue
        if not guard:
            allowed = f"a window and a critical, since it guards {name}; or false for {name} too"
            found.append((guard_name, guard, allowed))
            continue
        if ratio.window != guard.window:
            allowed = f"{guard.window}, the window of {guard_name}, which guards it"
            found.append((f"{name}.window", ratio.window, allowed))
        if 0 < ratio.critical * guard.critical < 100:
            least = 100 / ratio.critical
            allowed = f"at least {least:g}, or one failure alone would exceed the {ratio.critical:g} % of {name}"
            found.append((f"{guard_name}.critical", guard.critical, allowed))
    return found
