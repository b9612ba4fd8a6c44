"""The vectorised evaluation against a plain one, which looks at every point for every evaluation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firedrill.vendors.datadog.queries import Point, PointStore, compile_query
from firedrill.vendors.datadog.queries.store import Kind
from firedrill.vendors.errors import FiredrillError, Unsupported

START_S = 1_700_000_040
AGGREGATE: dict[str, Callable[[list[float]], float]] = {
    "sum": sum,
    "avg": lambda values: sum(values) / len(values),
    "min": min,
    "max": max,
    "count": len,
}

points = st.builds(
    lambda tag, second, late, value: (f"k:{tag}", second, late, float(value)),
    st.sampled_from("ab"),
    st.integers(0, 1200),
    st.integers(0, 400),
    st.integers(-9, 9),
)


def store_of(kind: Kind, drawn: list[tuple[str, int, int, float]]) -> PointStore:
    store = PointStore()
    store.declare("m", kind, percentiles=True)
    for tag, second, late, value in drawn:
        at_ms = (START_S + second) * 1000
        store.add(Point("m", kind, (tag,), at_ms, at_ms + late * 1000, value))
    return store


def visible(
    drawn: list[tuple[str, int, int, float]], time_s: int, delay_s: int, window_s: int
) -> dict[str, dict[int, list[tuple[int, float]]]]:
    """Series, slot, then (arrival, value) of what one evaluation sees."""
    seen: dict[str, dict[int, list[tuple[int, float]]]] = defaultdict(lambda: defaultdict(list))
    for tag, second, late, value in drawn:
        at_s = START_S + second
        slot_s = at_s // 10 * 10
        if at_s + late <= time_s and time_s - delay_s - window_s <= slot_s < time_s - delay_s:
            seen[tag][slot_s].append((at_s + late, value))
    return seen


def by_bucket(series: dict[int, float], bucket_s: int, aggregator: str) -> dict[int, float]:
    buckets: dict[int, list[float]] = defaultdict(list)
    for slot_s, value in series.items():
        buckets[slot_s // bucket_s].append(value)
    return {bucket: AGGREGATE[aggregator](values) for bucket, values in buckets.items()}


def plain(
    kind: Kind, drawn: list[tuple[str, int, int, float]], time_s: int, delay_s: int, time: str, space: str
) -> float:
    seen = visible(drawn, time_s, delay_s, 300)
    spread: dict[int, list[float]] = defaultdict(list)
    for slots in seen.values():
        series = {}
        for slot_s, parts in slots.items():
            ordered = [value for _, value in sorted(parts, key=lambda part: part[0])]
            series[slot_s] = sum(ordered) if kind == "count" else ordered[-1]
        for bucket, value in by_bucket(series, 60, "avg").items():
            spread[bucket].append(value)
    buckets = [AGGREGATE[space](values) for values in spread.values()]
    return AGGREGATE[time](buckets) if buckets else np.nan


times = st.lists(st.integers(0, 1800), min_size=1, max_size=6)
delays = st.sampled_from([0, 7, 60, 300])


@given(st.lists(points, max_size=40), times, delays, st.sampled_from(["avg", "sum", "min", "max"]), st.data())
def test_counts_evaluate_as_a_plain_walk_does(
    drawn: list[tuple[str, int, int, float]], seconds: list[int], delay_s: int, time: str, data: st.DataObject
) -> None:
    space = data.draw(st.sampled_from(["avg", "sum", "min", "max"]))
    at = [START_S + second for second in seconds]
    store = store_of("count", drawn)

    found = compile_query(f"{time}(last_5m):{space}:m{{*}} > 0").evaluate(store, np.array(at), delay_s=delay_s)

    expected = [plain("count", drawn, time_s, delay_s, time, space) for time_s in at]
    np.testing.assert_allclose(found.groups[()].values, expected)


@given(st.lists(points, max_size=40, unique_by=lambda point: (point[0], point[1] // 10)), times, delays)
def test_gauges_evaluate_as_a_plain_walk_does(
    drawn: list[tuple[str, int, int, float]], seconds: list[int], delay_s: int
) -> None:
    at = [START_S + second for second in seconds]
    query = compile_query("max(last_5m):sum:m{*}.fill(null) > 0")

    found = query.evaluate(store_of("gauge", drawn), np.array(at), delay_s=delay_s)

    expected = [plain("gauge", drawn, time_s, delay_s, "max", "sum") for time_s in at]
    np.testing.assert_allclose(found.groups[()].values, expected)


@given(st.lists(points, max_size=40), times, delays)
def test_sums_of_counts_evaluate_as_a_plain_walk_does(
    drawn: list[tuple[str, int, int, float]], seconds: list[int], delay_s: int
) -> None:
    at = [START_S + second for second in seconds]
    query = compile_query("sum(last_5m):sum:m{*} by {k}.as_count() > 0")

    found = query.evaluate(store_of("count", drawn), np.array(at), delay_s=delay_s)

    for group, values in found.groups.items():
        seen = [visible(drawn, time_s, delay_s, 300).get(group[0], {}) for time_s in at]
        sums = [sum(value for parts in slots.values() for _, value in parts) if slots else np.nan for slots in seen]
        np.testing.assert_allclose(values.values, sums)


@given(st.lists(points, max_size=40), times, delays, st.sampled_from([50, 95, 99.9]))
def test_percentiles_evaluate_as_a_plain_walk_does(
    drawn: list[tuple[str, int, int, float]], seconds: list[int], delay_s: int, percent: float
) -> None:
    at = [START_S + second for second in seconds]
    query = compile_query(f"percentile(last_5m):p{percent}:m{{*}} > 0")

    found = query.evaluate(store_of("distribution", drawn), np.array(at), delay_s=delay_s)

    expected = []
    for time_s in at:
        slots = visible(drawn, time_s, delay_s, 300).values()
        raw = sorted(value for series in slots for parts in series.values() for _, value in parts)
        expected.append(raw[int(percent / 100 * (len(raw) - 1))] if raw else np.nan)
    np.testing.assert_allclose(found.groups[()].values, expected)


@given(st.lists(points, max_size=40), times, delays, st.sampled_from(["avg", "sum", "min", "max", "count"]))
def test_distributions_evaluate_as_a_plain_walk_does(
    drawn: list[tuple[str, int, int, float]], seconds: list[int], delay_s: int, space: str
) -> None:
    at = [START_S + second for second in seconds]
    query = compile_query(f"max(last_5m):{space}:m{{*}} > 0")

    found = query.evaluate(store_of("distribution", drawn), np.array(at), delay_s=delay_s)

    expected = []
    for time_s in at:
        buckets: dict[int, list[float]] = defaultdict(list)
        for series in visible(drawn, time_s, delay_s, 300).values():
            for slot_s, parts in series.items():
                buckets[slot_s // 60] += [value for _, value in parts]
        expected.append(max((AGGREGATE[space](values) for values in buckets.values()), default=np.nan))
    np.testing.assert_allclose(found.groups[()].values, expected, atol=1e-12)


@given(st.lists(points, max_size=30), st.integers(0, 1800))
def test_one_evaluation_does_not_depend_on_the_others(drawn: list[tuple[str, int, int, float]], second: int) -> None:
    store = store_of("count", drawn)
    query = compile_query("change(avg(last_5m),5m_ago):default_zero(sum:m{*} by {k}) > 0")
    many = np.array([START_S, START_S + second, START_S + 1800])

    together = query.evaluate(store, many)
    alone = query.evaluate(store, many[1:2])

    for group, values in alone.groups.items():
        np.testing.assert_array_equal(together.groups[group].values[1:2], values.values)


def test_many_evaluations_are_worked_off_in_parts_without_a_seam() -> None:
    store = store_of("count", [("k:a", second, 0, 1.0) for second in range(0, 600, 10)])
    query = compile_query("sum(last_1w):sum:m{*}.as_count() > 0")
    at = START_S + np.arange(0, 600, 10)

    group = query.evaluate(store, at).groups[()]

    np.testing.assert_array_equal(group.values[1:], np.arange(1, 60))
    assert not group.full.any()


def test_a_group_says_since_when_it_exists() -> None:
    store = store_of("count", [("k:a", 0, 90, 1.0), ("k:b", 60, 240, 1.0)])
    times_s = np.array([START_S + 60])

    groups = compile_query("sum(last_5m):sum:m{*} by {k}.as_count() > 0").evaluate(store, times_s).groups
    unknown = compile_query("sum(last_5m):sum:nothing{*}.as_count() > 0").evaluate(store, times_s).groups

    assert {group: values.since_s - START_S for group, values in groups.items()} == {("k:a",): 90, ("k:b",): 300}
    assert unknown[()].since_s == np.inf


def test_no_evaluation_times_give_no_values() -> None:
    store = store_of("count", [("k:a", 0, 0, 1.0)])

    group = compile_query("avg(last_5m):avg:m{*} > 3").evaluate(store, np.array([], dtype=np.int64)).groups[()]

    assert (len(group.values), len(group.full)) == (0, 0)


@pytest.mark.parametrize(
    ("kind", "query", "message"),
    [
        (
            "count",
            "avg(last_5m):p95:m{*} > 1",
            "Query 'p95:m{*}': 'm' is a count, and p95 exists for distributions only; "
            "use avg, sum, min or max, or record a distribution.",
        ),
        (
            "distribution",
            "avg(last_5m):p95:m{*} > 1",
            "Query 'p95:m{*}': 'm' is declared without percentiles; set include_percentiles to true on the metric.",
        ),
        (
            "distribution",
            "avg(last_5m):count:m{*}.as_rate() > 1",
            "Query 'count:m{*}.as_rate()': as_rate() on a distribution is not supported by the emulator; "
            "see docs/support.md for what is.",
        ),
    ],
)
def test_an_aggregator_that_the_type_lacks_is_refused(kind: Kind, query: str, message: str) -> None:
    store = PointStore()
    store.declare("m", kind)

    with pytest.raises(FiredrillError) as refusal:
        compile_query(query).evaluate(store, np.array([START_S]))

    assert str(refusal.value) == message


def test_an_interval_of_rollup_that_fills_the_memory_is_refused() -> None:
    with pytest.raises(Unsupported, match=r"rollup\(\) over more than 366 days"):
        compile_query("avg(last_5m):avg:m{*}.rollup(avg, 99999999999) > 1")


def test_a_long_interval_of_rollup_is_worked_off_in_small_parts() -> None:
    query = compile_query("avg(last_5m):avg:m{*}.rollup(avg, 31622400) > 1")
    assert {len(part) for part in query._parts(np.arange(5))} == {1}
