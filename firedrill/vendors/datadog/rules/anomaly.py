"""What Datadog accepts of an anomaly monitor's thresholds and of its trigger and recovery windows.

Source: docs.datadoghq.com/monitors/types/anomaly
"""

from __future__ import annotations

from collections.abc import Iterator

from firedrill.vendors.datadog.rules.options import ThresholdWindows
from firedrill.vendors.datadog.rules.thresholds import PLACE, Thresholds
from firedrill.vendors.datadog.rules.windows import Window, parse_window, window_breaches
from firedrill.vendors.rules.breach import Breach, shown

_WINDOWS = "options.threshold_windows"


def number_breaches(number: float) -> list[Breach]:
    """Whether the number that an anomaly query compares with, its critical threshold, is such a fraction."""
    allowed = "a fraction above 0 and up to 1 of the window's points"
    return [] if 0 < number <= 1 else [Breach("threshold", shown(number), allowed)]


def fraction_breaches(thresholds: Thresholds) -> Iterator[Breach]:
    """Thresholds of an anomaly monitor are fractions of its window."""
    for name, value in thresholds:
        if value is not None and not 0 <= value <= 1:
            yield Breach(f"{PLACE}.{name}", shown(value), "a fraction from 0 to 1, as in all anomaly monitors")


def threshold_window_breaches(windows: ThresholdWindows, alert: Window, critical: float) -> Iterator[Breach]:
    """Both are needed: the trigger window is the query's `alert` window, the recovery window long enough.

    The page has it at most as long as the trigger window; monitors that Datadog publishes itself have longer ones.

    `critical` is the fraction of the window that has to be anomalous.
    """
    trigger, recovery = parse_window(windows.trigger_window), parse_window(windows.recovery_window)
    if trigger is None or recovery is None:
        for name, text in windows:
            yield from window_breaches(f"{_WINDOWS}.{name}", text)
        return
    if trigger.seconds != alert.seconds:
        yield Breach(f"{_WINDOWS}.trigger_window", shown(trigger.text), f"{alert.text}, the query's alert_window")
    least_s = round(trigger.seconds * (1 - critical)) + 60
    if recovery.seconds < least_s:
        allowed = f"a window of at least {least_s / 60:g} minutes (at a threshold of {shown(critical)})"
        yield Breach(f"{_WINDOWS}.recovery_window", shown(recovery.text), allowed)
