"""From nodes to a predicate over logs: closures built once, paths resolved once."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

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
from firedrill.vendors.datadog.search.values import cidr_test, literal, one_of, scalar_test, text_test, words_test
from firedrill.vendors.datadog.syntax import place

FULL_TEXT_REFUSED = frozenset({"pipeline", "index", "archive", "rehydration"})


@lru_cache(maxsize=1024)
def compile_query(query: str, *, where: str = "search") -> Predicate:
    """A predicate that holds for the logs that `query` finds.

    `where` names the place the query is used in; in "pipeline", "index", "archive" and "rehydration" filters the
    full-text form `*:term` is refused, as Datadog does. Raises SearchSyntaxError.
    Source: docs.datadoghq.com/logs/explorer/search_syntax
    """
    return _Compiler(query, where).node(parse(query))


def compile_element_query(query: str) -> Predicate:
    """As `compile_query`, for an element of an array as the attributes of a log: every name is one of its attributes.

    Source: docs.datadoghq.com/logs/log_configuration/processors/array_processor
    """
    compiler = _Compiler(query, "array")
    return compiler.node(compiler.of_element(parse(query)))


class _Compiler:
    def __init__(self, query: str, where: str) -> None:
        self.query, self.where = query, where

    def node(self, node: Node) -> Predicate:
        match node:
            case Everything():
                return lambda log: True
            case Not(inner):
                return _not(self.node(inner))
            case And(nodes):
                return _all([self.node(inner) for inner in nodes])
            case Or((Term(Field("attribute") as field), *_) as nodes) if texts := _literals(field, nodes):
                return attribute(field.name, one_of(texts))
            case Or(nodes):
                return _any([self.node(inner) for inner in nodes])
            case Exists(field):
                return _exists(field)
            case Cidr(field, blocks):
                return attribute(field.name, cidr_test(blocks))
            case Term(field, value):
                return self.term(field, value)

    def term(self, field: Field, value: Value) -> Predicate:
        if field.kind == "attribute" or field.name == "trace_id":
            return attribute(field.name, scalar_test(value))
        if isinstance(value, Comparison | Range):
            raise self.mistake(field, "a number compared", "an attribute: only attributes hold numbers")
        if field.kind == "tag":
            text = literal(value)
            return tag(field.name, text_test(value)) if text is None else exact_tag(f"{field.name}:{text}")
        if field.kind == "tags":
            return whole_tag(text_test(value))
        if field.kind == "reserved" and field.name != "message":
            return reserved(field.name, text_test(value))
        if field.kind == "reserved" and isinstance(value, Word) and Wild.MANY in value.parts:
            return _whole_message(value)
        return self.text(field, value)

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


def _exists(field: Field) -> Predicate:
    if field.kind == "attribute" or field.name == "trace_id":
        return attribute(field.name, lambda value: True)
    if field.kind == "tag":
        return tag(field.name, lambda value: True)
    if field.kind == "tags":
        return lambda log: bool(log.tags)
    return reserved(field.name, lambda value: True)


def _not(inner: Predicate) -> Predicate:
    return lambda log: not inner(log)


def _all(inner: list[Predicate]) -> Predicate:
    """Both halves hold, and so on: a balanced tree of pairs is faster than a loop."""
    if len(inner) == 1:
        return inner[0]
    middle = len(inner) // 2
    first, second = _all(inner[:middle]), _all(inner[middle:])
    return lambda log: first(log) and second(log)


def _any(inner: list[Predicate]) -> Predicate:
    if len(inner) == 1:
        return inner[0]
    middle = len(inner) // 2
    first, second = _any(inner[:middle]), _any(inner[middle:])
    return lambda log: first(log) or second(log)
