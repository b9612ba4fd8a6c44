"""Building the objects that grok extracts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Attributes = dict[str, Any]

_UNTIDY = frozenset((dict, list, type(None)))


def put(target: Attributes, parents: Sequence[str], name: str, value: Any) -> None:
    """Write the value under a name inside its parents; beside one that is there, it is the next element of an array."""
    for parent in parents:
        inner = target.get(parent)
        if inner.__class__ is not dict:
            inner = target[parent] = {}
        target = inner
    if name not in target:
        target[name] = value
    elif isinstance(target[name], list):
        target[name].append(value)
    else:
        target[name] = [target[name], value]


def tidy(value: Attributes) -> Attributes | None:
    """The object without null and empty objects, dots in names made objects; None when nothing is left.

    `value` itself when there is nothing to do.
    """
    if _UNTIDY.isdisjoint(map(type, value.values())) and "." not in "".join(value):
        return value or None
    kept: Attributes = {}
    for name, inner in value.items():
        if inner.__class__ is dict:
            inner = tidy(inner)
        elif inner.__class__ is list:
            inner = [tidy(element) if element.__class__ is dict else element for element in inner]
        if inner is None:
            continue
        if "." in name and all(path := name.split(".")):
            put(kept, path[:-1], path[-1], inner)
        else:
            kept[name] = inner
    return kept or None
