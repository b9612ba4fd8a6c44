"""How many consecutive runs in a status a service check monitor waits for.

Source: docs.datadoghq.com/monitors/guide/monitor_api_options (service check options)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

NAMES = ("ok", "warning", "critical", "unknown")


@dataclass(frozen=True)
class CheckThresholds:
    """Consecutive runs by status; without `unknown` that status decides nothing.

    No page gives the defaults of the other three: where one is left out, 1 is this emulator's model.
    """

    ok: int = 1
    warning: int = 1
    critical: int = 1
    unknown: int | None = None
    assumed: tuple[str, ...] = ()
    """The statuses whose threshold was left out."""


def read_check_thresholds(raw: Mapping[str, Any], last: int) -> tuple[CheckThresholds, list[str]]:
    """The thresholds and every problem with them; `last` is the number of runs that the query looks at."""
    problems = [f"options.thresholds has {name!r}; allowed are {', '.join(NAMES)}" for name in raw if name not in NAMES]
    numbers: dict[str, int] = {}
    for name in NAMES:
        value = raw.get(name)
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, int | float) or value != value // 1 or value < 1:
            problems.append(f"options.thresholds.{name} is {value!r}; allowed is a whole number of runs, 1 or more")
        elif value > last:
            problems.append(
                f"options.thresholds.{name} is {value!r}, but the query looks at the last {last} runs only; "
                "raise the number in .last()"
            )
        else:
            numbers[name] = int(value)
    assumed = tuple(name for name in NAMES[:3] if raw.get(name) is None)
    return CheckThresholds(**numbers, assumed=assumed), problems
