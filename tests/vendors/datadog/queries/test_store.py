from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.queries import CheckRun, CheckStatus, Point, PointStore, Repeated
from firedrill.vendors.datadog.queries.store import Kind, Series
from firedrill.vendors.errors import FiredrillError


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


def test_a_copy_grows_by_itself() -> None:
    store = PointStore([point(5, 1.0)])
    store.add_log(Log({}, 5000), "main", 5000)
    copied = store.copy()

    copied.add_all([point(5, 2.0), point(15, 3.0, tags=("k:v",))])
    copied.add_check(CheckRun("up", CheckStatus.OK, ("host:a",), 5000, 5000))
    copied.declare("n", "gauge")

    assert store.series("m")[()].value.tolist() == [1.0]
    assert copied.series("m")[()].value.tolist() == [3.0]
    assert (len(copied.logs), len(store.checks), store.metrics()) == (1, 0, ("m",))


def test_a_copy_counts_on_where_the_original_ended() -> None:
    whole = PointStore([point(second, 1.0) for second in range(40)])
    part = PointStore([point(second, 1.0) for second in range(25)]).copy()
    part.add_all(point(second, 1.0) for second in range(25, 40))

    for one, other in zip(whole.series("m")[()], part.series("m")[()], strict=True):
        np.testing.assert_array_equal(one, other)


def test_points_before_one_of_another_type_are_kept() -> None:
    store = PointStore()

    with pytest.raises(FiredrillError, match="'m' is a count and cannot take gauge points"):
        store.add_all([point(5, 1.0), point(5, 1.0)._replace(kind="gauge")])

    assert store.series("m")[()].value.tolist() == [1.0]


def test_what_is_forgotten_is_gone_but_for_the_first_that_arrived() -> None:
    store = PointStore([point(5, 1.0), point(15, 2.0), point(25, 3.0)])
    store.series("m")
    store.forget(20_000)

    assert store.series("m")[()].value.tolist() == [1.0, 3.0]


def test_a_store_takes_points_after_it_has_forgotten_some() -> None:
    store = PointStore([point(5, 1.0)])
    store.forget(60_000)
    store.add(point(65, 2.0))

    assert store.series("m")[()].value.tolist() == [1.0, 2.0]


TIMES = st.lists(st.tuples(st.integers(0, 60_000), st.sampled_from([70_000, 80_000])), min_size=1, max_size=9)


@given(st.lists(st.tuples(TIMES, st.integers(1, 3)), max_size=4), st.sampled_from(["count", "distribution"]))
def test_a_value_at_many_times_is_as_many_points(repeated: list[tuple[list[tuple[int, int]], int]], kind: Kind) -> None:
    one_by_one, at_once = PointStore(), PointStore()
    for times, value in repeated:
        points = [Point("m", kind, ("a:b",), dated, arrived, value) for dated, arrived in sorted(times)]
        one_by_one.add_all(points)
        dated_ms, arrived_ms = (np.array([each[place] for each in times]) for place in (0, 1))
        at_once.add_repeated([Repeated("m", kind, ("a:b",), value, dated_ms, arrived_ms)])
    one, other = one_by_one.series("m"), at_once.series("m")
    assert [*map(_sums, one.values())] == [*map(_sums, other.values())]
    if kind == "distribution":
        assert [sorted(each.value) for each in one.values()] == [sorted(each.value) for each in other.values()]


def _sums(series: Series) -> dict[tuple[int, int], float]:
    """What the values of each slot and arrival add up to."""
    sums: dict[tuple[int, int], float] = {}
    for slot, arrived_ms, value in zip(*series, strict=True):
        sums[slot, arrived_ms] = sums.get((slot, arrived_ms), 0) + value
    return sums


def test_a_copy_that_was_taken_before_is_not_changed_by_what_is_forgotten() -> None:
    store = PointStore([Point("m", "count", (), 1_000, 2_000, 1), Point("m", "count", (), 50_000, 50_000, 1)])
    copied = store.copy()
    store.forget(100_000)
    assert [len(each.series("m")[()].slot) for each in (store, copied)] == [1, 2]


def test_a_store_is_what_it_began_with_and_what_it_has_beyond_that() -> None:
    base = PointStore([Point("m", "count", ("a:b",), 1_000, 2_000, 1), Point("n", "count", (), 1_000, 2_000, 1)])
    grown = base.copy()
    grown.add_all([Point("m", "count", ("a:b",), 50_000, 60_000, 2), Point("o", "gauge", (), 50_000, 60_000, 3)])
    grown.add_log(Log({}, 5_000), "main", 6_000)
    beyond = grown.beyond(base)
    again = base.with_more(beyond)
    assert (beyond.series("n"), [*beyond.series("m")], len(beyond.logs)) == ({}, [("a:b",)], 1)
    assert again.metrics() == grown.metrics() == ("m", "n", "o")
    assert [again.series("m")[("a:b",)].value.tolist(), len(again.logs)] == [[1, 2], 1]
    assert len(base.series("m")[("a:b",)].value) == 1


POINTS = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 3), st.sampled_from(["a:b", "c:d"])), max_size=9)


@given(POINTS, POINTS, POINTS)
def test_a_store_put_together_again_holds_and_grows_as_the_one_that_was_taken_apart(
    first: list[tuple[int, int, str]], then: list[tuple[int, int, str]], last: list[tuple[int, int, str]]
) -> None:
    first_points, then_points, last_points = (
        [point(second, float(value), tags=(tag,)) for second, value, tag in some] for some in (first, then, last)
    )
    base = PointStore(first_points)
    grown = base.copy()
    grown.add_all(then_points)
    again = base.with_more(grown.beyond(base))
    later = again.copy()
    later.add_all(last_points)
    for store, points in ((base, first_points), (again, first_points + then_points)):
        assert _shown(store) == _shown(PointStore(points))
    assert _shown(later) == _shown(PointStore(first_points + then_points + last_points))


def _shown(store: PointStore) -> dict[tuple[str, ...], dict[tuple[int, int], float]]:
    return {tags: _sums(series) for tags, series in store.series("m").items()}
