"""The words of a tag, and the mistakes that can be made in them."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from lark import Lark, Token, Transformer, UnexpectedInput, v_args

from firedrill.vendors.datadog.monitors.templates.errors import TemplateSyntaxError
from firedrill.vendors.datadog.syntax import read_lark


class Call(NamedTuple):
    """A name and its arguments: quoted strings, or calls in parentheses."""

    name: str
    arguments: tuple[str | Call, ...] = ()


class Opening(NamedTuple):
    """`{{#call}}`, or `{{^call}}` when `negated`."""

    call: Call
    negated: bool


class Closing(NamedTuple):
    """`{{/name}}`."""

    name: str


Tag = Call | Opening | Closing


class MeaninglessCall(Exception):  # becomes a TemplateSyntaxError once its place is known
    """A call without a meaning: what was `found`, and what was `expected`."""

    def __init__(self, found: str, expected: str) -> None:
        super().__init__(found, expected)
        self.found, self.expected = found, expected


@v_args(inline=True)
class _Reader(Transformer[Token, Tag]):
    def opening(self, call: Call) -> Opening:
        return Opening(call, negated=False)

    def opening_negated(self, call: Call) -> Opening:
        return Opening(call, negated=True)

    def closing(self, word: Token) -> Closing:
        return Closing(str(word))

    def call(self, word: Token, *arguments: str | Call) -> Call:
        return Call(str(word), arguments)

    def literal(self, token: Token) -> str:
        return str(token[1:-1])


_TERMINALS = {
    "WORD": "a name",
    "STRING": "a quoted string",
    "_IF": "'#'",
    "_UNLESS": "'^'",
    "_END": "'/'",
    "_OPEN": "'('",
    "_CLOSE": "')'",
    "$END": "the end of the tag",
}


@cache
def _grammar() -> Lark:
    return Lark.open("tag.lark", rel_to=__file__, parser="lalr", transformer=_Reader())


def read_tag(template: str, content: str, offset: int) -> Tag:
    """Read what stands between the braces of a tag, `offset` being its place in the `template`."""
    try:
        tag: Tag = _grammar().parse(content)  # type: ignore[assignment]  # the transformer's result
    except UnexpectedInput as error:
        at, found, expected = read_lark(error, content, _TERMINALS)
        found = found.replace("the end", "the end of the tag")
        raise TemplateSyntaxError(template, offset + at, found, expected) from error
    return tag
