"""What takes show of a Worker that no declaration says, and that decides which scenarios mean something for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from firedrill.drill.coverage import came_to
from firedrill.drill.undeclared import lines_of
from firedrill.runtime.take import Take
from firedrill.scenarios.watched import WatchedClass, WatchedWorker


def learned(watched: WatchedWorker, takes: Mapping[str, Take]) -> WatchedWorker:
    """The Worker with what takes show of it: only of classes that were reached, nothing is known of others."""
    found = {kind: came_to(takes, kind) for kind in ("class", "storage", "direct", "peer")}

    def shown(name: str, declared: WatchedClass) -> WatchedClass:
        if name not in found["class"]:
            return declared
        scenario = f"{name}-storage-failing" if len(watched.classes) > 1 else "storage-failing"
        failing = takes.get(scenario.lower())
        return replace(
            declared,
            stores=name in found["storage"],
            fails_with_storage=failing is None or not failing.refusals or _fails(failing, name),
            called_by_handlers=name in found["direct"],
            called_by_objects=name in found["peer"],
        )

    lone = takes.get("lone-failure")
    return replace(
        watched,
        classes={name: shown(name, each) for name, each in watched.classes.items()},
        first_needs_objects=not (lone and lone.responses) or any(each.status >= 500 for each in lone.responses),
    )


def _fails(take: Take, class_name: str) -> bool:
    """Whether any operation of the class failed in a take, by the lines of whoever tells."""
    lines = (line for each in take.invocations for line in lines_of(each.item))
    return any(line.get("class") == class_name and line.get("result") == "error" for line in lines)
