"""What a kind of danger is, and what one looks like of a size: healthy traffic with records that show it on top."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from firedrill.scenarios.generic import GENERIC, failing_operations
from firedrill.scenarios.generic_faults import FAULT_MINUTES
from firedrill.scenarios.generic_kind import healthy
from firedrill.scenarios.marks import (
    Mark,
    any_record,
    failed_operation,
    operation,
    own_failed_operation,
    own_operation,
)
from firedrill.scenarios.promises import Danger
from firedrill.scenarios.scenario import Lasting, Only, Phase, Platform, Said, Struck, TakeSpec, Unit
from firedrill.scenarios.watched import WatchedClass, WatchedWorker

Sized = Callable[[WatchedWorker, str, float], tuple[Phase, ...]]
"""The phases of a danger of a size, given the class that it strikes, "" for the Worker."""


@dataclass(frozen=True)
class DangerKind:
    """A kind of danger: `told_by` has the ids of the monitors that are there to tell it.

    `classic` names the scenario of every Worker that is this danger at its size already, "" for none. `mark` says which
    records show it, where their number in a minute is its size: each group of them is one to be told of. Sizes from
    `least` to `most` mean something. It is told by going to `state`. `harmless` has, by a name after the @, what looks
    like the danger and is none, with a sentence each. `needs` says what not every class does, "" for nothing: one whose
    takes have no record that shows it has no such danger. `parts` of a composite must alert with it, as no other
    scenario makes them; so must what is to tell it beside a modelled alert. `comparable`: whether thresholds of the
    monitors are in its unit. One that `goes_on` is about traffic that is missing, or
    about a forecast from longer ago than a scenario lasts: the end of all traffic does not end it.
    """

    id: str
    summary: str
    unit: str
    told_by: tuple[str, ...]
    sized: Sized
    classic: str = ""
    least: float = 0.01
    most: float = 10_000.0
    mark: Mark | None = None
    state: Literal["Alert", "No Data"] = "Alert"
    lasting: Callable[[Danger, float], Lasting] | None = None
    """How long it lasts at a size, of a danger of hours or weeks."""
    harmless: Mapping[str, tuple[str, Sized]] = field(default_factory=dict)
    needs: str = ""
    parts: tuple[str, ...] = ()
    comparable: bool = True
    goes_on: bool = False
    after: int = 30
    """Minutes of healthy traffic that follow it."""

    @property
    def whole(self) -> bool:
        """Whether its sizes are whole numbers."""
        return self.unit == "minutes"

    @property
    def a_minute(self) -> bool:
        """Whether its size is a number in a minute."""
        return self.unit.endswith("a minute")


def as_counted(mark: Mark, declared: WatchedClass | None) -> Mark:
    """The mark as it is of a class whose callers, or whose own lines, count its operations; None for no class."""
    own: dict[Mark, Mark] = {operation: own_operation, failed_operation: own_failed_operation}
    return mark if declared is None or declared.counted_by_caller else own.get(mark, mark)


OPERATIONS_FAIL = ""
"""In place of the scenario's name: the one in which the operations of a class fail."""


def struck_by(scenario: str, mark: Mark, unit: Unit, among: Mark = any_record, only: Only = "") -> Sized:
    """Healthy traffic, and as many struck records of the take of a scenario as the size says."""

    def sized(worker: WatchedWorker, class_name: str, size: float) -> tuple[Phase, ...]:
        named = scenario or failing_operations(worker, class_name)
        generic = next(each for each in GENERIC if each.name == named)
        take = generic.made_for(worker, class_name if generic.per_class else "").fault[0].take
        return _beside_healthy(worker, Struck(take, mark, class_name, size, unit, among, only=only))

    return sized


Take = Callable[[WatchedWorker], TakeSpec]
"""A take of a Worker."""


def on_top(
    mark: Mark,
    unit: Unit = "a minute",
    take: Take = healthy,
    among: Mark = any_record,
    said: Callable[[float], Said] | None = None,
    platform: Callable[[float], Platform] | None = None,
    each_minute: float | None = None,
    only: Only = "",
) -> Sized:
    """Healthy traffic, and as many records of a take that `mark` shows as the size says, `only` those of it.

    `said` has what these say at a size, and `platform` what the platform does of them; with either, the size may be
    theirs, and their number is `each_minute`.
    """

    def sized(worker: WatchedWorker, class_name: str, size: float) -> tuple[Phase, ...]:
        number = size if each_minute is None else each_minute
        words = said(size) if said else None
        fields = platform(size) if platform else None
        struck = Struck(take(worker), mark, class_name, number, unit, among, fields, only, words)
        return _beside_healthy(worker, struck)

    return sized


def _beside_healthy(worker: WatchedWorker, struck: Struck) -> tuple[Phase, ...]:
    """Healthy traffic with what is struck, as the class counts its operations."""
    declared = worker.classes.get(struck.class_name)
    mark, among = (as_counted(each, declared) for each in (struck.mark, struck.among))
    return (Phase(FAULT_MINUTES, healthy(worker), struck=replace(struck, mark=mark, among=among)),)
