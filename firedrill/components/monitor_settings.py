"""The thresholds and the window of one monitor as the config has them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Any

from pydantic import Field

from firedrill.components.config_model import ConfigModel
from firedrill.vendors.datadog.rules.thresholds import Number, Thresholds, order_breaches, turned
from firedrill.vendors.datadog.rules.windows import window_breaches
from firedrill.vendors.rules.breach import Breach


def _number(title: str) -> Any:
    return Field(title=title, description="a number")


class MonitorSettings(ConfigModel):
    """One monitor's config. Without `recovery` an alert ends where it began; without `warning` nobody is warned."""

    window: Annotated[
        str,
        Field(description="a window such as last_5m, in which the monitor looks back", title="How far it looks back."),
    ]
    critical: Annotated[Number, _number("Beyond it the monitor alerts.")]
    recovery: Annotated[Number | None, _number("Here an alert ends; by default where it began.")] = None
    warning: Annotated[Number | None, _number("Beyond it the monitor warns.")] = None
    warning_recovery: Annotated[Number | None, _number("Here a warning ends; by default where it began.")] = None


_FIELDS = {
    "critical": "critical",
    "warning": "warning",
    "critical_recovery": "recovery",
    "warning_recovery": "warningRecovery",
}
"""Datadog's names of the thresholds that have an order, and the config's."""


def breaches(comparator: str, settings: MonitorSettings, given: Callable[[str], int]) -> list[Breach]:
    """What Datadog would refuse of a monitor that compares so, each under the config's name of the field.

    Of two thresholds in the wrong order it is that which was `given` last: the larger number is the later one.
    """
    thresholds = Thresholds(
        critical=settings.critical,
        critical_recovery=settings.recovery,
        warning=settings.warning,
        warning_recovery=settings.warning_recovery,
    )
    found = window_breaches("window", settings.window)
    for breach in order_breaches(thresholds, comparator):
        other = turned(breach, thresholds, comparator)
        own = _named(breach)
        later = _named(other) if other else own
        found = [*found, later if given(later.field) > given(own.field) else own]
    return found


def _named(breach: Breach) -> Breach:
    """With the config's names of the thresholds."""
    allowed = re.sub(r"\b(critical|warning)_recovery\b", lambda name: _FIELDS[name[0]], breach.allowed)
    return breach._replace(field=_FIELDS[breach.field.rpartition(".")[2]], allowed=allowed)
