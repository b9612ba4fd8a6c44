"""Calls that nobody counts: a request that makes several is counted as one of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from firedrill.drill.truth.calls import all_asked, asked
from firedrill.runtime.take import Take
from firedrill.scenarios.watched import WatchedClass


def uncounted(name: str, classes: Mapping[str, WatchedClass], healthy: Take) -> tuple[list[str], list[str]]:
    """Sentences about classes that callers count and of which everyday calls are counted as none, then as some.

    `name` is the Worker's, of which these are the `classes`.
    """
    handlers = [deed for deed in healthy.deeds if not deed.class_name]
    called = Counter(each.last.class_name for deed in handlers for each in all_asked(deed))
    told = Counter(one.last.class_name for deed in handlers if (one := asked(deed)))
    lost = {each: number for each, number in (called - told).items() if _by_callers(classes.get(each))}
    problems = [_said(name, each, called[each], number) for each, number in lost.items() if number == called[each]]
    return problems, [_said(name, each, called[each], number) for each, number in lost.items() if number < called[each]]


def _by_callers(declared: WatchedClass | None) -> bool:
    return declared is not None and declared.operations is not None and declared.counted_by_caller


def _said(worker: str, name: str, calls: int, lost: int) -> str:
    which = f"all {calls} calls" if calls == lost else f"{lost} of {calls} calls"
    return (
        f"{name}: {which} of everyday traffic are made by requests that call objects several times and are counted as"
        f" another of their calls, so nobody counts these; let the class count itself, by countedBy: object in"
        f" workers.{worker}.classes.{name}"
    )
