"""Tests of one value: what a term's value accepts.

Attributes and tags are compared whole and case sensitively; texts are compared word by word, ignoring case.
A word is a run of letters, digits and underscores; what is between words does not count, as in the page's example
where "hello world" finds `Hello, world`. Wildcards in a text stay within one word.
Source: docs.datadoghq.com/logs/explorer/search_syntax and docs.datadoghq.com/observability_pipelines/search_syntax/logs
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Any

from firedrill.vendors.datadog.numeric import number_in
from firedrill.vendors.datadog.search.nodes import Comparison, Number, Phrase, Range, Value, Wild, Word

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}
# Wildcards while a word is cut into words: characters that no word holds.
_MANY, _ONE = "\0", "\1"
_WORD = re.compile(rf"[\w{_MANY}{_ONE}]*[\w{_ONE}][\w{_MANY}{_ONE}]*")


def literal(value: Value) -> str | None:
    """The only text that the value can be; None for wildcards, comparisons and ranges."""
    match value:
        case Phrase(text) | Word((str() as text,)):
            return text
    return None


def scalar_test(value: Value) -> Callable[[Any], bool]:
    """Whether a JSON scalar is the value: numbers compare as numbers, strings and booleans as whole strings.

    Comparisons and ranges hold for numbers and for texts that hold one, as in the results that Datadog publishes with
    its pipelines.
    """
    match value:
        case Phrase(text) | Word((str() as text,)):
            return _equal(text)
        case Word():
            matches = text_test(value)
            return lambda found: matches(found if found.__class__ is str else _text(found))
        case Comparison(sign, number):
            return _compared(_COMPARE[sign], number)
        case Range(low, high, inclusive):
            return _within(low, high, inclusive)


def text_test(value: Word | Phrase) -> Callable[[str], bool]:
    """Whether a string is exactly the value; case counts."""
    match value:
        case Phrase(text) | Word((str() as text,)):
            return lambda found: found == text
        case Word((str() as text, Wild.MANY)):
            return lambda found: found.startswith(text)
        case Word((Wild.MANY, str() as text)):
            return lambda found: found.endswith(text)
        case Word((Wild.MANY, str() as text, Wild.MANY)):
            return lambda found: text in found
        case Word():
            whole = re.compile(pattern(value), re.DOTALL).fullmatch
            longest = max((part for part in value.parts if isinstance(part, str)), key=len, default="")
            return lambda found: longest in found and whole(found) is not None


_WHOLE = {Wild.MANY: ".*", Wild.ONE: "."}


def pattern(value: Word | Phrase) -> str:
    """A regular expression of what is exactly the value."""
    parts = (value.text,) if isinstance(value, Phrase) else value.parts
    return "".join(re.escape(part) if isinstance(part, str) else _WHOLE[part] for part in parts)


def words_test(value: Word | Phrase) -> Callable[[str], bool] | None:
    """Whether a lower-cased text holds the value's words one after the other; None for a value without any word."""
    if isinstance(value, Phrase):
        text = value.text
    else:
        text = "".join(part if isinstance(part, str) else _MANY if part is Wild.MANY else _ONE for part in value.parts)
    words = _WORD.findall(text.lower())
    if not words:
        return None
    longest = max(re.split(f"[{_MANY}{_ONE}]", _ONE.join(words)), key=len)
    joined = r"\W+".join(words).replace(_MANY, r"\w*").replace(_ONE, r"\w")
    search = re.compile(rf"(?<!\w){joined}(?!\w)").search
    return lambda found: longest in found and search(found) is not None


def _text(scalar: Any) -> str:
    return ("false", "true")[scalar] if scalar.__class__ is bool else str(scalar)


def _equal(text: str) -> Callable[[Any], bool]:
    number = _parsed(text)

    def is_equal(found: Any) -> bool:
        if found.__class__ is str:
            return text == found
        if found.__class__ is bool:
            return _text(found) == text
        return number is not None and bool(found == number)

    return is_equal


def is_plain(text: str) -> bool:
    """Whether only a string can be equal to the text: it is neither a number nor a truth value."""
    return _parsed(text) is None and text not in ("true", "false")


def one_of(texts: Sequence[str]) -> Callable[[Any], bool]:
    """Whether a JSON scalar is one of the texts, as `scalar_test` compares it with each."""
    known, tests = frozenset(texts), [_equal(text) for text in texts]
    return lambda found: found in known if found.__class__ is str else any(test(found) for test in tests)


def _parsed(text: str) -> Number | None:
    try:
        return int(text) if re.fullmatch(r"-?[0-9]{1,40}", text) else float(text)
    except ValueError:
        return None


def _compared(compare: Callable[[Any, Any], bool], number: Number) -> Callable[[Any], bool]:
    def holds(found: Any) -> bool:
        if found.__class__ is str:
            found = number_in(found)
        return (found.__class__ is int or found.__class__ is float) and compare(found, number)

    return holds


def _within(low: Number | None, high: Number | None, inclusive: bool) -> Callable[[Any], bool]:
    at_least = _compared(operator.ge if inclusive else operator.gt, float("-inf") if low is None else low)
    at_most = _compared(operator.le if inclusive else operator.lt, float("inf") if high is None else high)
    return lambda found: at_least(found) and at_most(found)


def cidr_test(blocks: tuple[IPv4Network | IPv6Network, ...]) -> Callable[[Any], bool]:
    """Whether a string is an address in one of the blocks; anything else is in none."""

    def is_inside(found: Any) -> bool:
        if found.__class__ is not str:
            return False
        try:
            address = ip_address(found)
        except ValueError:
            return False
        return any(address in block for block in blocks)

    return is_inside
