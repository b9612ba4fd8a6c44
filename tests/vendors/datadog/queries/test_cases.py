"""One file per rule or worked example of the vendor's documentation, each naming its page.

`series` are points from `start`: either `values` in the compact notation, one every `every_s` (10 by default) from
`from_s`, or `points` [[second, value], …]; each point arrives `late_s` after its time. `evaluate` holds seconds after
`start` and an optional `delay_s`. `expect` gives a group's values in the compact notation ("" is the ungrouped one),
`full` the same as text of + and -, `buckets` what `explain` shows of one evaluation.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from firedrill.vendors.datadog.queries import Point, PointStore, compile_query
from firedrill.vendors.datadog.queries.notation import parse_notation
from firedrill.vendors.errors import FiredrillError

CASES = sorted(Path(__file__).parent.glob("cases/*/*.json"))
VALUES = [path for path in CASES if path.parent.name != "errors"]
ERRORS = [path for path in CASES if path.parent.name == "errors"]


def name(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def load(case: dict[str, Any], start_s: int) -> PointStore:
    store = PointStore()
    for series in case["series"]:
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


@pytest.mark.parametrize("path", VALUES, ids=name)
def test_a_query_evaluates_as_documented(path: Path) -> None:
    case = json.loads(path.read_text())
    start_s = int(datetime.fromisoformat(case["start"]).timestamp())
    store, query = load(case, start_s), compile_query(case["query"])
    times = np.array([start_s + second for second in case["evaluate"]["at"]])
    delay_s = case["evaluate"].get("delay_s", 0)

    evaluation = query.evaluate(store, times, delay_s=delay_s)

    assert {",".join(group) for group in evaluation.groups} == set(case["expect"])
    for group, values in evaluation.groups.items():
        np.testing.assert_allclose(values.values, as_list(case["expect"][",".join(group)]), rtol=1e-4, err_msg=group)
    for group, full in case.get("full", {}).items():
        found = evaluation.groups[tuple(filter(None, group.split(",")))].full
        assert "".join("+" if one else "-" for one in found) == full
    if "buckets" in case:
        shown = query.explain(store, int(times[0]), delay_s=delay_s)
        for sub_query, expected in zip(shown, case["buckets"], strict=True):
            np.testing.assert_allclose([value for _, value in sub_query.buckets], as_list(expected), rtol=1e-3)


@pytest.mark.parametrize("path", VALUES, ids=name)
def test_what_is_beyond_a_querys_reach_may_be_forgotten(path: Path) -> None:
    case = json.loads(path.read_text())
    start_s = int(datetime.fromisoformat(case["start"]).timestamp())
    store, query = load(case, start_s), compile_query(case["query"])
    delay_s = case["evaluate"].get("delay_s", 0)

    for number, second in enumerate(case["evaluate"]["at"]):
        store.forget((start_s + second - delay_s - query.reach_s) * 1000)
        evaluation = query.evaluate(store, np.array([start_s + second]), delay_s=delay_s)
        for group, values in evaluation.groups.items():
            expected = as_list(case["expect"][",".join(group)])[number]
            np.testing.assert_allclose(values.values, [expected], rtol=1e-4, err_msg=",".join(group))


@pytest.mark.parametrize("path", ERRORS, ids=name)
def test_a_bad_query_is_refused_in_the_users_words(path: Path) -> None:
    case = json.loads(path.read_text())

    with pytest.raises(FiredrillError) as refusal:
        compile_query(case["query"])

    assert [type(refusal.value).__name__, str(refusal.value)] == [case["type"], case["message"]]


@pytest.mark.parametrize("path", CASES, ids=name)
def test_a_case_names_its_source_and_reason(path: Path) -> None:
    case = json.loads(path.read_text())

    assert case["page"].startswith("docs.datadoghq.com/")
    assert case["why"].endswith(".")


def test_there_are_cases() -> None:
    assert len(VALUES) > 40
    assert len(ERRORS) > 20
