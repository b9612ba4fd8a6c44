from __future__ import annotations

import pytest

from firedrill.components.monitors.queries import (
    Anomaly,
    Change,
    Composite,
    Count,
    Excess,
    Forecast,
    MetricQuery,
    Percentile,
    Ratio,
    Share,
    Shift,
    Total,
    metrics_of,
    number,
)
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
        (
            Change("m.n", count=False, of="max", where="k:v"),
            "pct_change(avg(last_7m),1h_ago):max:p.m.n{k:v}.rollup(max, 60) > 3",
        ),
        (
            Excess("m.n", of="m.o", each=4, where="k:v"),
            "sum(last_7m):sum:p.m.n{k:v}.as_count() - 4 * sum:p.m.o{*}.as_count() > 3",
        ),
        (
            Excess("m.n", of="m.o", each=4, of_where="k:v"),
            "sum(last_7m):sum:p.m.n{*}.as_count() - 4 * sum:p.m.o{k:v}.as_count() > 3",
        ),
        (
            Excess("m.n", of="m.o", each=4, but="m.q", but_where="k:v"),
            "sum(last_7m):sum:p.m.n{*}.as_count() - 4 * (sum:p.m.o{*}.as_count() - sum:p.m.q{k:v}.as_count()) > 3",
        ),
        (
            Share("m.n", by=("a",), beside=4),
            "sum(last_7m):100 * sum:p.m.n{*} by {a}.as_count() / (sum:p.m.n{*}.as_count() + 4) > 3",
        ),
        (
            Shift("m.n", by=("a",), beside=4),
            "change(avg(last_7m),1h_ago):100 * sum:p.m.n{*} by {a}.as_count().rollup(sum, 60) / "
            "(sum:p.m.n{*}.as_count().rollup(sum, 60) + 4) > 3",
        ),
        (
            Forecast("m.n", ahead="next_5d", every="9m"),
            "max(next_5d):forecast(max:p.m.n{*}, 'linear', 1, interval='9m', history='7m') > 3",
        ),
        (Total("m.n"), "sum(last_7m):sum:p.m.n{*} > 3"),
        (Total("m.n", of="max", where="k:v", by=("a",)), "max(last_7m):max:p.m.n{k:v} by {a} > 3"),
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
        (
            Excess("m", of="n", each=4, where="k:v"),
            "sum(last_7m):sum:p.m{class:a AND k:v}.as_count() - 4 * sum:p.n{class:a}.as_count() > 3",
        ),
        (
            Excess("m", of="n", each=4, but="o", but_where="k:v"),
            "sum(last_7m):sum:p.m{class:a}.as_count() - "
            "4 * (sum:p.n{class:a}.as_count() - sum:p.o{class:a AND k:v}.as_count()) > 3",
        ),
        (
            Share("m", by=("b",), beside=4),
            "sum(last_7m):100 * sum:p.m{class:a} by {b}.as_count() / (sum:p.m{class:a}.as_count() + 4) > 3",
        ),
        (
            Shift("m", by=("b",), beside=4),
            "change(avg(last_7m),1h_ago):100 * sum:p.m{class:a} by {b}.as_count().rollup(sum, 60) / "
            "(sum:p.m{class:a}.as_count().rollup(sum, 60) + 4) > 3",
        ),
        (
            Forecast("m", by=("b",)),
            "max(next_1d):forecast(max:p.m{class:a} by {b}, 'linear', 1, interval='5m', history='7m') > 3",
        ),
        (Total("m", of="max"), "max(last_7m):max:p.m{class:a} > 3"),
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


def test_an_anomaly_is_a_share_of_the_minutes_of_its_window() -> None:
    text = Anomaly("m", beside=9, deviations=2, by=("b",)).text("p.", "last_17m", 0.3, "class:a")
    series = "sum:p.m{class:a} by {b}.as_count().rollup(sum, 60)"
    how = "'basic', 2, direction='both', alert_window='last_17m', interval=60, count_default_zero='true'"
    assert text == f"avg(last_1h):anomalies({series} + 9, {how}) >= 0.3"
    assert compile_query(text).metrics == ("p.m",)
