"""The thresholds and the window of one monitor as the config has them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Annotated, Any

from pydantic import Field

from firedrill.components.config_model import ConfigModel
from firedrill.vendors.datadog.rules.thresholds import Number, Thresholds, order_breaches, turned
from firedrill.vendors.datadog.rules.windows import window_breaches
from firedrill.vendors.rules.breach import Breach, shown


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


def breaches(
    comparator: str, reach: tuple[float, float], settings: MonitorSettings, given: Callable[[str], int]
) -> list[Breach]:
    """What is wrong with a monitor that compares so, each under the config's name of the field.

    That is what Datadog would refuse, and thresholds that no value passes, or each: values have a `reach`.
    Of two thresholds in the wrong order it is that which was `given` last: the larger number is the later one.
    """
    thresholds = Thresholds(
        critical=settings.critical,
        critical_recovery=settings.recovery,
        warning=settings.warning,
        warning_recovery=settings.warning_recovery,
    )
    found = [*window_breaches("window", settings.window), *_out_of_reach(comparator, reach, settings)]
    for breach in order_breaches(thresholds, comparator):
        other = turned(breach, thresholds, comparator)
        own = _named(breach)
        later = _named(other) if other else own
        found = [*found, later if given(later.field) > given(own.field) else own]
    return found


def _out_of_reach(comparator: str, reach: tuple[float, float], settings: MonitorSettings) -> Iterator[Breach]:
    """Thresholds that no value passes or every one does, and recoveries that none comes back to."""
    least, most = reach
    above, may_equal = comparator.startswith(">"), comparator.endswith("=")
    for name, field in _FIELDS.items():
        value = getattr(settings, name.replace("critical_recovery", "recovery"))
        if value is None:
            continue
        if field.lower().endswith("recovery"):
            if value < least if above else value > most:
                side = f"at least {least:g}" if above else f"at most {most:g}"
                yield Breach(field, shown(value), f"{side}, or it would never recover")
            continue
        passed, missed = (most, least) if above else (least, most)
        beyond = (value > passed if above else value < passed) or (value == passed and not may_equal)
        always = (value < missed if above else value > missed) or (value == missed and may_equal)
        if beyond:
            side = ("at most" if may_equal else "below") if above else ("at least" if may_equal else "above")
            yield Breach(field, shown(value), f"{side} {passed:g}, or no value would pass it")
        elif always:
            side = ("above" if may_equal else "at least") if above else ("below" if may_equal else "at most")
            yield Breach(field, shown(value), f"{side} {missed:g}, or every value would pass it")


def _named(breach: Breach) -> Breach:
    """With the config's names of the thresholds."""
    allowed = re.sub(r"\b(critical|warning)_recovery\b", lambda name: _FIELDS[name[0]], breach.allowed)
    return breach._replace(field=_FIELDS[breach.field.rpartition(".")[2]], allowed=allowed)
