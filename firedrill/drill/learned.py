"""What takes show of a Worker that no declaration says, and that decides which scenarios mean something for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

from firedrill.drill.coverage import came_to
from firedrill.drill.record import as_records
from firedrill.drill.undeclared import lines_of
from firedrill.runtime.take import Take
from firedrill.scenarios.dangers import BY_ID
from firedrill.scenarios.marks import line_of
from firedrill.scenarios.scenario import Phase
from firedrill.scenarios.watched import WatchedClass, WatchedWorker
from firedrill.vendors.cloudflare.trace_items import VARIANTS, Record, Script

_EVENTS = ("queue", "scheduled")
"""Handlers to which nobody waits for an answer."""


def learned(watched: WatchedWorker, takes: Mapping[str, Take], script: str = "") -> WatchedWorker:
    """The Worker with what takes show of it: only of classes that were reached, nothing is known of others.

    `script` is its name at Cloudflare.
    """
    found = {kind: came_to(takes, kind) for kind in ("class", "storage", "direct", "peer")}
    by_event = {each: _called_in(takes, each) for each in (True, False)}

    def shown(name: str, declared: WatchedClass) -> WatchedClass:
        if name not in found["class"]:
            return declared
        scenario = f"{name}-storage-failing" if len(watched.classes) > 1 else "storage-failing"
        failing = takes.get(scenario.lower())
        at_start = failing is not None and name in failing.reached.get("class", {}) and not failing.refusals
        return replace(
            declared,
            stores=name in found["storage"] and not at_start,
            starts_from_storage=name in found["storage"] and at_start and declared.counted_by_caller,
            fails_with_storage=failing is None or not failing.refusals or _fails(failing, name),
            calls_fail_with_storage=failing is None or not failing.refusals or _fails(failing, name, "gateway"),
            called_by_handlers=name in found["direct"],
            called_by_requests=name in by_event[False] or name not in by_event[True],
            called_by_objects=name in found["peer"],
            sampled=not declared.counted_by_caller and _overlaps(takes, name),
        )

    lone = takes.get("lone-failure")
    return replace(
        watched,
        classes={name: shown(name, each) for name, each in watched.classes.items()},
        lacking=_lacking(watched, takes, script),
        first_needs_objects=not (lone and lone.responses) or any(each.status >= 500 for each in lone.responses),
    )


def _lacking(watched: WatchedWorker, takes: Mapping[str, Take], script: str) -> dict[tuple[str, str], str]:
    """What no take shows of a class that a promised danger needs, by each monitor that tells this danger."""

    @cache
    def records(name: str) -> tuple[Record, ...]:
        return as_records(takes[name], Script(script), VARIANTS[0]).records

    def shows(phase: Phase, class_name: str) -> bool:
        """Whether a take has what the phase is made with, or leaves out; so too where it was not recorded."""
        struck = phase.struck
        taken, mark = (struck.take.name, struck.mark) if struck else (phase.take.name, phase.without)
        if mark is None or taken not in takes:
            return True
        operations = {line_of(each).get("op") for each in records(taken) if mark(each, class_name)}
        # the rarest of a single operation is no part of the whole
        least = 2 if struck and struck.only == "rarest operation" else 1
        return len(operations) >= least

    return {
        (id_, danger.class_name): kind.needs
        for danger in (watched.promises.dangers if watched.promises else ())
        if (kind := BY_ID[danger.id]).needs
        and not all(shows(phase, danger.class_name) for phase in kind.sized(watched, danger.class_name, danger.size))
        for id_ in kind.told_by
    }


def _called_in(takes: Mapping[str, Take], event: bool) -> set[str]:
    """The classes that handlers call of batches and schedules, or those that any other handler does."""
    deeds = (deed for take in takes.values() for deed in take.deeds if not deed.class_name)
    return {call.class_name for deed in deeds if (deed.what in _EVENTS) == event for call in deed.calls}


def _overlaps(takes: Mapping[str, Take], class_name: str) -> bool:
    """Whether invocations of an object of the class overlapped in any take."""
    return any(deed.overlapped for take in takes.values() for deed in take.deeds if deed.class_name == class_name)


def _fails(take: Take, class_name: str, at: str = "") -> bool:
    """Whether any operation of the class failed in a take, by the lines of whoever tells, or only of those `at`."""
    lines = (line for each in take.invocations for line in lines_of(each.item))
    failed = (line for line in lines if line.get("class") == class_name and line.get("result") == "error")
    return any(not at or line["at"] == at for line in failed)
