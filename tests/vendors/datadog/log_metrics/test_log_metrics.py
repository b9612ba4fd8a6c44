"""Several metrics at once, their explanation, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.log_metrics import Reason, compile_metrics
from firedrill.vendors.datadog.queries.store import Point
from firedrill.vendors.errors import FiredrillError, Several, Unsupported

NOW = 1_700_000_000_000
COUNT = {"aggregation_type": "count"}


def metric(name: str, query: str = "*", **options: Any) -> dict[str, Any]:
    return {"id": name, "compute": COUNT, "filter": {"query": query}, **options}


def refusal(**options: Any) -> FiredrillError:
    with pytest.raises(FiredrillError) as caught:
        compile_metrics([{**metric("a.b"), **options}])
    return caught.value


TERMS = ["@a:1", "@b:1", "@c:1", "-@a:1", "@a:*", "(@a:1 OR @b:1)", "*"]


@given(
    st.lists(st.lists(st.sampled_from(TERMS), min_size=1, max_size=4).map(" ".join), max_size=4),
    st.dictionaries(st.sampled_from("abc"), st.sampled_from([1, 2]), max_size=3),
)
def test_metrics_that_share_terms_count_what_each_would_count_alone(queries: list[str], log: dict[str, int]) -> None:
    specs = [metric(f"m{index}", query) for index, query in enumerate(queries)]
    together = compile_metrics(specs).points(Log(dict(log), NOW), NOW)
    alone = [point for spec in specs for point in compile_metrics([spec]).points(Log(dict(log), NOW), NOW)]
    assert sorted(together) == sorted(alone)


def test_each_metric_explains_its_point_or_why_there_is_none() -> None:
    distribution = {"aggregation_type": "distribution", "path": "@ms"}
    metrics = compile_metrics(
        [
            metric("counted"),
            metric("unmatched", "@a:1"),
            metric("unmeasured", compute=distribution),
            metric("ungrouped", group_by=[{"path": "@op", "tag_name": "op"}]),
            metric("grouped_by_an_array", group_by=[{"path": "@list", "tag_name": "l"}]),
        ]
    )
    assert metrics.explain(Log({"list": [1]}, NOW), NOW) == [
        Reason("counted", Point("counted", "count", (), NOW, NOW, 1.0), ""),
        Reason("unmatched", None, "its filter does not match: @a:1"),
        Reason("unmeasured", None, "@ms is absent or no number"),
        Reason("ungrouped", None, "@op is absent (modelled: no point)"),
        Reason("grouped_by_an_array", None, "@list is an array (modelled: no point)"),
    ]


def test_a_late_log_explains_that_it_is_late() -> None:
    metrics = compile_metrics([metric("a")])
    assert metrics.explain(Log({}, NOW - 1_200_500), NOW) == [
        Reason("a", None, "the log is dated 1200.5 s before it was received, outside 0 to 1200")
    ]


def test_the_definitions_tell_kind_and_percentiles() -> None:
    compute = {"aggregation_type": "distribution", "path": "@ms", "include_percentiles": True}
    definition = compile_metrics([metric("a", compute=compute)]).definitions["a"]
    assert (definition.compute.aggregation_type, definition.compute.include_percentiles) == ("distribution", True)


@pytest.mark.parametrize("name", ["1a", "a-b", "", "a b", "é", "a" * 201])
def test_a_name_that_datadog_would_change_is_refused(name: str) -> None:
    state = f"is {name!r}" if name else "is missing"
    assert str(refusal(id=name)) == (
        f"log metric {name!r}: name {state}; allowed: letters, digits, underscores and periods, a letter first, "
        "at most 200 characters."
    )


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (
            {"compute": {"aggregation_type": "distribution"}},
            "compute.path is missing; allowed: the attribute that a distribution measures.",
        ),
        (
            {"compute": {"aggregation_type": "count", "path": "@a"}},
            "compute.path is '@a'; allowed: none for a count.",
        ),
        (
            {"compute": {"aggregation_type": "gauge"}},
            "compute.aggregation_type is 'gauge'; allowed: one of count, distribution.",
        ),
        ({"group_by": [{"tag_name": "a"}]}, "group_by[0].path is missing; allowed: text."),
    ],
)
def test_a_metric_that_datadog_would_refuse(options: dict[str, Any], words: str) -> None:
    assert str(refusal(**options)) == f"log metric 'a.b': {words}"


def test_two_metrics_of_one_name_are_refused() -> None:
    with pytest.raises(FiredrillError) as caught:
        compile_metrics([metric("a"), metric("a")])
    assert str(caught.value) == "log metric 'a': there are two metrics of this name; give each its own."


def test_an_unknown_option_is_refused_by_name() -> None:
    error = refusal(unit="ms")
    assert isinstance(error, Unsupported)
    assert error.feature == "option 'unit'"


def test_a_filter_that_cannot_be_read_is_reported_with_its_metric() -> None:
    assert str(refusal(filter={"query": "@a:("})).startswith("log metric 'a.b': ")


def test_every_mistake_of_every_metric_is_told_at_once() -> None:
    bad = metric("1", "(", compute={"aggregation_type": "count", "path": "@x"})
    with pytest.raises(Several) as caught:
        compile_metrics([bad, metric("a"), metric("a"), {**metric("b"), "extra": 1, "compute": {}}])
    assert [(part.rule, str(part).partition(";")[0].partition(" found")[0]) for part in caught.value.parts] == [
        (
            "name",
            "log metric '1': name is '1'",
        ),
        ("compute", "log metric '1': compute.path is '@x'"),
        ("filter", "log metric '1': Log search '(', line 1, column 2:"),
        ("", "log metric 'a': there are two metrics of this name"),
        ("", "log metric 'b': compute.aggregation_type is missing"),
        ("", "log metric 'b': option 'extra' is not supported by the emulator"),
    ]
