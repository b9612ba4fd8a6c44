from __future__ import annotations

import numpy as np
import pytest

from firedrill.datadog.metrics import Point, PointStore
from firedrill.errors import FiredrillError


def point(second: int, value: float, *, late_s: int = 0, tags: tuple[str, ...] = ()) -> Point:
    return Point("m", "count", tags, second * 1000, (second + late_s) * 1000, value)


def test_counts_of_one_slot_and_arrival_are_kept_as_one() -> None:
    store = PointStore(point(second, 1.0, late_s=9 - second) for second in range(10))

    series = store.series("m")[()]

    assert (series.slot.tolist(), series.arrived_ms.tolist(), series.value.tolist()) == ([0], [9000], [10.0])


def test_series_are_ordered_by_slot_and_then_by_arrival() -> None:
    store = PointStore([point(25, 3.0), point(5, 2.0, late_s=50), point(5, 1.0)])

    assert store.series("m")[()].value.tolist() == [1.0, 2.0, 3.0]


def test_a_point_added_after_a_look_is_seen_at_the_next() -> None:
    store = PointStore([point(5, 1.0)])
    store.series("m")
    store.add(point(15, 2.0))

    np.testing.assert_array_equal(store.series("m")[()].value, [1.0, 2.0])


def test_an_unknown_metric_has_no_series_and_no_kind() -> None:
    store = PointStore()

    assert (store.series("m"), store.kind("m"), store.percentiles("m")) == ({}, None, False)


def test_a_declared_metric_exists_without_points() -> None:
    store = PointStore()
    store.declare("m", "distribution", percentiles=True)

    assert (store.kind("m"), store.percentiles("m"), store.metrics()) == ("distribution", True, ("m",))


def test_a_metric_cannot_have_two_types() -> None:
    store = PointStore([point(5, 1.0)])

    with pytest.raises(FiredrillError) as refusal:
        store.declare("m", "distribution")

    assert str(refusal.value) == (
        "Metric 'm' is a count and cannot take distribution points: "
        "a metric has one type; give one of the two another name."
    )
