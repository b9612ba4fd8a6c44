"""What SLOs count of metric points."""

from __future__ import annotations

import pytest

from firedrill.vendors.datadog.objectives import compile_sli
from firedrill.vendors.datadog.queries import Point, PointStore

BEGIN_S = 1_767_571_200


def counts(minutes: dict[int, tuple[int, int]]) -> PointStore:
    """By minute, how many are good and how many fail."""
    points = []
    for minute, numbers in minutes.items():
        for tag, number in zip(("status:2xx", "status:5xx"), numbers, strict=True):
            at_ms = (BEGIN_S + 60 * minute) * 1000
            points += [Point("m", "count", (tag,), at_ms, at_ms + 30_000, 1.0)] * number
    return PointStore(points)


METRIC = {"name": "a", "type": "metric", "thresholds": [{"timeframe": "7d", "target": 99.0}]}
RATIO = {"numerator": "sum:m{status:2xx}.as_count()", "denominator": "sum:m{*}.as_count()"}
COUNT = {
    "queries": [
        {"name": "bad", "data_source": "metrics", "query": "sum:m{status:5xx}.as_count()"},
        {"name": "all", "data_source": "metrics", "query": "sum:m{*}.as_count()"},
    ],
    "good_events_formula": {"formula": "all - bad"},
}


@pytest.mark.parametrize(
    "measured",
    [
        {"query": RATIO},
        {"sli_specification": {"count": {**COUNT, "total_events_formula": {"formula": "all"}}}},
        {"sli_specification": {"count": {**COUNT, "bad_events_formula": {"formula": "bad"}}}},
    ],
    ids=["a ratio", "good and all", "good and bad"],
)
def test_events_are_counted_minute_by_minute(measured: dict[str, object]) -> None:
    sli = compile_sli({**METRIC, **measured})
    slices = sli.slices(counts({0: (4, 1), 2: (3, 0), 3: (0, 2)}), BEGIN_S, BEGIN_S + 360)
    assert slices.total.tolist() == [5, 0, 3, 2]
    assert slices.good.tolist() == [4, 0, 3, 0]


def test_a_minute_is_read_when_it_has_settled() -> None:
    sli = compile_sli({**METRIC, "query": RATIO})
    assert sli.slices(counts({0: (1, 0), 1: (1, 0)}), BEGIN_S, BEGIN_S + 239).total.tolist() == [1]


def test_a_slice_is_good_while_its_percentile_compares_so_and_without_data() -> None:
    points = [
        Point("latency", "distribution", (), (BEGIN_S + second) * 1000, (BEGIN_S + second) * 1000, value)
        for second, value in ((10, 900.0), (20, 900.0), (610, 100.0))
    ]
    query = {"formulas": [{"formula": "l"}], "queries": [{"name": "l", "query": "p95:latency{*}"}]}
    timed = {"comparator": "<", "threshold": 500, "query_interval_seconds": 300, "query": query}
    sli = compile_sli({**METRIC, "type": "time_slice", "sli_specification": {"time_slice": timed}})
    slices = sli.slices(PointStore(points), BEGIN_S, BEGIN_S + 1020)
    assert slices.step_s == 300
    assert slices.good.tolist() == [0, 1, 1]
    assert slices.total.tolist() == [1, 1, 1]
