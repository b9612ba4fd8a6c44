from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.search import SearchSyntaxError, compile_query, parse, show
from firedrill.vendors.datadog.search.nodes import (
    And,
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
)
from firedrill.vendors.errors import Unsupported

PIECES = [
    *(
        "AND",
        "OR",
        "NOT",
        "-",
        "!",
        "(",
        ")",
        "@a:",
        "@b.c",
        "service:",
        "env:",
        "tags:",
        "*:",
        "_exists_:",
        "CIDR(",
        ",",
    ),
    *(
        "[",
        "]",
        "{",
        "}",
        " TO ",
        "1",
        "2.5",
        ">",
        "<=",
        "10.0.0.0/8",
        "*",
        "?",
        '"',
        '"a b"',
        "\\",
        ":",
        "word",
        " ",
        "“",
    ),
]
NO_TAGS = {"tags", "host", "source", "status", "service", "trace_id", "message"}

texts = st.text(min_size=1)
numbers = st.integers(-(10**15), 10**15) | st.floats(-1e15, 1e15)
fields = st.one_of(
    st.builds(Field, st.just("attribute"), texts),
    st.builds(Field, st.just("tag"), texts.filter(lambda name: name not in NO_TAGS)),
    st.sampled_from([Field("reserved", "service"), Field("tags"), Field("full text")]),
)
values: st.SearchStrategy[Value] = st.one_of(
    st.builds(Phrase, st.text()),
    st.builds(Comparison, st.sampled_from([">", ">=", "<", "<="]), numbers),
    st.builds(Range, numbers | st.none(), numbers | st.none(), st.booleans()),
)
words = st.lists(texts | st.sampled_from(Wild), min_size=1).map(lambda parts: parse("@a:" + "".join(map(spell, parts))))
terms: st.SearchStrategy[Node] = st.one_of(
    st.builds(Term, fields, values),
    st.builds(Exists, fields.filter(lambda field: field.kind != "full text")),
    words,
    st.just(Everything()),
)


def spell(part: str | Wild) -> str:
    return part.value if isinstance(part, Wild) else re.sub(r"([\s\S])", r"\\\1", part)


def log(**fields: Any) -> Log:
    return Log(**{"attributes": {}, "timestamp": 0, **fields})


def several(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[tuple[Node, ...]]:
    return st.lists(inner, min_size=2, max_size=4).map(tuple)


def combined(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return st.one_of(st.builds(Not, inner), several(inner).map(And), several(inner).map(Or))


nodes: st.SearchStrategy[Node] = st.recursive(terms, combined, max_leaves=8)


@given(nodes)
def test_a_printed_query_parses_to_the_same_nodes(node: Node) -> None:
    assert parse(show(node)) == node


def mistake(query: str) -> SearchSyntaxError | None:
    try:
        compile_query(query)(log(message="a b", attributes={"a": [1, {"b": "c"}]}, tags=["env:prod"]))
    except SearchSyntaxError as error:
        return error
    return None


@given(st.text() | st.lists(st.sampled_from(PIECES)).map("".join))
def test_any_text_is_searched_or_refused_with_its_place(query: str) -> None:
    error = mistake(query)
    assert error is None or (error.line >= 1 and 1 <= error.column <= len(query) + 1 and error.found and error.expected)


@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_a_query_that_parses_is_stable_under_printing(query: str) -> None:
    if mistake(query) is None:
        printed = show(parse(query))
        assert show(parse(printed)) == printed


@given(st.text(min_size=1))
def test_a_quoted_value_finds_exactly_itself(value: str) -> None:
    matches = compile_query(show(Term(Field("attribute", "a"), Phrase(value))))
    assert matches(log(attributes={"a": value}))
    assert not matches(log(attributes={"a": value + "x"}))


@given(st.text(min_size=1), st.lists(st.text(min_size=1)))
def test_an_array_matches_when_one_element_does(value: str, others: list[str]) -> None:
    matches = compile_query(show(Term(Field("attribute", "a"), Phrase(value))))
    assert matches(log(attributes={"a": [*others, value]}))
    assert matches(log(attributes={"a": others})) == (value in others)


def test_full_text_is_refused_only_where_datadog_refuses_it() -> None:
    assert compile_query("*:hello", where="monitor")(log(message="hello"))
    for place in ("pipeline", "index", "archive", "rehydration"):
        with pytest.raises(SearchSyntaxError, match="no full-text search"):
            compile_query("*:hello", where=place)


def test_parentheses_nested_too_deep_are_refused() -> None:
    with pytest.raises(SearchSyntaxError, match="parentheses nested at most 100 deep"):
        compile_query("(" * 101 + "a" + ")" * 101)


def test_thousands_of_alternatives_are_searched() -> None:
    assert compile_query(" OR ".join(f"w{n}" for n in range(5000)))(log(message="w4999"))


def test_an_error_carries_line_column_what_was_found_and_what_was_expected() -> None:
    with pytest.raises(SearchSyntaxError) as error:
        compile_query("a\n@b:[1 TO x]")
    mistake = error.value
    assert (mistake.line, mistake.column, mistake.found, mistake.expected) == (2, 10, "'x'", "* or a number")


def test_a_calculated_field_is_refused_by_name() -> None:
    with pytest.raises(Unsupported, match=r"^Log search: the calculated field '#late' is not supported"):
        compile_query("#late:yes")


@pytest.mark.parametrize("value", ["@ops", "(@dev OR @ops)", "@o*"])
def test_a_value_may_start_with_an_at(value: str) -> None:
    matches = compile_query(f"@to:{value}")
    assert matches(Log({"to": "@ops"}, 0))
    assert not matches(Log({"to": "ops"}, 0))
