"""The faults of a running stack, by the names that the command line knows them by."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

from firedrill.runtime.take import Faults
from firedrill.vendors.errors import FiredrillError
from firedrill.vendors.rules.suggestions import hint

_OF_TAKES = ("evicting",)
"""What only the harness of takes can do, which sends the requests itself."""
_SLOWING = ("storage-slow", "alarm-slow")
_RATES = {
    each.name.replace("_", "-"): each.name
    for each in fields(Faults)
    if isinstance(each.default, float) and each.name not in _OF_TAKES
}
NAMES = tuple(_RATES)
SLOWEST_MS = 2_147_483_647
"""What a timer of JavaScript takes at most; a longer one is over at once."""
SLOW_MS = 1_500
"""How long slow storage takes unless told otherwise: longer than the shipped latency thresholds."""


@dataclass(frozen=True)
class Switch:
    """What the command line asks for: a fault by name and its rate from 0 (off) to 1 (every time).

    `ms` is how long storage takes that is slow; `worker` is a script's name, "" is all of them.
    """

    name: str
    rate: float
    ms: int = SLOW_MS
    worker: str = ""


def check(switch: Switch) -> None:
    """Raise FiredrillError for a fault that there is not, and for a rate that is none."""
    if switch.name not in _RATES:
        meant = hint(switch.name, NAMES)
        raise FiredrillError(f"there is no fault {switch.name!r}{meant}; choose one of {', '.join(NAMES)}")
    if not 0 <= switch.rate <= 1:
        raise FiredrillError(f"the rate is {switch.rate:g}; give a fraction from 0 (never) to 1 (always)")
    if not 0 <= switch.ms <= SLOWEST_MS:
        raise FiredrillError(f"storage cannot take {switch.ms} ms; give a number from 0 to {SLOWEST_MS}")


def switched(faults: Faults, switch: Switch) -> Faults:
    """The faults after a switch; those that it does not name stay as they are."""
    changed: dict[str, Any] = {_RATES[switch.name]: switch.rate}
    if switch.name in _SLOWING:
        changed["storage_slow_ms"] = switch.ms
    return replace(faults, **changed)


def spoken(faults: Faults) -> tuple[str, ...]:
    """The faults that are on, in words."""
    rates = {name: getattr(faults, attribute) for name, attribute in _RATES.items()}
    return tuple(f"{name} {rate:.0%}" for name, rate in rates.items() if rate)
