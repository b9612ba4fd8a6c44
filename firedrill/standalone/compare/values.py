"""Whether two JSON values are the same to Datadog, and where two objects differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from firedrill.standalone.compare.findings import Kind

Change = tuple[str, Kind, Any, Any]
"""A path, what is the matter, the emulator's value and Datadog's."""


def same(left: Any, right: Any) -> bool:
    """Whether two JSON values are equal; numbers by their value, beyond 2**53 as doubles."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, int | float) and isinstance(right, int | float):
        return left == right or (max(abs(left), abs(right)) > 2**53 and _double(left) == _double(right))
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    return type(left) is type(right) and bool(left == right)


def _double(value: float) -> float:
    try:
        return float(value)
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")


def changes(left: Mapping[str, Any], right: Mapping[str, Any], prefix: str = "@") -> Iterator[Change]:
    """Every difference of two objects, each once at the outermost path where it can be named."""
    for name in dict.fromkeys([*left, *right]):
        path = f"{prefix}{name}"
        if name not in right:
            yield path, "missing", left[name], None
        elif name not in left:
            yield path, "extra", None, right[name]
        elif isinstance(left[name], dict) and isinstance(right[name], dict):
            yield from changes(left[name], right[name], f"{path}.")
        elif not same(left[name], right[name]):
            yield path, "differs", left[name], right[name]


def tag_changes(left: list[str], right: list[str]) -> Iterator[Change]:
    """Tags that only one side has; one with another value of the same key is one difference."""
    gone = [tag for tag in left if tag not in right]
    added = [tag for tag in right if tag not in left]
    for key in dict.fromkeys(tag.partition(":")[0] for tag in [*gone, *added]):
        lost, new = ([tag for tag in tags if tag.partition(":")[0] == key] for tags in (gone, added))
        for expected, got in zip(lost, new, strict=False):
            yield f"tag {key}", "differs", expected, got
        common = min(len(lost), len(new))
        for tag in lost[common:]:
            yield f"tag {key}", "missing", tag, None
        for tag in new[common:]:
            yield f"tag {key}", "extra", None, tag
