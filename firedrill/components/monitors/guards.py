"""Whether the traffic guards of ratio monitors do their work: a failure now and then must be no rate that alerts."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from typing import Literal

from firedrill.components.monitor_settings import MonitorSettings
from firedrill.components.monitors.queries import Composite
from firedrill.components.monitors.table import MONITORS
from firedrill.vendors.datadog.rules.windows import parse_window

EVERY_S = 300
_SUCH = "one failure in five minutes"
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
        least, why = _least(name, ratio, guard.window)
        if guard.critical < least:
            found.append((f"{guard_name}.critical", guard.critical, f"at least {least}, or {_SUCH} {why}"))
    return found


def _least(name: str, ratio: MonitorSettings, over: str) -> tuple[int, str]:
    """Among how few one failure in EVERY_S of a window may be no rate that alerts, or that keeps an alert; and why.

    The ratio may alert while its guard holds. When that lets go, the same failures have to be few enough to recover.
    """
    window = parse_window(over)
    failures = ceil(window.seconds / EVERY_S) if window else 1
    if ratio.recovery is not None and ratio.recovery > 0:
        keeps = f"would keep an alert of {name} above its recovery of {ratio.recovery:g} %"
        return ceil(100 * failures / ratio.recovery), keeps
    exceeds = f"would exceed the {ratio.critical:g} % of {name}"
    return ceil(100 * failures / ratio.critical) if ratio.critical > 0 else 0, exceeds
