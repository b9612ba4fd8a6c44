"""The documented types of an API object's parts, as data: what is of another type is named, and left out of the rest.

For declarations that are checked and not run, whose many other fields nothing here reads.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from firedrill.vendors.rules.breach import Breach, shown
from firedrill.vendors.rules.unknown import is_unknown

Shape = Any
"""TEXT, NUMBER or FLAG; an object as a mapping of the shapes of its fields; a list as a list of one shape; a tuple of
alternatives, of which one is an object and one a list or text."""

TEXT, NUMBER, FLAG = "text", "a number", "true or false"
STRINGS = [TEXT]


def fitted(value: Any, shape: Shape, field: str = "") -> tuple[Any, list[Breach]]:
    """`value` without the parts that are not of its shape, and a breach for each of them; None where it is one itself.

    Fields that the shape does not have are kept, and so is null. What is not known yet is left out without a breach
    where it stands for a list or an object.
    """
    if value is None:
        return None, []
    if isinstance(shape, tuple):
        shape = next((each for each in shape if _is_of(value, each)), shape)
    if isinstance(shape, tuple) or not _is_of(value, shape):
        told = [] if isinstance(value, str) and is_unknown(value) else [Breach(field, shown(value), _words(shape))]
        return None, told
    if isinstance(shape, Mapping):
        prefix = f"{field}." if field else ""
        parts = {key: fitted(each, shape[key], f"{prefix}{key}") for key, each in value.items() if key in shape}
        kept = {key: parts[key][0] if key in parts else each for key, each in value.items()}
        found = [breach for _, breaches in parts.values() for breach in breaches]
        return {key: each for key, each in kept.items() if each is not None or value[key] is None}, found
    if isinstance(shape, list):
        entries = [fitted(each, shape[0], f"{field}[{number}]") for number, each in enumerate(value)]
        missing = [
            Breach(f"{field}[{number}]", "null", _words(shape[0])) for number, each in enumerate(value) if each is None
        ]
        found = [breach for _, breaches in entries for breach in breaches]
        return [each for each, _ in entries if each is not None], [*found, *missing]
    return value, []


def besides(wrong: list[Breach], others: Iterable[Breach]) -> Iterator[Breach]:
    """Breaches of shape, then those others that are not about the same field, one inside it, or what is around it."""
    yield from wrong
    fields = [each.field for each in wrong]
    yield from (each for each in others if not any(_overlap(each.field, field) for field in fields))


def _overlap(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return long.startswith(short) and long[len(short) : len(short) + 1] in ("", ".", "[")


def _is_of(value: Any, shape: Shape) -> bool:
    if isinstance(shape, Mapping):
        return isinstance(value, dict)
    if isinstance(shape, list):
        return isinstance(value, list)
    if shape == NUMBER:
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, bool if shape == FLAG else str)


def _words(shape: Shape) -> str:
    if isinstance(shape, tuple):
        return " or ".join(map(_words, shape))
    if isinstance(shape, list):
        return "a list of strings" if shape == STRINGS else "a list of objects"
    return "an object" if isinstance(shape, Mapping) else str(shape)
