"""Metrics that a program submits, and what a store makes of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from firedrill.vendors.datadog.queries import PointStore, compile_query
from firedrill.vendors.datadog.series import Submitted
from firedrill.vendors.errors import FiredrillError

NOW_S = 1_767_571_200
NOW_MS = NOW_S * 1000


def body(*points: tuple[int, float], **more: Any) -> dict[str, Any]:
    series = {
        "metric": "a.b",
        "type": 1,
        "interval": 60,
        "tags": ["Class:Room", "env:dev"],
        "points": [{"timestamp": NOW_S + at, "value": value} for at, value in points],
        **more,
    }
    return {"series": [series]}


def total(store: PointStore, at_s: int = NOW_S + 60) -> float:
    groups = compile_query("sum(last_10m):sum:a.b{class:room}.as_count() > 0").evaluate(store, np.array([at_s])).groups
    return float(groups[()].values[0])


def test_tags_are_kept_as_datadog_keeps_them() -> None:
    (point,) = Submitted().receive(body((0, 7)), NOW_MS)
    assert (point.tags, point.kind, point.timestamp_ms, point.arrived_ms, point.value) == (
        ("class:room", "env:dev"),
        "count",
        NOW_MS,
        NOW_MS,
        7,
    )


def test_a_count_that_is_submitted_again_counts_once_and_a_later_one_in_its_place() -> None:
    submitted, store = Submitted(), PointStore()
    for value in (7, 7, 9, 8):
        store.add_all(submitted.receive(body((0, value)), NOW_MS))
    assert total(store) == 8


def test_of_several_values_of_a_gauge_the_last_one_counts() -> None:
    submitted = Submitted()
    points = [each for value in (7, 9) for each in submitted.receive(body((0, value), type=3), NOW_MS)]
    assert [(each.kind, each.value) for each in points] == [("gauge", 7), ("gauge", 9)]


def test_a_copy_goes_on_by_itself() -> None:
    submitted = Submitted()
    submitted.receive(body((0, 7)), NOW_MS)
    copied = submitted.copy()
    copied.receive(body((0, 9)), NOW_MS)
    (point,) = submitted.receive(body((0, 8)), NOW_MS)
    assert point.value == 1


@pytest.mark.parametrize(("at", "kept"), [(-3_600, 1), (-3_601, 0), (600, 1), (601, 0)])
def test_what_is_too_old_or_too_far_ahead_is_lost(at: int, kept: int) -> None:
    assert len(Submitted().receive(body((at, 1)), NOW_MS)) == kept


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "a list of series"),
        (body((0, 1), metric="1a"), "beginning with a letter"),
        (body((0, 1), metric="a" * 201), "beginning with a letter"),
        (body((0, 1), type=7), "type 7"),
        (body((0, 1), interval=None), "needs an interval"),
    ],
)
def test_what_is_no_series_is_refused(given: dict[str, Any], said: str) -> None:
    with pytest.raises(FiredrillError, match=said):
        Submitted().receive(given, NOW_MS)
