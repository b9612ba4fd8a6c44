from __future__ import annotations

import pytest

from components.monitors import windows
from components.monitors.queries import Change, Composite, Count, MetricQuery, Percentile, Ratio, metrics_of, number
from firedrill.vendors.datadog.queries import compile_query


@pytest.mark.parametrize(
    ("query", "text"),
    [
        (Count("m.n"), "sum(last_7m):sum:p.m.n{*}.as_count() > 3"),
        (
            Count("m.n", comparator="<", where="k:v", by=("a", "b")),
            "sum(last_7m):sum:p.m.n{k:v} by {a,b}.as_count() < 3",
        ),
        (Ratio("m.n", where="k:v"), "sum(last_7m):100 * sum:p.m.n{k:v}.as_count() / sum:p.m.n{*}.as_count() > 3"),
        (Ratio("m.n", of="m.o"), "sum(last_7m):100 * sum:p.m.n{*}.as_count() / sum:p.m.o{*}.as_count() > 3"),
        (Percentile("m.n", "p95", by=("a",)), "percentile(last_7m):p95:p.m.n{*} by {a} > 3"),
        (Change("m.n"), "pct_change(avg(last_7m),1h_ago):sum:p.m.n{*}.as_count().rollup(sum, 60) > 3"),
        (
            Change("m.n", comparator="<", count=False),
            "pct_change(avg(last_7m),1h_ago):sum:p.m.n{*}.rollup(sum, 60) < 3",
        ),
    ],
)
def test_a_query_is_written_in_the_monitor_query_language(query: MetricQuery, text: str) -> None:
    assert query.text("p.", "last_7m", 3) == text


@pytest.mark.parametrize(
    ("query", "text"),
    [
        (Count("m"), "sum(last_7m):sum:p.m{class:a}.as_count() > 3"),
        (Count("m", where="k IN (v,w)"), "sum(last_7m):sum:p.m{class:a AND k IN (v,w)}.as_count() > 3"),
        (
            Ratio("m", where="k:v"),
            "sum(last_7m):100 * sum:p.m{class:a AND k:v}.as_count() / sum:p.m{class:a}.as_count() > 3",
        ),
        (Ratio("m", of="n"), "sum(last_7m):100 * sum:p.m{class:a}.as_count() / sum:p.n{class:a}.as_count() > 3"),
        (Percentile("m", "p95", by=("b",)), "percentile(last_7m):p95:p.m{class:a} by {b} > 3"),
        (Change("m"), "pct_change(avg(last_7m),1h_ago):sum:p.m{class:a}.as_count().rollup(sum, 60) > 3"),
    ],
)
def test_a_scope_narrows_every_series_of_a_query(query: MetricQuery, text: str) -> None:
    assert query.text("p.", "last_7m", 3, "class:a") == text
    assert compile_query(text).metrics == tuple(f"p.{metric}" for metric in metrics_of(query))


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
