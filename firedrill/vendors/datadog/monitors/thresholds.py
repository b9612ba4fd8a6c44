"""A monitor's thresholds: the numbers, and the sides they must be on.

Source: docs.datadoghq.com/monitors/guide/recovery-thresholds, docs.datadoghq.com/monitors/guide/monitor_api_options
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

NAMES = ("critical", "critical_recovery", "warning", "warning_recovery")


@dataclass(frozen=True)
class Thresholds:
    """The four thresholds; None where unset. `critical` is the query's own number."""

    critical: float
    critical_recovery: float | None = None
    warning: float | None = None
    warning_recovery: float | None = None


def read_thresholds(raw: Mapping[str, Any], comparator: str, in_query: float) -> tuple[Thresholds, list[str]]:
    """The thresholds and every problem with them, each in one sentence."""
    problems = [f"options.thresholds has {name!r}; allowed are {', '.join(NAMES)}" for name in raw if name not in NAMES]
    numbers: dict[str, float] = {}
    for name in NAMES:
        value = raw.get(name)
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            problems.append(f"options.thresholds.{name} is {value!r}; allowed is a number")
        else:
            numbers[name] = float(value)
    critical = numbers.pop("critical", in_query)
    if critical != in_query:
        problems.append(f"options.thresholds.critical is {critical!r}, but the query compares with {in_query!r}")
    thresholds = Thresholds(in_query, **numbers)
    return thresholds, problems + list(_order(thresholds, comparator))


def _order(thresholds: Thresholds, comparator: str) -> Iterator[str]:
    """Warning before critical, each recovery on the quiet side; a recovery may equal its threshold."""
    if comparator in ("==", "!="):
        for name in ("critical_recovery", "warning_recovery"):
            if getattr(thresholds, name) is not None:
                yield f"options.thresholds.{name} has no meaning with {comparator!r}; recovery needs <, <=, > or >="
        return
    sign, side = (1, "below") if comparator in (">", ">=") else (-1, "above")
    for quiet, loud, strict in (
        ("warning", "critical", True),
        ("critical_recovery", "critical", False),
        ("warning_recovery", "warning", False),
    ):
        low, high = getattr(thresholds, quiet), getattr(thresholds, loud)
        if low is None:
            continue
        if high is None:
            yield f"options.thresholds.{quiet} is {low!r} without a {loud} threshold; set {loud} as well"
        elif sign * low > sign * high or (strict and low == high):
            yield (
                f"options.thresholds.{quiet} is {low!r}; with {comparator!r} it must be {side} "
                f"the {loud} threshold {high!r}{'' if strict else ' or equal to it'}"
            )
