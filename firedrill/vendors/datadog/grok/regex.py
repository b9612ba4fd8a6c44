"""Matching with regular expressions that users write, fast, and never for long.

Python's own engine is up to four times as fast as the `regex` package, but nothing stops it from backtracking for ever.
So it is used for texts short enough for what the expression could do at worst, and for all where it is watched; other
texts, and expressions that only `regex` reads, go to `regex` with a time-out.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from typing import Any

import regex as thorough

from firedrill.vendors.datadog.grok.endings import never_last
from firedrill.vendors.datadog.grok.errors import BadArguments, TooSlow
from firedrill.vendors.datadog.grok.tokens import Token, compile_regex, members, tokens_of
from firedrill.vendors.datadog.grok.watch import Interrupted, is_watched, within_limit

TIMEOUT_S = 0.5
_STEPS = 100_000_000
"""What an engine does at most in about a second."""
_FEW = 100
"""Ways of matching that do not count."""
_UNBOUNDED = re.compile(r"[*+]|\{\d*,\}")

Match = Callable[[str], Any]


def compile_fullmatch(regex: str, *, is_java: bool = False) -> tuple[Match, Mapping[str, int]]:
    """A function that matches a whole text, a dot every character, and the numbers of the named groups.

    Only `regex` reads it as Java does when `is_java`. The function raises TooSlow when the text takes longer than
    `TIMEOUT_S`. Raises BadArguments.
    """
    try:
        pattern = None if is_java else compile_regex(regex, re.DOTALL)
    except BadArguments:
        pattern = None
    if pattern is None:
        return partial(_in_time, "fullmatch", regex), _thorough(regex).groupindex
    return _in_time_or_watched(regex, pattern.fullmatch), pattern.groupindex


def _in_time_or_watched(regex: str, match: Match) -> Match:
    limit, excluded = longest_text(regex), never_last(regex)
    safe = math.inf if limit is None else limit

    def match_in_time(text: str) -> Any:
        if text[-1:] in excluded:
            return None
        if len(text) <= safe:
            return match(text)
        try:
            return within_limit(match, text) if is_watched() else _in_time("fullmatch", regex, text)
        except Interrupted:
            return _in_time("fullmatch", regex, text)

    return match_in_time


def compile_findall(regex: str) -> Callable[[str], list[Any]]:
    """All matches, as `re.findall`; raises TooSlow when the text takes longer than `TIMEOUT_S`."""
    find = compile_regex(regex).findall
    limit = int(_STEPS**0.5)
    return lambda text: find(text) if len(text) <= limit else _in_time("findall", regex, text)


def longest_text(regex: str) -> int | None:
    """Up to which length of text Python's engine can be trusted; None for every length, 0 for none.

    Each repetition without a bound that could end at several places multiplies the steps by the length; one inside
    another could double them with each character. A choice that is repeated a few times, as in an IP address, has
    a few ways.
    """
    tokens = tokens_of(regex)
    ambiguous = 0
    ways: list[float] = [1]  # of each open group: in how many ways it could match, infinite where it has no bound
    for index, (kind, text) in enumerate(tokens):
        if kind == "open":
            ways.append(1)
        elif kind == "or":
            ways[-1] += 1
        elif kind == "close":
            inside = ways.pop() if len(ways) > 1 else 1
            times = _most(tokens[index + 1][1]) if tokens[index + 1 :] and tokens[index + 1][0] == "repeat" else 1
            if inside > 1 and times > 1:
                inside = inside**times if times * math.log(inside) < math.log(_FEW) else math.inf
                if inside > _FEW:
                    return 0
            ways[-1] *= inside
        elif kind == "repeat" and _UNBOUNDED.match(text) and not text.endswith("+", 1):
            ways[-1] = math.inf
            ambiguous += tokens[index - 1][0] != "atom" or not _ends(tokens, index)
    return int(_STEPS ** (1 / (ambiguous + 1))) if ambiguous else None


def _most(repeat: str) -> float:
    """How often a repetition repeats at the most."""
    if repeat[0] in "*+":
        return math.inf
    return 1 if repeat[0] == "?" else float(repeat.rstrip("+?").strip("{}").rpartition(",")[2] or "inf")


def _ends(tokens: Sequence[Token], index: int) -> bool:
    """Whether a repeated atom can only end at one place: what follows is none of its characters."""
    rest = [token for token in tokens[index + 1 :] if token[1] != r"\b"]
    while rest and rest[0][0] == "close":
        if len(rest) > 1 and rest[1][0] == "repeat":
            return False
        rest = rest[1:]
    if not rest:
        return True
    (kind, text), after = rest[0], rest[1:2]
    if kind != "atom" or text in "^$" or (after and after[0][0] == "repeat" and re.match(r"[*?]|\{0?,", after[0][1])):
        return False
    return not members(tokens[index - 1][1]) & members(text)


@cache
def _thorough(regex: str) -> Any:
    try:
        return thorough.compile(regex, thorough.ASCII | thorough.DOTALL | thorough.VERSION1)
    except (thorough.error, RecursionError, OverflowError) as error:
        raise BadArguments(f"a regular expression that can be read ({error})") from None


def _in_time(method: str, regex: str, text: str) -> Any:
    try:
        return getattr(_thorough(regex), method)(text, timeout=TIMEOUT_S)
    except TimeoutError:
        raise TooSlow(f"took more than {TIMEOUT_S} s on text of {len(text)} characters") from None
    except BadArguments as error:
        raise TooSlow(f"cannot be matched with text of {len(text)} characters, which needs {error}") from None
