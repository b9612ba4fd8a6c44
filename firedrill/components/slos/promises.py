"""What is promised of the alerts on objectives: sizes at which each must fire or may not, worked out of its windows."""

from __future__ import annotations

from math import floor
from typing import Any

from firedrill.components.model import DeclaredWorker
from firedrill.components.settings import Settings
from firedrill.components.slo_settings import LatencySettings
from firedrill.components.slos.alerts import DAY_H, WINDOWS, SloAlert, alerts_of
from firedrill.components.slos.objectives import SLICE_S, declared_objectives
from firedrill.vendors.datadog.rules.slo_alerts import days

FAR, NEAR = 1.4, 0.7
"""Of a burn rate: so many times its threshold fires, so many times may not."""
SLACK = 10
"""Minutes for the last slice to end, for its logs to arrive and to be evaluated."""


def slo_dangers(stack: Settings, service: DeclaredWorker) -> list[dict[str, Any]]:
    """The dangers that the alerts on a Worker's objectives are there to tell, as plain data."""
    return [_danger(stack, alert) for each in declared_objectives(service, stack.slos) for alert in alerts_of(each)]


def _danger(stack: Settings, alert: SloAlert) -> dict[str, Any]:
    declared, settings = alert.declared, alert.declared.settings
    window = WINDOWS.get(alert.pace)
    timeframe_m = days(settings.timeframe) * DAY_H * 60
    long_m = window.long_h * 60 if window else timeframe_m
    size, quiet = _sizes(alert, long_m)
    return {
        "danger": alert.id,
        "class": declared.observed.name if declared.observed else "",
        "tell": "page" if alert.pages else "chat",
        "handle": stack.notify_page if alert.pages else stack.notify_chat,
        "priority": alert.priority,
        "within": long_m + SLACK,
        "recovers": (window.short_m if window else timeframe_m) + SLACK,
        "size": size,
        "quiet": quiet,
        "among": 0,
        "objective": {
            "target": settings.target,
            "timeframeMinutes": timeframe_m,
            "longMinutes": long_m,
            "threshold": settings.threshold if isinstance(settings, LatencySettings) else 0,
        },
    }


def _sizes(alert: SloAlert, long_m: int) -> tuple[float, float]:
    """From which size on it must fire and up to which it may not, 0 for none.

    Of a latency, whose slices are good or bad whole, both are of whole slices.
    """
    whole = 100.0 if alert.pace == "budget" else alert.most
    if alert.declared.objective.metrics:
        if alert.pace == "budget":
            return 90.0, 45.0
        return min(FAR * alert.critical, (alert.critical + alert.most) / 2), NEAR * alert.critical
    allowed = (100 - alert.declared.settings.target) / 100 if alert.pace == "budget" else 1
    slices = long_m * 60 / SLICE_S * allowed
    needed = floor(alert.critical / whole * slices) + 1
    return min((needed + 1) / slices, 1) * whole, (needed - 1) / slices * whole
