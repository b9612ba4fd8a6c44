from __future__ import annotations

import pytest

from components.monitors import windows
from components.monitors.queries import Change, Composite, Count, Percentile, Query, Ratio, number


@pytest.mark.parametrize(
    ("query", "text"),
    [
        (Count("m.n"), "sum(last_7m):sum:p.m.n{*}.as_count() > 3"),
        (
            Count("m.n", comparator="<", where="k:v", by=("a", "b")),
            "sum(last_7m):sum:p.m.n{k:v} by {a,b}.as_count() < 3",
        ),
        (Ratio("m.n", where="k:v"), "sum(last_7m):100 * sum:p.m.n{k:v}.as_count() / sum:p.m.n{*}.as_count() > 3"),
        (Percentile("m.n", "p95", by=("a",)), "percentile(last_7m):p95:p.m.n{*} by {a} > 3"),
        (Change("m.n"), "pct_change(avg(last_7m),1h_ago):sum:p.m.n{*}.as_count().rollup(sum, 60) > 3"),
        (
            Change("m.n", comparator="<", count=False),
            "pct_change(avg(last_7m),1h_ago):sum:p.m.n{*}.rollup(sum, 60) < 3",
        ),
    ],
)
def test_a_query_is_written_in_the_monitor_query_language(query: Query, text: str) -> None:
    assert not isinstance(query, Composite)
    assert query.text("p.", "last_7m", 3) == text


def test_a_composite_names_its_parts_in_order_and_takes_their_ids() -> None:
    query = Composite("{b-2} && !{a-1}")
    assert query.parts == ("b-2", "a-1")
    assert query.text({"a-1": "11", "b-2": "22"}) == "22 && !11"


@pytest.mark.parametrize(
    ("value", "text"), [(5.0, "5"), (0.5, "0.5"), (-60.0, "-60"), (1e-4, "0.0001"), (1e6, "1000000"), (0, "0")]
)
def test_thresholds_are_written_without_exponent_and_trailing_zeros(value: float, text: str) -> None:
    assert number(value) == text


@pytest.mark.parametrize("window", ["last_1m", "last_10080m", "last_168h", "last_1d", "last_1w"])
def test_datadog_takes_a_metric_window(window: str) -> None:
    assert windows.is_metric_window(window)


@pytest.mark.parametrize(
    "window", ["last_0m", "last_10081m", "last_169h", "last_2d", "last_2w", "5m", "last_5s", "last_5m "]
)
def test_datadog_refuses_a_metric_window(window: str) -> None:
    assert not windows.is_metric_window(window)


@pytest.mark.parametrize(
    ("window", "taken"), [("last_2880m", True), ("last_2881m", False), ("last_48h", True), ("last_1w", False)]
)
def test_a_change_query_looks_back_two_days_at_most(window: str, taken: bool) -> None:
    assert windows.is_change_window(window) is taken


@pytest.mark.parametrize(("window", "words"), [("last_1h", "1 hour"), ("last_15m", "15 minutes")])
def test_a_window_in_words(window: str, words: str) -> None:
    assert windows.in_words(window) == words
