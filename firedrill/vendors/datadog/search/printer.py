"""From nodes back to the text of a log search."""

from __future__ import annotations

from types import UnionType

from firedrill.vendors.datadog.search.nodes import (
    And,
    Cidr,
    Comparison,
    Everything,
    Exists,
    Field,
    Node,
    Not,
    Number,
    Or,
    Phrase,
    Range,
    Term,
    Value,
    Word,
)
from firedrill.vendors.datadog.search.text import escape, show_phrase, show_word


def show(node: Node) -> str:
    """The query in its plainest spelling; parsing it again gives an equal node."""
    match node:
        case Everything():
            return "*"
        case Exists(field):
            return f"{_prefix(field)}*"
        case Term(field, value):
            return f"{_prefix(field)}{_value(value)}"
        case Cidr(field, blocks):
            return f"CIDR({', '.join([_name(field), *map(str, blocks)])})"
        case Not(inner):
            return f"-{_inside(inner, Not | And | Or)}"
        case And(nodes):
            return " ".join(_inside(inner, And | Or) for inner in nodes)
        case Or(nodes):
            return " OR ".join(_inside(inner, Or) for inner in nodes)


def _inside(node: Node, grouped: UnionType | type) -> str:
    """The node, in parentheses where its kind would otherwise be read as part of its surroundings."""
    return f"({show(node)})" if isinstance(node, grouped) else show(node)


def _name(field: Field) -> str:
    match field.kind:
        case "attribute":
            return f"@{escape(field.name)}"
        case "full text":
            return "*"
        case "tags":
            return "tags"
        case _:
            return f"\\{field.name}" if field.name == "_exists_" else escape(field.name)


def _prefix(field: Field) -> str:
    return "" if field.kind == "free text" else f"{_name(field)}:"


def _value(value: Value) -> str:
    match value:
        case Word():
            return show_word(value)
        case Phrase():
            return show_phrase(value)
        case Comparison(operator, number):
            return f"{operator}{_number(number)}"
        case Range(low, high, inclusive):
            start, end = "[]" if inclusive else "{}"
            return f"{start}{_number(low)} TO {_number(high)}{end}"


def _number(number: Number | None) -> str:
    return "*" if number is None else repr(number)
