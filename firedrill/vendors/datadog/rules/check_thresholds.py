"""How many consecutive runs in a status a service check monitor waits for.

Source: docs.datadoghq.com/monitors/guide/monitor_api_options (service check options)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from firedrill.vendors.datadog.rules.thresholds import PLACE
from firedrill.vendors.rules.breach import Breach, shown

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


def read_check_thresholds(raw: Mapping[str, Any], last: int) -> tuple[CheckThresholds, list[Breach]]:
    """The thresholds and everything wrong with them; `last` is the number of runs that the query looks at."""
    known = f"one of {', '.join(NAMES)}"
    breaches = [Breach(f"{PLACE}.{name}", "not a known field", known) for name in raw if name not in NAMES]
    numbers: dict[str, int] = {}
    for name in NAMES:
        value = raw.get(name)
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, int | float) or not 1 <= value <= last or value % 1:
            allowed = f"a whole number of runs from 1 to {last}, as many as .last() looks at"
            breaches.append(Breach(f"{PLACE}.{name}", shown(value), allowed))
        else:
            numbers[name] = int(value)
    assumed = tuple(name for name in NAMES[:3] if raw.get(name) is None)
    return CheckThresholds(**numbers, assumed=assumed), breaches
