"""The thresholds and the window of one monitor as the config has them."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from firedrill.vendors.datadog.rules.thresholds import Number, Thresholds, order_breaches
from firedrill.vendors.datadog.rules.windows import window_breaches
from firedrill.vendors.rules.breach import Breach


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


_FIELDS = {"warning": "warning", "critical_recovery": "recovery", "warning_recovery": "warningRecovery"}
"""Datadog's names of the thresholds that have an order, and the config's."""


def breaches(comparator: str, settings: MonitorSettings) -> list[Breach]:
    """What Datadog would refuse of a monitor that compares so, each under the config's name of the field."""
    thresholds = Thresholds(
        critical=settings.critical,
        critical_recovery=settings.recovery,
        warning=settings.warning,
        warning_recovery=settings.warning_recovery,
    )
    order = order_breaches(thresholds, comparator)
    named = [each._replace(field=_FIELDS[each.field.rpartition(".")[2]]) for each in order]
    return [*window_breaches("window", settings.window), *named]
