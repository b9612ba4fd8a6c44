"""Monitors of a running stack: minute by minute with a store that forgets, and yet as in one run over everything."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from random import Random
from typing import Any

import numpy as np
import pytest

from firedrill.declared.declaration import declared_in
from firedrill.live.evaluation import Evaluation
from firedrill.live.events import Event, StateChanged
from firedrill.organisation import Organisation, compile_organisation
from firedrill.resources import LOGS_METRIC, MONITOR, SERVICE_LEVEL_OBJECTIVE, Resource
from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.monitors import run
from firedrill.vendors.datadog.queries import Point, PointStore

HOUR_MS, MINUTE_MS = 3_600_000, 60_000
START_MS = 1_767_571_200_000
HOURS = 8
QUERIES = {
    "11": "sum(last_5m):sum:errors{*} by {operation}.as_count() > 9",
    "12": "percentile(last_10m):p95:latency{*} > 95",
    "13": "pct_change(avg(last_10m),1h_ago):sum:errors{*}.as_count().rollup(sum, 60) > 100",
    "14": "11 && 13",
}


def metric(name: str, compute: dict[str, Any]) -> Resource:
    return Resource(LOGS_METRIC, name, name, name, {"name": name, "compute": compute})


def monitor(id_: str, query: str) -> Resource:
    inputs = {
        "name": f"The {id_}",
        "type": "composite" if "&&" in query else "query alert",
        "query": query,
        "message": "{{value}} @on-call" if "&&" not in query else "both @on-call",
        "requireFullWindow": False,
        "newGroupDelay": 0,
        "renotifyInterval": 30,
        "renotifyStatuses": ["alert"],
        "tags": ["service:chat"],
    }
    return Resource(MONITOR, f"m{id_}", f"m{id_}", id_, inputs)


@pytest.fixture
def organisation() -> Organisation:
    resources = [
        metric("errors", {"aggregationType": "count"}),
        metric("latency", {"aggregationType": "distribution", "path": "@ms", "includePercentiles": True}),
        *(monitor(id_, query) for id_, query in QUERIES.items()),
    ]
    return compile_organisation(declared_in(resources))


def minutes_of_points() -> list[list[Point]]:
    """What arrives in each minute: errors in waves, of one operation only late, and latencies."""
    random = Random(7)  # noqa: S311 - repeatable, not secret
    found = []
    for minute in range(HOURS * 60):
        at_ms = START_MS + minute * MINUTE_MS
        operations = ["add"] if minute < HOURS * 30 else ["add", "clear"]
        arrived_ms = at_ms + 40_000
        points = [
            Point("errors", "count", (f"operation:{operation}",), at_ms, arrived_ms, float(random.randint(0, 3)))
            for operation in operations
            if (minute // 25) % 3
        ]
        points += [Point("latency", "distribution", (), at_ms, arrived_ms, random.random() * 100) for _ in range(3)]
        found.append(points)
    return found


def sizes(store: PointStore) -> int:
    return sum(len(series.slot) for name in store.metrics() for series in store.series(name).values())


def changes(events: Sequence[Event]) -> list[tuple[int, str, str, str]]:
    return sorted((e.time_ms, e.monitor, e.group, e.state) for e in events if isinstance(e, StateChanged))


def test_hours_of_evaluations_come_to_what_one_run_over_everything_comes_to(organisation: Organisation) -> None:
    live, whole = PointStore(), PointStore()
    evaluation = Evaluation(organisation, live, START_MS)
    events: list[Event] = []
    largest = 0
    for number, points in enumerate(minutes_of_points(), start=1):
        live.add_all(points)
        whole.add_all(points)
        events += evaluation.advance(START_MS + number * MINUTE_MS)
        largest = max(largest, sizes(live))

    times_s = np.arange(START_MS + MINUTE_MS, START_MS + HOURS * HOUR_MS + 1, MINUTE_MS) // 1000
    ran = run(organisation.monitors, whole, times_s)
    expected = [
        (change.time_s * 1000, f"m{monitor_id}", ",".join(change.group), change.to_state.label)
        for monitor_id, timelines in ran.timelines.items()
        for timeline in timelines.values()
        for change in timeline.transitions(times_s)
        if change.to_state.label != "(no group)"
    ]
    assert changes(events) == sorted(expected)
    assert len(expected) > 20
    assert [e.title for e in events if e.kind == "sent"] == [sent.title for sent in ran.notifications]
    assert largest < sizes(whole) / 2


def test_a_log_monitor_goes_on_in_a_store_that_forgets_logs() -> None:
    query = 'logs("status:error").index("main").rollup("count").last("5m") > 3'
    inputs = {**monitor("11", query).inputs, "type": "log alert"}
    organisation = compile_organisation(declared_in([Resource(MONITOR, "m11", "m11", "11", inputs)]))
    store, events = PointStore(), list[Event]()
    evaluation = Evaluation(organisation, store, START_MS)
    for minute in range(1, 241):
        now_ms = START_MS + minute * MINUTE_MS
        for _ in range(3 if minute % 60 < 10 else 0):
            store.add_log(Log({}, now_ms - 30_000, status="error"), "main", now_ms - 1)
        events += evaluation.advance(now_ms)

    alerts = [
        (each.time_ms - START_MS) // MINUTE_MS for each in events if each.kind == "state" and each.state == "Alert"
    ]
    assert alerts == [2, 61, 121, 181]
    assert len(store.logs) <= 60
    assert evaluation.monitors[0].threshold == "> 3"


def test_minutes_that_were_missed_are_evaluated_all_the_same(organisation: Organisation) -> None:
    points = list(chain.from_iterable(minutes_of_points()))
    slow, fast = (Evaluation(organisation, PointStore(points), START_MS) for _ in range(2))
    late = slow.advance(START_MS + 3 * HOUR_MS)
    prompt = [e for minute in range(1, 181) for e in fast.advance(START_MS + minute * MINUTE_MS)]

    assert late == prompt
    assert slow.advance(START_MS + 3 * HOUR_MS + 59_999) == []
    assert slow.next_ms == START_MS + 3 * HOUR_MS + MINUTE_MS


BURNS = {
    "15": 'burn_rate("5e1f").over("30d").long_window("1h").short_window("5m") > 8',
    "17": 'error_budget("5e1f").over("7d") > 50',
    "18": 'burn_rate("51ce").over("7d").long_window("6h").short_window("30m") > 5',
}


def with_objectives() -> Organisation:
    def burn(id_: str, query: str) -> Resource:
        return Resource(MONITOR, f"m{id_}", f"m{id_}", id_, {**monitor(id_, query).inputs, "type": "slo alert"})

    thresholds = [{"timeframe": "7d", "target": 90}, {"timeframe": "30d", "target": 95}]
    counted = {
        "name": "availability",
        "type": "metric",
        "query": {"numerator": "sum:errors{operation:add}.as_count()", "denominator": "sum:errors{*}.as_count()"},
        "thresholds": thresholds,
    }
    sliced = {
        "query": {
            "queries": [{"metricQuery": {"name": "p95", "query": "p95:latency{*}"}}],
            "formula": {"formulaExpression": "p95"},
        },
        "comparator": "<",
        "threshold": 90,
        "queryIntervalSeconds": 300,
    }
    timed = {"name": "latency", "type": "time_slice", "sliSpecification": {"timeSlice": sliced}}
    resources = [
        metric("errors", {"aggregationType": "count"}),
        metric("latency", {"aggregationType": "distribution", "path": "@ms", "includePercentiles": True}),
        *(monitor(id_, query) for id_, query in QUERIES.items()),
        Resource(SERVICE_LEVEL_OBJECTIVE, "availability", "availability", "5e1f", counted),
        Resource(SERVICE_LEVEL_OBJECTIVE, "latency", "latency", "51ce", {**timed, "thresholds": thresholds[:1]}),
        *(burn(id_, query) for id_, query in BURNS.items()),
        monitor("16", "11 && 15"),
    ]
    return compile_organisation(declared_in(resources))


def test_alerts_of_objectives_go_on_in_a_store_that_forgets_as_in_one_run_over_everything() -> None:
    organisation = with_objectives()
    live, whole = PointStore(), PointStore()
    evaluation = Evaluation(organisation, live, START_MS)
    events: list[Event] = []
    for number, points in enumerate(minutes_of_points(), start=1):
        live.add_all(points)
        whole.add_all(points)
        events += evaluation.advance(START_MS + number * MINUTE_MS)

    times_s = np.arange(START_MS + MINUTE_MS, START_MS + HOURS * HOUR_MS + 1, MINUTE_MS) // 1000
    ran = run(organisation.monitors, whole, times_s)
    for id_ in BURNS:
        (timeline,) = ran.timelines[id_].values()
        expected = [(each.time_s * 1000, each.to_state.label) for each in timeline.transitions(times_s)]
        assert [(at, state) for at, name, _, state in changes(events) if name == f"m{id_}"] == expected
        assert "Alert" in {state for _, state in expected}
    assert ("m16", "Alert") in {(name, state) for _, name, _, state in changes(events)}
    assert sizes(live) < sizes(whole) / 2
    standing = {each.monitor: each for each in evaluation.monitors}
    assert standing.keys() == {f"m{id_}" for id_ in (*QUERIES, *BURNS, "16")}
    assert standing["m15"].modelled
    assert standing["m15"].threshold == "> 8"
