"""The thresholds and the window of one monitor: what may be configured, and in which order thresholds must lie."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from components.monitors.queries import Change, MetricQuery
from components.monitors.windows import CHANGE_WINDOWS, METRIC_WINDOWS, is_change_window, is_metric_window

Number = Annotated[float, Field(allow_inf_nan=False)]


def _number(title: str) -> Any:
    return Field(title=title, description="a number")


class MonitorSettings(BaseModel):
    """One monitor's config. Without `recovery` an alert ends where it began; without `warning` nobody is warned."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel)

    window: Annotated[
        str,
        Field(description="a window such as last_5m, in which the monitor looks back", title="How far it looks back."),
    ]
    critical: Annotated[Number, _number("Beyond it the monitor alerts.")]
    recovery: Annotated[Number | None, _number("Here an alert ends; by default where it began.")] = None
    warning: Annotated[Number | None, _number("Beyond it the monitor warns.")] = None
    warning_recovery: Annotated[Number | None, _number("Here a warning ends; by default where it began.")] = None


def problems(query: MetricQuery, settings: MonitorSettings) -> list[tuple[str, object, str]]:
    """What Datadog would refuse: (key, value, what is allowed) each.

    Seen from the healthy side, the order is warning recovery, warning, critical, and the recovery of critical lies
    before critical. Source: docs.datadoghq.com/monitors/guide/recovery-thresholds
    """
    found: list[tuple[str, object, str]] = []
    change = isinstance(query, Change)
    if not (is_change_window if change else is_metric_window)(settings.window):
        found.append(("window", settings.window, CHANGE_WINDOWS if change else METRIC_WINDOWS))
    side = "below" if query.comparator == ">" else "above"
    pairs = (
        ("recovery", settings.recovery, "critical", settings.critical),
        ("warning", settings.warning, "critical", settings.critical),
        ("warningRecovery", settings.warning_recovery, "warning", settings.warning),
    )
    for key, value, other, bound in pairs:
        if value is None:
            continue
        if bound is None:
            found.append((key, value, f"only together with {other}"))
        elif (value >= bound) if side == "below" else (value <= bound):
            found.append((key, value, f"{side} {other} ({bound:g}), since the monitor alerts when {query.comparator}"))
    return found
