"""One case per rule or worked example of the vendor's documentation.

Given is a `query` and its `series`, points from `start`: either `values` in the compact notation, one every `every_s`
(10 by default) from `from_s`, or `points` [[second, value], …]; each point arrives `late_s` after its time. `evaluate`
holds seconds after `start` and an optional `delay_s`. Expected are each group's `values` in the compact notation ("" is
the ungrouped one), `full` as text of + and -, `buckets` as `explain` shows them of one evaluation; or the `type` and
text of an `error`.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from firedrill.vendors.datadog.queries import Point, PointStore, compile_query
from firedrill.vendors.datadog.queries.notation import parse_notation
from firedrill.vendors.errors import FiredrillError
from tests.cases import Case, each, load

CASES = load(Path(__file__).parent)
VALUES = [case for case in CASES if not case.refused]
ERRORS = [case for case in CASES if case.refused]


def store_of(case: Case, start_s: int) -> PointStore:
    store = PointStore()
    for series in case.given["series"]:
        store.declare(series["metric"], series["kind"], percentiles=series.get("percentiles", True))
        for second, value in _points(series):
            at_ms = (start_s + second) * 1000
            tags = tuple(sorted(series.get("tags", ())))
            store.add(
                Point(series["metric"], series["kind"], tags, at_ms, at_ms + series.get("late_s", 0) * 1000, value)
            )
    return store


def _points(series: dict[str, Any]) -> list[tuple[int, float]]:
    if "points" in series:
        return [(second, float(value)) for second, value in series["points"]]
    every, first = series.get("every_s", 10), series.get("from_s", 0)
    values = enumerate(parse_notation(series["values"]))
    return [(first + number * every, value) for number, value in values if value is not None]


def as_list(text: str) -> list[float]:
    return [np.nan if value is None else value for value in parse_notation(text)]


@each(VALUES)
def test_a_query_evaluates_as_documented(case: Case) -> None:
    start_s = int(datetime.fromisoformat(case.given["start"]).timestamp())
    store, query = store_of(case, start_s), compile_query(case.given["query"])
    times = np.array([start_s + second for second in case.given["evaluate"]["at"]])
    delay_s = case.given["evaluate"].get("delay_s", 0)

    evaluation = query.evaluate(store, times, delay_s=delay_s)

    assert {",".join(group) for group in evaluation.groups} == set(case.expected["values"])
    for group, values in evaluation.groups.items():
        np.testing.assert_allclose(
            values.values, as_list(case.expected["values"][",".join(group)]), rtol=1e-4, err_msg=group
        )
    for group, full in case.expected.get("full", {}).items():
        found = evaluation.groups[tuple(filter(None, group.split(",")))].full
        assert "".join("+" if one else "-" for one in found) == full
    if "buckets" in case.expected:
        shown = query.explain(store, int(times[0]), delay_s=delay_s)
        for sub_query, expected in zip(shown, case.expected["buckets"], strict=True):
            np.testing.assert_allclose([value for _, value in sub_query.buckets], as_list(expected), rtol=1e-3)


@each(VALUES)
def test_what_is_beyond_a_querys_reach_may_be_forgotten(case: Case) -> None:
    start_s = int(datetime.fromisoformat(case.given["start"]).timestamp())
    store, query = store_of(case, start_s), compile_query(case.given["query"])
    delay_s = case.given["evaluate"].get("delay_s", 0)

    for number, second in enumerate(case.given["evaluate"]["at"]):
        store.forget((start_s + second - delay_s - query.reach_s) * 1000)
        evaluation = query.evaluate(store, np.array([start_s + second]), delay_s=delay_s)
        for group, values in evaluation.groups.items():
            expected = as_list(case.expected["values"][",".join(group)])[number]
            np.testing.assert_allclose(values.values, [expected], rtol=1e-4, err_msg=",".join(group))


@each(ERRORS)
def test_a_bad_query_is_refused_in_the_users_words(case: Case) -> None:
    with pytest.raises(FiredrillError) as refusal:
        compile_query(case.given["query"])

    assert [type(refusal.value).__name__, str(refusal.value)] == [case.expected["type"], case.expected["error"]]


@each(CASES)
def test_a_case_says_why(case: Case) -> None:
    assert case.note


def test_there_are_cases() -> None:
    assert len(VALUES) > 40
    assert len(ERRORS) > 20
