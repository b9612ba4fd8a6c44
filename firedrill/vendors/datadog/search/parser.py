"""From the text of a log search to its nodes.

Source: docs.datadoghq.com/logs/explorer/search_syntax. Decided where the page is silent:
AND binds tighter than OR and an exclusion covers the next term only (vectordotdev/vrl reads mixtures without
parentheses as Lucene's classic parser does); `!` excludes like `-` and `NOT`; a special character that is neither
escaped nor quoted is refused rather than guessed at; `{a TO b}`, `_exists_:` and searching `message:` are as on
docs.datadoghq.com/observability_pipelines/search_syntax/logs; `*` as a bound is unbounded.
An older revision of the page let `*:a b` search both words in all attributes; today's does not, so `b` is free text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from ipaddress import ip_network
from math import isfinite, isinf
from typing import Any

from lark import Lark, Token, Transformer, UnexpectedInput, v_args

from firedrill.vendors.datadog.search.errors import SearchSyntaxError
from firedrill.vendors.datadog.search.nodes import (
    And,
    Cidr,
    Comparison,
    Everything,
    Exists,
    Field,
    Nanoseconds,
    Node,
    Not,
    Number,
    Or,
    Phrase,
    Range,
    Term,
    Wild,
    Word,
)
from firedrill.vendors.datadog.search.text import read_phrase, read_word, unescape
from firedrill.vendors.datadog.syntax import place, read_lark
from firedrill.vendors.errors import Unsupported

RESERVED = frozenset({"host", "source", "status", "service", "trace_id", "message"})
MAX_NESTING = 100

_DURATION = re.compile(r"(.*[0-9])([a-zµ]+)")
_UNITS_NS = {"ns": 1, "us": 1e3, "µs": 1e3, "ms": 1e6, "s": 1e9, "m": 60e9, "min": 60e9}
_UNITS_NS |= {"h": 3600e9, "d": 86_400e9, "w": 604_800e9}
_ANY = Word((Wild.MANY,))
_NAMES = {
    "WORD": "a word",
    "PHRASE": 'a "quoted text"',
    "FIELD": "a name followed by a colon and, without a space, its value",
    "NUMBER": "a number",
    "STAR": "*",
    "COMPARATOR": "a comparison (> >= < <=)",
    "BLOCK": "a CIDR block",
    "NAME": "an attribute's name",
    "_RPAR": ")",
    "_RSQB": "]",
    "_RBRACE": "}",
    "_COMMA": ",",
    "_TO": "TO",
    "$END": "the end",
}
_SPECIAL_HINT = r"a search term (a special character is written with a backslash before it, or inside double quotes)"
_HINTS = {
    ":": r"a name, a colon and a value without a space between them (a colon in a value is written \: or in quotes)",
    "@": r"an attribute as @name:value (an @ that starts a value is written \@ or in quotes)",
    "#": r"\# or quotes around it (calculated fields such as #name are not supported by the emulator)",
    '"': 'a string that ends with a double quote (a quote inside it is written \\")',
    "\\": "a character after the backslash",
    "&": r"AND (a && in a value is written \&\& or in quotes)",
    "|": r"OR (a || in a value is written \|\| or in quotes)",
    "-": r"a value (a hyphen that starts one is written \- or in quotes)",
}


def field_named(name: str, at: int = 0) -> Field:
    """The field that a name stands for: `@path`, a reserved attribute, `tags`, or a tag's key.

    Raises Unsupported for a calculated field, `#name`.
    """
    if name.startswith("#"):
        raise Unsupported(f"the calculated field {name!r}", "Log search")
    if name.startswith("@"):
        return Field("attribute", unescape(name[1:]), at)
    name = unescape(name)
    if name == "tags":
        return Field("tags", at=at)
    return Field("reserved" if name in RESERVED else "tag", name, at)


class _Nesting:
    """Bounds how deep parentheses nest, so that no query exhausts the stack."""

    always_accept = ()

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        depth = 0
        for token in stream:
            depth += (token.type in ("_LPAR", "_CIDR")) - (token.type == "_RPAR")
            if depth > MAX_NESTING:
                raise _Misplaced(token, f"parentheses nested at most {MAX_NESTING} deep")
            yield token


@v_args(inline=True)
class _Builder(Transformer[Token, Any]):
    """Builds the nodes while the parser reduces."""

    def start(self, node: Node | None = None) -> Node:
        return Everything() if node is None else node

    def either(self, *nodes: Node) -> Node:
        return Or(nodes)

    def both(self, *nodes: Node) -> Node:
        return And(nodes)

    def negation(self, *parts: Any) -> Node:
        *signs, node = parts
        return Not(node) if len(signs) % 2 else node

    def free_text(self, value: Word | Phrase) -> Node:
        if value in (_ANY, Phrase("")):
            return Everything()
        return Term(Field("free text"), value)

    def field(self, name: Token, operand: Any) -> Node:
        at = name.start_pos or 0
        return _apply(Field("full text", at=at) if name == "*:" else field_named(name.rstrip()[:-1], at), operand)

    def exists(self, name: Token) -> Node:
        return Exists(field_named(name, name.start_pos or 0))

    def cidr(self, name: Token, *blocks: Token) -> Node:
        if not name.startswith("@"):
            raise _Misplaced(name, "an attribute as @name")
        return Cidr(field_named(name), tuple(_network(block) for block in blocks))

    def word(self, token: Token) -> Word:
        return read_word(token)

    def phrase(self, token: Token) -> Phrase:
        return read_phrase(token)

    def comparison(self, operator: Token, number: Token) -> Comparison:
        return Comparison(str(operator), _number(number))

    def inclusive(self, low: Number | None, high: Number | None) -> Range:
        return Range(low, high, inclusive=True)

    def exclusive(self, low: Number | None, high: Number | None) -> Range:
        return Range(low, high, inclusive=False)

    def number(self, token: Token) -> Number:
        return _number(token)

    def unbounded(self, _: Token) -> None:
        return None


class _Misplaced(Exception):
    """A token that the grammar takes and the syntax does not, with what was expected."""

    def __init__(self, token: Token, expected: str) -> None:
        self.token, self.expected = token, expected


def _number(token: Token) -> Number:
    text = token.removeprefix("\\")
    if (duration := _DURATION.fullmatch(text)) and isfinite(number := float(duration[1]) * _UNITS_NS[duration[2]]):
        return Nanoseconds(round(number))
    if text.removeprefix("-").isdigit():
        return int(text)
    if isinf(number := float(text)):
        raise _Misplaced(token, "a number that a double can hold")
    return number


def _network(block: Token) -> Any:
    try:
        return ip_network(str(block), strict=False)
    except ValueError:
        raise _Misplaced(block, "a CIDR block such as 13.0.0.0/8 or 2001:db8::/32") from None


def _apply(field: Field, operand: Any) -> Node:
    """The field put before each value of `field:value` or `field:(a OR b)`."""
    match operand:
        case And(nodes):
            return And(tuple(_apply(field, node) for node in nodes))
        case Or(nodes):
            return Or(tuple(_apply(field, node) for node in nodes))
        case Not(node):
            return Not(_apply(field, node))
        case Word() if operand == _ANY:
            return Everything() if field.kind == "full text" else Exists(field)
        case _:
            return Term(field, operand)


@lru_cache(maxsize=1)
def _lark() -> Lark:
    return Lark.open(
        "search.lark", rel_to=__file__, parser="lalr", lexer="contextual", transformer=_Builder(), postlex=_Nesting()
    )


@lru_cache(maxsize=1024)
def parse(query: str) -> Node:
    """The nodes of a query; SearchSyntaxError says where it cannot be read and what was expected."""
    try:
        return _lark().parse(query)  # type: ignore[return-value]
    except UnexpectedInput as error:
        at, found, expected = read_lark(error, query, _NAMES)
        hint = _HINTS.get(found[1:2] if found != "the end" else "") or (
            _SPECIAL_HINT if "a word" in expected else expected
        )
        raise SearchSyntaxError(query, *place(query, at), found, hint) from None
    except _Misplaced as error:
        at = error.token.start_pos or 0
        raise SearchSyntaxError(query, *place(query, at), repr(str(error.token)), error.expected) from None
