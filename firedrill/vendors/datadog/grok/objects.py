"""Building the objects that grok extracts."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from typing import Any

Attributes = dict[str, Any]


def put(target: Attributes, parents: Sequence[str], name: str, value: Any, *, merges: bool = False) -> None:
    """Write the value under a name inside its parents; beside one that is there, it is the next element of an array.

    Where it `merges`, an object is copied, and its members are written into an object that is there.
    """
    for parent in parents:
        inner = target.get(parent)
        if inner.__class__ is not dict:
            inner = target[parent] = {}
        target = inner
    if merges:
        value = deepcopy(value)
    if name not in target:
        target[name] = value
    elif merges and target[name].__class__ is dict and value.__class__ is dict:
        target[name].update(value)
    elif isinstance(target[name], list):
        target[name].append(value)
    else:
        target[name] = [target[name], value]


def tidy(value: Attributes) -> Attributes | None:
    """The object without null, empty objects and empty arrays, dots in names made objects; None when nothing is left.

    `value` itself when there is nothing to do. null stays in an array.
    """
    changed: Attributes = {}  # most objects are tidy: nothing is copied before something has to change
    for name, inner in value.items():
        kind = inner.__class__
        if kind is str or kind is int or kind is float:
            continue
        found = tidy(inner) if kind is dict else _tidy_array(inner) if kind is list else inner
        if found is None or found is not inner:
            changed[name] = found
    if "." in "".join(value):
        return _without_dots({**value, **changed}) or None
    if not changed:
        return value or None
    kept = {**value, **changed}
    for name, inner in changed.items():
        if inner is None:
            del kept[name]
    return kept or None


def _tidy_array(value: list[Any]) -> list[Any] | None:
    if dict in map(type, value):
        found = [tidy(element) if element.__class__ is dict else element for element in value]
        return found if any(new is not old for new, old in zip(found, value, strict=True)) else value
    return value or None


def _without_dots(value: Attributes) -> Attributes:
    kept: Attributes = {}
    for name, inner in value.items():
        if inner is not None:
            *parents, last = name.split(".")
            if last and all(parents):
                put(kept, parents, last, inner)
            else:
                kept[name] = deepcopy(inner)  # what has dots may be written into it
    return kept
