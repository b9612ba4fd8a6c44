"""What widgets show."""

from __future__ import annotations

from typing import Any

import pytest

from firedrill.vendors.datadog.widgets import Shows, compiled, problem, shown_by, with_defaults

VARIABLES: dict[str, Any] = {
    "class": {"name": "class", "prefix": "class", "defaults": ["*"]},
    "env": {"name": "env", "prefix": "env", "defaults": ["prod"]},
    "old": {"name": "old", "prefix": "k", "default": "v"},
}


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("sum:m{$class}", "sum:m{*}"),
        ("sum:m{$env,a:b}", "sum:m{env:prod,a:b}"),
        ("sum:m{x:$env.value}", "sum:m{x:prod}"),
        ("sum:m{$old}", "sum:m{k:v}"),
        ("sum:m{$other}", "sum:m{$other}"),
    ],
)
def test_template_variables_have_their_defaults(text: str, read: str) -> None:
    assert with_defaults(text, VARIABLES) == read


def test_widgets_in_groups_show_their_formulas_over_their_queries() -> None:
    queries = [
        {"data_source": "metrics", "name": "a", "query": "sum:a{$env}.as_count()"},
        {"data_source": "metrics", "name": "b", "query": "sum:b{*}.as_count()"},
    ]
    request = {"queries": queries, "formulas": [{"formula": "100 * a / b"}], "display_type": "bars"}
    overlay = {"queries": [{"data_source": "events", "name": "e", "search": {"query": "x"}}], "display_type": "overlay"}
    graph = {"type": "timeseries", "title": "Share", "requests": [request, overlay]}
    inner = [{"definition": graph}, {"definition": {"type": "note", "content": "Read on."}}]
    group = {"type": "group", "title": "G", "layout_type": "ordered", "widgets": inner}
    found = shown_by({"widgets": [{"definition": group}], "template_variables": [VARIABLES["env"]]})
    query = ("100 * a / b", "100 * (sum:a{env:prod}.as_count()) / (sum:b{*}.as_count())")
    assert found == [Shows("G", "Share", "timeseries", (query,), display="bars", unread=("events",), overlay="x")]


@pytest.mark.parametrize(
    ("text", "over"),
    [
        ("sum:m{*}.as_count()", "sum"),
        ("p95:m{*} by {k}", "percentile"),
        ("max:m{*}", "max"),
        ("avg:m{*}", "avg"),
    ],
)
def test_a_minute_is_made_of_its_points_as_the_query_combines_them(text: str, over: str) -> None:
    assert compiled(text).tree.aggregation.aggregator == over


def test_a_query_that_cannot_be_read_is_told() -> None:
    assert "expected" in problem("sum:m{*") or "allowed" in problem("sum:m{*")
    assert problem("sum:m{*}") == ""
