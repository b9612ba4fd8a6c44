"""Queries as programs: one after another, deeply nested, with names that are no names in Python."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.search import compile_choice, compile_query

QUERIES = [
    "@a:x",
    "-@a.b:*",
    "@a.b:(x OR 1) service:s",
    "NOT (@a.b.c:[0 TO 1] OR @b:true)",
    "@b:x* OR (@a:1 -@a.b.c:x)",
    "env:a",
    "@a.b.c.d.e.f:x",
]
NAMES = st.sampled_from(["a", "b", "c", "a.b", "b.c", "d.e.f"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.sampled_from([0, 1, 1.5, "x", "xy", "1"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)


@given(
    st.lists(st.sampled_from(QUERIES), max_size=5),
    st.dictionaries(NAMES, VALUES, max_size=4),
    st.sampled_from(["", "s"]),
    st.sampled_from([[], ["env:a"]]),
)
def test_the_first_query_that_finds_a_log_is_chosen(
    queries: list[str], attributes: dict[str, Any], service: str, tags: list[str]
) -> None:
    log = Log(attributes, 0, service=service, tags=tags)
    found = [number for number, query in enumerate(queries) if compile_query(query)(log)]
    assert compile_choice(queries)(log) == (found[0] if found else None)


@pytest.mark.parametrize(
    "query",
    [
        "(" * 100 + "@a.b.c:x" + ")" * 100,
        "-(y OR " * 50 + "@a.b.c:x" + ")" * 50,
        "(y @a:1 OR " * 100 + "@a.b.c:x" + ")" * 100,
        " OR ".join(f"@n{number}.b:x*" for number in range(2_000)) + " OR @a.b.c:x",
        f"-@{'.'.join('abc' * 300)}:x",
    ],
)
def test_a_large_query_is_compiled(query: str) -> None:
    assert compile_query(query)(Log({"a": {"b": {"c": "x"}}}, 0))


@pytest.mark.parametrize("name", ["class", "a'b", 'a"b', "a\\b", "a{b}", "é", "log.attributes"])
def test_any_name_can_be_one_of_an_attribute(name: str) -> None:
    escaped = "".join(f"\\{char}" if char in '"\\{}' else char for char in name)
    matches = compile_query(f"@{escaped}:x")
    assert matches(Log({name: "x"}, 0))
    assert not matches(Log({name: "y"}, 0))
