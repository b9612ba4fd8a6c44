from __future__ import annotations

import numpy as np

from firedrill.vendors.datadog.queries import AnomalyQuery, Point, PointStore, compile_query
from firedrill.vendors.datadog.rules.windows import parse_window

CASSANDRA = (
    "avg(last_1h):anomalies(avg:system.cpu.system{name:cassandra}, 'basic', 3, direction='above', "
    "alert_window='last_5m', interval=20, count_default_zero='true') >= 1"
)


def test_the_documented_example_is_read() -> None:
    query = compile_query(CASSANDRA)

    assert isinstance(query, AnomalyQuery)
    assert (query.window_s, query.comparator, query.threshold) == (300, ">=", 1)
    assert query.metrics == ("system.cpu.system",)


def test_an_anomaly_query_says_that_its_band_is_a_model() -> None:
    assert compile_query(CASSANDRA).modelled == (
        "anomalies(): windows and fractions as documented; the band is a model: median and median absolute deviation",
    )


def test_a_query_without_models_says_so() -> None:
    assert compile_query("sum(last_5m):sum:m{*}.as_count() > 1").modelled == ()


def test_the_same_query_looks_over_the_recovery_window() -> None:
    points = [(second, 50.0 if second >= 3600 else 10.0) for second in range(0, 3900, 20)]
    store = PointStore(
        Point("system.cpu.system", "gauge", ("name:cassandra",), second * 1000, second * 1000, value)
        for second, value in points
    )
    query = compile_query(CASSANDRA)
    window = parse_window("last_10m")
    assert isinstance(query, AnomalyQuery)
    assert window

    trigger = query.evaluate(store, np.array([3900])).groups[()].values
    recovery = query.over(window).evaluate(store, np.array([3900])).groups[()].values

    assert (trigger.tolist(), recovery.tolist()) == ([1.0], [0.5])
