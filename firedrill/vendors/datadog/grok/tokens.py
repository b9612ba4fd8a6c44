"""The tokens of a regular expression that is written for Python's own engine, and what one of them matches."""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence
from functools import cache

from firedrill.vendors.datadog.grok.errors import BadArguments

Token = tuple[str, str]
"""Its kind (atom, open, close, repeat, or, brace) and its text."""

CHARACTERS = frozenset([*map(chr, range(128)), "\xe9", "\u2028"])
"""Those that are tried to tell what an atom matches: ASCII, and two that stand for the rest."""
_TOKEN = re.compile(
    r"(?P<atom>\\[\s\S]|\[\^?\]?(?:\\[\s\S]|[^\]\\])*\]|[^()|*+?{\\\[])|(?P<open>\((?:\?(?:P?<\w+>|[:=!>]|<[=!]|[a-z-]+:))?)"
    r"|(?P<close>\))|(?P<repeat>(?:[*+?]|\{(?:\d+,?|,)\d*\})[?+]?)|(?P<or>\|)|(?P<brace>\{)"
)


def compile_regex(regex: str, flags: int = 0) -> re.Pattern[str]:
    """The compiled expression with ASCII classes; BadArguments says what is wrong with it."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            return re.compile(regex, re.ASCII | flags)
        except (re.error, RecursionError, OverflowError, Warning) as error:
            raise BadArguments(f"a regular expression that can be read ({error})") from None


def tokens_of(regex: str) -> Sequence[Token]:
    """The tokens of an expression, in order."""
    return [(str(match.lastgroup), match[0]) for match in _TOKEN.finditer(regex)]


@cache
def members(atom: str) -> frozenset[str]:
    """Those of CHARACTERS that an atom matches, with or without regard to case; all of them where that is unknown."""
    try:
        ways = [compile_regex(atom, re.DOTALL | flag).fullmatch for flag in (re.NOFLAG, re.IGNORECASE)]
    except BadArguments:
        return CHARACTERS
    return frozenset(char for char in CHARACTERS if any(match(char) for match in ways))
