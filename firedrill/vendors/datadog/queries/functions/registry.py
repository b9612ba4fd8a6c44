"""Where a function of a metric query is described: its arguments, what it does, where Datadog documents it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from firedrill.vendors.datadog.queries.series import SeriesSet
from firedrill.vendors.features import Status

Value = float | str


@dataclass(frozen=True)
class Parameter:
    """An argument after the series: a number, or one of `choices`, or of another `kind`."""

    name: str
    choices: tuple[Value, ...] = ()
    """Allowed values; any of the kind when empty."""
    required: bool = True
    kind: Literal["number", "text", "keys"] = "number"
    accepts: Callable[[Any], object] | None = None
    """Which values of the kind are allowed; all without it."""
    example: str = "5"
    """A value as it is written in a query."""


@dataclass(frozen=True)
class Function:
    """One function: `apply(series, *arguments)` makes a new set of series.

    `shift_s(*arguments)` is how many seconds earlier the series is read, for timeshifts. `before_space` functions work
    on each series before space aggregation; `ungroups` leaves one series of all groups. A function without `apply` and
    `shift_s` is refused by name.
    """

    name: str
    source: str
    apply: Callable[..., SeriesSet] | None = None
    parameters: tuple[Parameter, ...] = ()
    shift_s: Callable[..., float] | None = None
    before_space: bool = False
    ungroups: bool = False
    status: Status = "done"
    note: str = ""
