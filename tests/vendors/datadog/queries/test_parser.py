"""The grammar: nothing crashes it, and what it prints means what it read."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firedrill.vendors.datadog.queries import compile_query, nodes
from firedrill.vendors.datadog.queries.errors import QuerySyntaxError
from firedrill.vendors.datadog.queries.functions import functions
from firedrill.vendors.datadog.queries.parser import parse_expression, parse_monitor
from firedrill.vendors.datadog.queries.printer import print_expression, print_monitor
from firedrill.vendors.errors import FiredrillError, Unsupported
from tests.cases import load

CASES = load(Path(__file__).parent)
KNOWN = [case.given["query"] for case in CASES]
READABLE = [case.given["query"] for case in CASES if not case.refused]

words = st.from_regex(r"[a-z][a-z0-9_.]{0,6}", fullmatch=True)
values = st.from_regex(r"[a-z0-9_*/.:-]{1,6}", fullmatch=True)
tags = st.builds(lambda key, value: nodes.Tag(f"{key}:{value}"), words, values)
scopes: st.SearchStrategy[nodes.Scope] = st.recursive(
    st.one_of(
        st.just(nodes.Everything()),
        tags,
        st.builds(nodes.Within, words, st.lists(values, min_size=1, max_size=3).map(tuple), st.booleans()),
    ),
    lambda inner: st.one_of(
        st.builds(nodes.Not, inner),
        st.builds(nodes.Both, st.lists(inner, min_size=2, max_size=3).map(tuple)),
        st.builds(nodes.Either, st.lists(inner, min_size=2, max_size=3).map(tuple)),
    ),
    max_leaves=5,
)
numbers = st.floats(min_value=0, allow_nan=False, allow_infinity=False)
metrics = st.builds(
    nodes.MetricQuery,
    st.sampled_from(["avg", "sum", "min", "max", "p95", "p99.9"]),
    words,
    scopes,
    st.lists(words, max_size=2, unique=True).map(tuple),
    st.sampled_from([None, "as_count", "as_rate"]),
    st.none() | st.builds(nodes.Rollup, st.sampled_from(["sum", "avg"]), st.none() | st.integers(1, 9999)),
    st.none() | st.builds(nodes.Fill, st.sampled_from(["linear", "null"]), st.integers(0, 9999)),
)
expressions: st.SearchStrategy[nodes.Expression] = st.recursive(
    st.one_of(metrics, st.builds(nodes.Number, numbers), st.builds(nodes.Word, words)),
    lambda inner: st.one_of(
        st.builds(nodes.Arithmetic, st.sampled_from("+-*/"), inner, inner),
        st.builds(nodes.Negative, inner),
        st.builds(lambda name, operand, text: nodes.Call(name, (operand, nodes.Text(text))), words, inner, st.text()),
    ),
    max_leaves=6,
)


@pytest.mark.parametrize("query", READABLE)
def test_every_known_query_prints_what_it_means(query: str) -> None:
    tree = parse_monitor(query)

    assert parse_monitor(print_monitor(tree)) == tree


@given(expressions)
def test_any_expression_survives_printing(tree: nodes.Expression) -> None:
    text = print_expression(tree)

    assert print_expression(parse_expression(text)) == text


def refusal_of(text: str) -> FiredrillError | None:
    try:
        compile_query(text)
    except FiredrillError as refusal:
        return refusal
    return None


@given(st.text() | st.text(st.sampled_from("avgsum(last_5m):{}*,.by'\"!+-/>=<0 123INORD")))
def test_no_text_crashes_the_parser(text: str) -> None:
    refusal = refusal_of(text)

    assert refusal is None or str(refusal)


@given(st.sampled_from(KNOWN), st.data())
def test_a_damaged_query_is_read_or_refused_with_its_place(query: str, data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(query)))
    damaged = query[:cut] + data.draw(st.text(max_size=2)) + query[cut + data.draw(st.integers(0, 3)) :]

    refusal = refusal_of(damaged)

    if isinstance(refusal, QuerySyntaxError):
        assert refusal.line >= 1
        assert refusal.column >= 1
        assert refusal.found
        assert refusal.expected


@pytest.mark.parametrize("text", ["(" * 3000 + "1", "sum(last_5m):" + "-" * 3000 + "sum:m{*} > 1", "1+" * 3000 + "1"])
def test_deep_nesting_is_refused_without_a_crash(text: str) -> None:
    with pytest.raises(QuerySyntaxError):
        compile_query(text)


@pytest.mark.parametrize("name", [name for name, function in functions().items() if function.status == "refused"])
def test_a_refused_function_is_refused_by_name(name: str) -> None:
    with pytest.raises(Unsupported, match=rf"function {name}\(\)"):
        compile_query(f"avg(last_5m):{name}(avg:m{{*}}) > 1")


@pytest.mark.parametrize("name", [name for name, function in functions().items() if function.apply or function.shift_s])
def test_a_function_names_its_page_and_reads_its_own_usage(name: str) -> None:
    function = functions()[name]
    arguments = [
        "avg:m{*}",
        *(str((parameter.choices or (parameter.example,))[0]) for parameter in function.parameters),
    ]

    assert function.source.startswith("docs.datadoghq.com/")
    assert compile_query(f"avg(last_5m):{name}({', '.join(arguments)}) > 1").metrics == ("m",)


def test_a_query_knows_its_parts() -> None:
    query = compile_query("sum(last_5m):sum:b{x:y} by {k,l}.as_count() / sum:a{*} by {l,k}.as_count() >= -2.5")

    assert query.window_s == 300
    assert (query.comparator, query.threshold) == (">=", -2.5)
    assert query.metrics == ("b", "a")
    assert query.group_by == ("k", "l")
    assert str(query) == "sum(last_5m):sum:b{x:y} by {k,l}.as_count() / sum:a{*} by {l,k}.as_count() >= -2.5"
