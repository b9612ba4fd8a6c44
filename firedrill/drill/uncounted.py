"""Calls that nobody counts: a request that makes several is counted as one of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from firedrill.drill.truth.calls import all_asked, asked
from firedrill.runtime.take import Take
from firedrill.scenarios.watched import WatchedClass


def uncounted(name: str, classes: Mapping[str, WatchedClass], healthy: Take) -> tuple[list[str], list[str]]:
    """Sentences about classes that callers count and of which everyday calls are counted as none, then as some.

    `name` is the Worker's, of which these are the `classes`.
    """
    called, told = _of_class(healthy), _of_class(healthy, told=True)
    every = {each: (number, number - told[each]) for each, number in called.items()}
    missing = {each: found for each, found in every.items() if found[1] and _by_callers(classes.get(each))}
    problems = [_said(name, each, *found) for each, found in missing.items() if found[0] == found[1]]
    return problems, [_said(name, each, *found) for each, found in missing.items() if found[0] != found[1]]


def _of_class(take: Take, *, told: bool = False) -> Counter[str]:
    """How many calls of each class the handlers made, or are `told` of by their lines."""
    return Counter(_called(take, told=told))


def _called(take: Take, *, told: bool) -> Iterator[str]:
    for deed in take.deeds:
        if not deed.class_name:
            one = asked(deed)
            yield from (each.last.class_name for each in all_asked(deed) if not told or each == one)


def _by_callers(declared: WatchedClass | None) -> bool:
    return declared is not None and declared.operations is not None and declared.counted_by_caller


def _said(worker: str, name: str, calls: int, lost: int) -> str:
    which = f"all {calls} calls" if calls == lost else f"{lost} of {calls} calls"
    return (
        f"{name}: {which} of everyday traffic are made by requests that call objects several times and are counted as"
        f" another of their calls, so nobody counts these; let the class count itself, by countedBy: object in"
        f" workers.{worker}.classes.{name}"
    )
