"""Two values compared as people read them: numbers bare, and of long texts the part that changed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Any

LONG = 80
"""Characters of a text from which on only what changed in it is told."""
MOST_PARTS = 2
"""Parts that changed; a text with more of them is told in full."""
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_TOKEN = re.compile(r"[^\s{}(),&?\"]+|.", re.DOTALL)


def phrase(label: str, old: Any, new: Any) -> str:
    """How a value changed, "is now" and "is gone" where one side has none (None)."""
    if isinstance(old, frozenset) or isinstance(new, frozenset):
        gone, added = (sorted(map(str, a - b)) for a, b in _sides(old, new))
        said = [f"without {', '.join(gone)}"] * bool(gone) + [f"with {', '.join(added)}"] * bool(added)
        return f"{label} {' and '.join(said)}"
    if old is None:
        return f"{label} is now {_shown(new)}"
    if new is None:
        return f"{label} {_shown(old)} is gone"
    if isinstance(old, str) and isinstance(new, str) and max(len(old), len(new)) > LONG:
        parts = list(_parts(old, new))
        if len(parts) <= MOST_PARTS:
            return f"part of {label} {', '.join(_part(*each) for each in parts)}"
    return f"{label} {_shown(old)} -> {_shown(new)}"


def _parts(old: str, new: str) -> Iterator[tuple[str, str]]:
    """What stands where the texts differ, each pair once."""
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    matched = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    pairs = [("".join(before[a:b]), "".join(after[c:d])) for tag, a, b, c, d in matched if tag != "equal"]
    yield from dict.fromkeys(pairs)


def _part(gone: str, came: str) -> str:
    if gone and came:
        return f"{gone!r} -> {came!r}"
    return f"{gone.strip()!r} is gone" if gone else f"{came.strip()!r} is new"


def _sides(old: Any, new: Any) -> Iterator[tuple[frozenset[Any], frozenset[Any]]]:
    before, after = (each if isinstance(each, frozenset) else frozenset() for each in (old, new))
    yield before, after
    yield after, before


def _shown(value: Any) -> str:
    """As people write it: numbers bare, also those that the provider takes as text."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value) if is_number or _NUMBER.fullmatch(str(value)) else repr(value)
