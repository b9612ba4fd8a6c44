"""From nodes to a predicate over logs: a query becomes an expression of a program in Python, compiled once.

`and`, `or` and `not` are Python's own, and attributes, of which most filters are made, are tested on the spot; whatever
else a term looks at is a function that the expression calls.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from types import UnionType
from typing import Any

from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.search.errors import SearchSyntaxError
from firedrill.vendors.datadog.search.fields import (
    Predicate,
    attribute,
    everywhere,
    exact_tag,
    reserved,
    tag,
    whole_tag,
)
from firedrill.vendors.datadog.search.nodes import (
    And,
    Cidr,
    Comparison,
    Everything,
    Exists,
    Field,
    Node,
    Not,
    Or,
    Phrase,
    Range,
    Term,
    Value,
    Wild,
    Word,
)
from firedrill.vendors.datadog.search.parser import parse
from firedrill.vendors.datadog.search.program import Program
from firedrill.vendors.datadog.search.values import (
    cidr_test,
    is_plain,
    literal,
    one_of,
    scalar_test,
    text_test,
    words_test,
)
from firedrill.vendors.datadog.syntax import place

FULL_TEXT_REFUSED = frozenset({"pipeline", "index", "archive", "rehydration"})


@lru_cache(maxsize=1024)
def compile_query(query: str, *, where: str = "search") -> Predicate:
    """A predicate that holds for the logs that `query` finds.

    `where` names the place the query is used in; in "pipeline", "index", "archive" and "rehydration" filters the
    full-text form `*:term` is refused, as Datadog does. Raises SearchSyntaxError.
    Source: docs.datadoghq.com/logs/explorer/search_syntax
    """
    compiler = _Compiler(query, where)
    compiler.program.returns(compiler.node(parse(query)))
    return compiler.program.function()


def compile_choice(queries: Sequence[str]) -> Callable[[Log], int | None]:
    """Which of the queries is the first that finds a log, counted from 0; None when none does.

    What several of them look at is read once. Raises SearchSyntaxError.
    """
    program = Program()
    for number, query in enumerate(queries):
        program.returns(str(number), _Compiler(query, "search", program).node(parse(query)))
    program.returns("None")
    return program.function()


def compile_element_query(query: str) -> Predicate:
    """As `compile_query`, for an element of an array as the attributes of a log: every name is one of its attributes.

    Source: docs.datadoghq.com/logs/log_configuration/processors/array_processor
    """
    compiler = _Compiler(query, "array")
    compiler.program.returns(compiler.node(compiler.of_element(parse(query))))
    return compiler.program.function()


class _Compiler:
    """Writes the expression of one query of a program."""

    def __init__(self, query: str, where: str, program: Program | None = None) -> None:
        self.query, self.where = query, where
        self.program = program or Program()

    def node(self, node: Node) -> str:
        match node:
            case Everything():
                return "True"
            case Not(inner):
                return f"not {self.inside(inner, And | Or)}"
            case And(nodes):
                return " and ".join(self.inside(inner, Or) for inner in nodes)
            case Or((Term(Field("attribute") as field), *_) as nodes) if texts := _literals(field, nodes):
                return self.attribute(field.name, one_of(texts))
            case Or(nodes):
                return " or ".join(map(self.node, nodes))
            case Exists(field):
                return self.exists(field)
            case Cidr(field, blocks):
                return self.attribute(field.name, cidr_test(blocks))
            case Term(field, value):
                return self.term(field, value)

    def inside(self, node: Node, grouped: UnionType | type) -> str:
        """The node, in parentheses where it is of a kind that binds less."""
        return f"({self.node(node)})" if isinstance(node, grouped) else self.node(node)

    def call(self, predicate: Predicate) -> str:
        return f"{self.program.constant(predicate)}(log)"

    def attribute(self, path: str, test: Callable[[Any], bool], expression: str = "") -> str:
        """The test of an attribute's value; `expression` is a shorter form over `{}`, which may be None."""
        anywhere, read = self.call(attribute(path, test)), self.program.read(path)
        if read is None:
            return anywhere
        usual = expression or f"{{0}} is not None and {self.program.constant(test)}({{0}})"
        return f"({anywhere} if {read.is_elsewhere} else {usual.format(read.value)})"

    def term(self, field: Field, value: Value) -> str:
        text = literal(value)
        if field.kind == "attribute" or field.name == "trace_id":
            plain = text is not None and is_plain(text)
            return self.attribute(
                field.name, scalar_test(value), f"{{}} == {self.program.constant(text)}" if plain else ""
            )
        if isinstance(value, Comparison | Range):
            raise self.mistake(field, "a number compared", "an attribute: only attributes hold numbers")
        if field.kind == "tag":
            return self.call(tag(field.name, text_test(value)) if text is None else exact_tag(f"{field.name}:{text}"))
        if field.kind == "tags":
            return self.call(whole_tag(text_test(value)))
        if field.kind == "reserved" and field.name != "message":
            return self.call(reserved(field.name, text_test(value)))
        if field.kind == "reserved" and isinstance(value, Word) and Wild.MANY in value.parts:
            return self.call(_whole_message(value))
        return self.call(self.text(field, value))

    def exists(self, field: Field) -> str:
        if field.kind == "attribute" or field.name == "trace_id":
            return self.attribute(field.name, lambda value: True, "{} is not None")
        if field.kind == "tag":
            return self.call(tag(field.name, lambda value: True))
        if field.kind == "tags":
            return "bool(log.tags)"
        return self.call(reserved(field.name, lambda value: True))

    def text(self, field: Field, value: Word | Phrase) -> Predicate:
        if field.kind == "full text" and self.where in FULL_TEXT_REFUSED:
            raise self.mistake(
                field, "'*:'", f"no full-text search: Datadog does not allow it in a filter of type {self.where!r}"
            )
        test = words_test(value)
        if test is None:
            raise self.mistake(field, "no word", "at least one word: text is searched by words, not by punctuation")
        if field.kind == "full text":
            return everywhere(test)
        return lambda log: test(log.message.lower())

    def of_element(self, node: Node) -> Node:
        match node:
            case Not(inner):
                return Not(self.of_element(inner))
            case And(nodes):
                return And(tuple(map(self.of_element, nodes)))
            case Or(nodes):
                return Or(tuple(map(self.of_element, nodes)))
            case Term(field) | Exists(field) | Cidr(field):
                if field.kind in ("free text", "full text"):
                    raise self.mistake(field, "text without a field name", "key:value, as an element has no message")
                return replace(node, field=Field("attribute", field.name or "tags", field.at))
            case Everything():
                return node

    def mistake(self, field: Field, found: str, expected: str) -> SearchSyntaxError:
        return SearchSyntaxError(self.query, *place(self.query, field.at), found, expected)


def _literals(field: Field, nodes: tuple[Node, ...]) -> list[str]:
    """The texts of `@a:(b OR c)`: terms of one field without wildcards; none for other nodes."""
    texts = [
        text
        for node in nodes
        if isinstance(node, Term) and node.field == field and (text := literal(node.value)) is not None
    ]
    return texts if len(texts) == len(nodes) else []


def _whole_message(value: Word) -> Predicate:
    """`message:*!*` searches the whole message, in any case, as the Observability Pipelines page shows."""
    test = text_test(Word(tuple(part.lower() if isinstance(part, str) else part for part in value.parts)))
    return lambda log: test(log.message.lower())
