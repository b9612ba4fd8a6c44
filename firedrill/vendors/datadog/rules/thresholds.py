"""A monitor's thresholds: the numbers, and the sides they must be on.

Source: docs.datadoghq.com/monitors/guide/recovery-thresholds, docs.datadoghq.com/monitors/guide/monitor_api_options
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import Field

from firedrill.vendors.datadog.rules.numbers import as_number
from firedrill.vendors.rules.breach import Breach, shown
from firedrill.vendors.rules.models import NO_FLAG, Model, read_partly

PLACE = "options.thresholds"
_ORDER = (
    ("warning", "critical", False),
    ("critical_recovery", "critical", True),
    ("warning_recovery", "warning", True),
)
"""Which threshold lies on the quiet side of which, and whether it may equal it."""

_WITHOUT_EFFECT = ("ok", "unknown", "comparison", "period", "timeAggregator")
"""Thresholds of service checks that Datadog takes of every monitor, and what its editor leaves in exports."""
_STATUSES = "remove it, or the API answers 'Invalid threshold statuses found'"
_ALERT_STATUS = "set it, or the API answers 'Alert status is required'"

Number = Annotated[float, NO_FLAG, Field(allow_inf_nan=False)]


class Thresholds(Model):
    """The four thresholds; None where unset. `critical` is the query's own number."""

    critical: Number = 0.0
    critical_recovery: Number | None = None
    warning: Number | None = None
    warning_recovery: Number | None = None


def read_thresholds(raw: Mapping[str, Any], comparator: str, in_query: float) -> tuple[Thresholds, list[Breach]]:
    """The thresholds in API JSON, and everything that is wrong with them; `in_query` is the query's number."""
    given = {name: as_number(value) for name, value in raw.items() if value is not None and name not in _WITHOUT_EFFECT}
    read, faults = read_partly(Thresholds, given)
    found = [fault.breach._replace(field=f"{PLACE}.{fault.place}") for fault in faults]
    if "critical" in read.model_fields_set:
        found += critical_breaches(read.critical, in_query)
    elif "critical" not in given and "warning" in given:
        found.append(Breach(f"{PLACE}.critical", "", f"{_compared(in_query)}, beside a warning", _ALERT_STATUS))
    thresholds = read.model_copy(update={"critical": in_query})
    return thresholds, [*found, *order_breaches(thresholds, comparator)]


def number_breach(field: str, value: object) -> Breach:
    """That what should be a number, which the provider also takes as text, is none."""
    return Breach(field, shown(value), "a number")


def critical_breaches(critical: float, in_query: float) -> list[Breach]:
    """Whether the critical threshold is the number that the query compares with.

    Source: docs.datadoghq.com/api/latest/monitors (create a monitor)
    """
    allowed = _compared(in_query)
    return [] if critical == in_query else [Breach(f"{PLACE}.critical", shown(critical), allowed)]


def recovery_breaches(thresholds: Thresholds) -> list[Breach]:
    """Recovery thresholds of an event-v2 alert, which has none."""
    return [
        Breach(f"{PLACE}.{name}", shown(value), "none for event-v2 alerts", _STATUSES)
        for name, value in thresholds
        if name.endswith("_recovery") and value is not None
    ]


def _compared(in_query: float) -> str:
    return f"{shown(in_query)}, which the query compares with"


def order_breaches(thresholds: Thresholds, comparator: str) -> Iterator[Breach]:
    """Warning before critical, each recovery on the quiet side; a recovery may equal its threshold."""
    sided = comparator not in ("==", "!=")
    above = comparator in (">", ">=")
    for name, other, may_equal in _ORDER:
        value, bound = getattr(thresholds, name), getattr(thresholds, other)
        if value is None:
            continue
        field = f"{PLACE}.{name}"
        if not sided:
            if may_equal:
                allowed = f"none with {comparator}: a recovery threshold needs <, <=, > or >="
                yield Breach(field, shown(value), allowed)
        elif bound is None:
            yield Breach(field, shown(value), f"only together with {other}")
        elif not ((value < bound if above else value > bound) or (may_equal and value == bound)):
            yield Breach(field, shown(value), f"{_side(above, may_equal)} {other} ({shown(bound)})")


def turned(breach: Breach, thresholds: Thresholds, comparator: str) -> Breach | None:
    """What `order_breaches` says of a threshold, said of the one that it is held against; None where there is none."""
    above = comparator in (">", ">=")
    for name, other, may_equal in _ORDER:
        value, bound = getattr(thresholds, name), getattr(thresholds, other)
        if breach.field == f"{PLACE}.{name}" and bound is not None and comparator not in ("==", "!="):
            allowed = f"{_side(not above, may_equal)} {name} ({shown(value)}), or another {name}"
            return Breach(f"{PLACE}.{other}", shown(bound), allowed)
    return None


def _side(below: bool, may_equal: bool) -> str:
    return ("at most" if below else "at least") if may_equal else ("below" if below else "above")
