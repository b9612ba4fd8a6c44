"""The inputs of a resource as leaves by path, and the order of its lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_KEYS = ("name", "tagName", "service")
"""What tells the elements of a list apart, in the order of trying."""


def flat(value: Any, path: str = "") -> dict[str, Any]:
    """Leaves by path; elements of lists by their name, and lists of plain values as sets."""
    if isinstance(value, Mapping):
        found: dict[str, Any] = {}
        for key, inner in value.items():
            found |= flat(inner, f"{path}.{key}" if path else key)
        return found
    if isinstance(value, list):
        named = _named(value)
        if named is not None:
            return flat({f"[{name}]": inner for name, inner in named.items()}, path)
        if all(not isinstance(each, dict | list) for each in value):
            return {path: frozenset(value)} if value else {}
        return flat({f"[{index}]": inner for index, inner in enumerate(value)}, path)
    return {path: value}


def reordered(old: Any, new: Any) -> Iterator[str]:
    """A phrase for each list, however deep, whose elements stand in another order than before."""
    before, after = _orders(old, ""), _orders(new, "")
    for path in sorted(before.keys() & after.keys()):
        kept = [[each for each in side if each in other] for side, other in _both_ways(before[path], after[path])]
        moved = next(((was, now) for was, now in zip(*kept, strict=False) if was != now), None)
        if moved:
            yield f"{label(path)}: {moved[1]} is now before {moved[0]}"


def label(path: str) -> str:
    """A path as people read it."""
    return path.replace(".[", "[")


def _both_ways(old: list[str], new: list[str]) -> Iterator[tuple[list[str], list[str]]]:
    yield old, new
    yield new, old


def _orders(value: Any, path: str) -> dict[str, list[str]]:
    """The names of each list's elements in their order, by the list's path."""
    if isinstance(value, Mapping):
        found: dict[str, list[str]] = {}
        for key, inner in value.items():
            found |= _orders(inner, f"{path}.{key}" if path else key)
        return found
    if not isinstance(value, list):
        return {}
    named = _named(value)
    if named is not None:
        return {path: list(named)} | _orders({f"[{name}]": inner for name, inner in named.items()}, path)
    return {path: [str(each) for each in value]} if all(not isinstance(each, dict | list) for each in value) else {}


def _named(values: Sequence[Any]) -> dict[str, Any] | None:
    """The elements by what names each, if something names them all differently."""
    for key in _KEYS:
        names = [_name(each, key) for each in values]
        if values and None not in names and len(set(names)) == len(names):
            return dict(zip(map(str, names), values, strict=True))
    return None


def _name(value: Any, key: str) -> Any:
    """The name of an element, which a processor has one level below its kind."""
    if not isinstance(value, dict):
        return None
    if key in value:
        return value[key]
    inner = next(iter(value.values()), None)
    return inner.get(key) if len(value) == 1 and isinstance(inner, dict) else None
