"""The characters that no match of a regular expression ends with.

Of several rules for one kind of log the first is often the beginning of the next, and fails at the end of the text,
after every way to get there; the last character of the text tells that at once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from firedrill.vendors.datadog.grok.tokens import CHARACTERS, members, tokens_of

_NONE: frozenset[str] = frozenset()
_GROUP = re.compile(r"\((?:\?(?:P<\w+>|[:>]|[is-]+:))?")
_AROUND = re.compile(r"\(\?<?[=!]")
_PLACE = re.compile(r"\\[bBAZ]|[\^$]")
_LONGER = re.compile(r"\\[0-9A-Za-z]")
"""The beginning of an escape of several characters, or a reference back; `_CLASS` are those that are neither."""
_CLASS = re.compile(r"\\[dDsSwWtnrfv]")
_OPTIONAL = re.compile(r"[*?]|\{0*[,}]")


@dataclass
class _Sequence:
    """What a part of an expression can end with, and whether it can match nothing."""

    last: frozenset[str] = _NONE
    is_empty: bool = True

    def add(self, last: frozenset[str], *, is_empty: bool) -> None:
        self.last = last | self.last if is_empty else last
        self.is_empty &= is_empty


def never_last(regex: str) -> frozenset[str]:
    """Those of CHARACTERS that are never last in a text that the whole expression matches; none where it is unknown."""
    tokens = tokens_of(regex)
    if "".join(text for _, text in tokens) != regex:
        return _NONE
    groups = [("", [_Sequence()])]  # that are open: how each begins, and its choices
    for (kind, text), (next_kind, next_text) in pairwise([*tokens, ("", "")]):
        is_optional = next_kind == "repeat" and _OPTIONAL.match(next_text) is not None
        choices = groups[-1][1]
        if kind == "open":
            if next_kind == "repeat" or not (_GROUP.fullmatch(text) or _AROUND.fullmatch(text)):
                return _NONE
            groups.append((text, [_Sequence()]))
        elif kind == "or":
            choices.append(_Sequence())
        elif kind == "close":
            if len(groups) == 1:
                return _NONE
            opening, _ = groups.pop()
            last = _NONE.union(*(choice.last for choice in choices))
            is_empty = is_optional or any(choice.is_empty for choice in choices)
            if not _AROUND.fullmatch(opening):
                groups[-1][1][-1].add(last, is_empty=is_empty)
        elif kind in ("atom", "brace") and not _PLACE.fullmatch(text):
            if _LONGER.fullmatch(text) and not _CLASS.fullmatch(text):
                return _NONE
            choices[-1].add(members(text), is_empty=is_optional)
    return CHARACTERS - _NONE.union(*(choice.last for choice in groups[0][1]))
