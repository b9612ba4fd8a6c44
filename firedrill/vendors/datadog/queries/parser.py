"""Text of a monitor query to a tree.

Source: docs.datadoghq.com/api/latest/monitors/#create-a-monitor
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from lark import Lark, UnexpectedInput

from firedrill.vendors.datadog.queries import nodes
from firedrill.vendors.datadog.queries.builder import Mistake, MonitorText, Refused, builder
from firedrill.vendors.datadog.queries.errors import QuerySyntaxError
from firedrill.vendors.datadog.queries.hints import hint
from firedrill.vendors.datadog.syntax import place, read_lark
from firedrill.vendors.errors import Unsupported

MAX_DEPTH = 100
"""Levels of nesting; far beyond what the vendor accepts, and safe to walk recursively."""


_WORDS = {
    "AND": "AND",
    "BANG": "'!'",
    "BY": "'by'",
    "COLON": "':'",
    "COMMA": "','",
    "COMPARATOR": "a comparator (> >= < <= == !=)",
    "DOT": "'.'",
    "EQUAL": "'='",
    "FACTOR": "'*' or '/'",
    "IN": "IN",
    "LBRACE": "'{'",
    "LPAR": "'('",
    "NAME": "a name",
    "NOT": "NOT",
    "NUMBER": "a number",
    "OR": "OR",
    "RBRACE": "'}'",
    "RPAR": "')'",
    "SHIFT": "a timeshift such as 1h_ago",
    "SIGN": "'+' or '-'",
    "STRING": "a quoted string",
    "TAG": "a tag",
}


def parse_monitor(text: str) -> MonitorText:
    """The tree of a whole monitor query. Raises QuerySyntaxError."""
    tree: MonitorText = _parse(text, "monitor")
    if isinstance(tree, nodes.ChainQuery):
        _check_depth(text, [argument for method in tree.methods for argument in method.arguments])
    else:
        _check_depth(text, [tree.expression])
    return tree


def parse_expression(text: str) -> nodes.Expression:
    """The tree of an expression by itself, as in a formula. Raises QuerySyntaxError."""
    tree: nodes.Expression = _parse(text, "expression")
    _check_depth(text, [tree])
    return tree


def _parse(text: str, start: str) -> Any:
    try:
        return _lark().parse(text, start=start)
    except UnexpectedInput as error:
        at, found, expected = read_lark(error, text, _WORDS)
        hinted = hint(error, text, at)
        if hinted:
            at, expected = hinted
            found = _found(text, at)
        raise QuerySyntaxError(text, *place(text, at), found, expected) from None
    except Refused as refused:
        raise Unsupported(refused.feature, f"Monitor query {text!r}") from None
    except Mistake as mistake:
        where = place(text, mistake.token.start_pos or 0)
        raise QuerySyntaxError(text, *where, repr(str(mistake.token)), mistake.expected, mistake.field) from None


def _found(text: str, at: int) -> str:
    """The word or character at an offset."""
    word = re.match(r"[\w.]+|\S", text[at:].lstrip())
    return repr(word.group()) if word else "the end"


def _check_depth(text: str, roots: list[nodes.Argument]) -> None:
    level = roots
    for _ in range(MAX_DEPTH):
        level = [child for node in level for child in nodes.children(node)]
        if not level:
            return
    raise QuerySyntaxError(text, 1, 1, f"more than {MAX_DEPTH} levels of nesting", "a shorter expression")


@cache
def _lark() -> Lark:
    grammar = Path(__file__).with_name("query.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", start=["monitor", "expression"], transformer=builder())
