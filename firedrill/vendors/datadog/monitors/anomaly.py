"""The trigger and recovery windows of anomaly monitors: options.threshold_windows.

Source: docs.datadoghq.com/monitors/types/anomaly
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from firedrill.vendors.datadog.monitors.problems import Note
from firedrill.vendors.datadog.monitors.thresholds import NAMES, Thresholds
from firedrill.vendors.datadog.queries import AnomalyQuery, Window, parse_window


def read_anomaly(
    query: AnomalyQuery, thresholds: Thresholds, declared: Mapping[str, Any] | None, note: Note
) -> tuple[Thresholds, AnomalyQuery | None]:
    """The thresholds, a recovery threshold left out being 0, and the query over the recovery window.

    Without threshold_windows an alert ends as other metric monitors' alerts do.
    """
    for name in NAMES:
        value = getattr(thresholds, name)
        if value is not None and not 0 <= value <= 1:
            note("threshold", f"options.thresholds.{name} is {value!r}; anomaly monitors take fractions from 0 to 1")
    if not declared:
        return thresholds, None
    windows = {name: parse_window(str(declared.get(name))) for name in ("trigger_window", "recovery_window")}
    for name, window in windows.items():
        if window is None:
            note("option", f"options.threshold_windows.{name} is {declared.get(name)!r}; set a window such as last_15m")
    trigger, recovery = windows["trigger_window"], windows["recovery_window"]
    if trigger is None or recovery is None:
        return thresholds, None
    for problem in _window_problems(query, thresholds.critical, trigger, recovery):
        note("option", problem)
    recovered = {
        f"{name}_recovery": 0.0
        for name in ("critical", "warning")
        if getattr(thresholds, name) is not None and getattr(thresholds, f"{name}_recovery") is None
    }
    return replace(thresholds, **recovered), query.over(recovery)


def _window_problems(query: AnomalyQuery, critical: float, trigger: Window, recovery: Window) -> Iterator[str]:
    if trigger.seconds != query.window.seconds:
        yield (
            f"options.threshold_windows.trigger_window is {trigger.text!r}, "
            f"but the query has alert_window={query.window.text!r}; make them the same"
        )
    least_s = round(trigger.seconds * (1 - critical)) + 60
    if not least_s <= recovery.seconds <= trigger.seconds:
        yield (
            f"options.threshold_windows.recovery_window is {recovery.text!r}; with the threshold {critical!r} it must "
            f"be from {least_s / 60:g} minutes to the trigger window, {trigger.text!r}"
        )
