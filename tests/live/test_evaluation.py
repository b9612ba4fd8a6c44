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


def test_alerts_of_objectives_are_left_out_and_what_is_composed_of_them(organisation: Organisation) -> None:
    objective = {
        "name": "availability",
        "type": "metric",
        "query": {"numerator": "sum:latency{*}.as_count()", "denominator": "sum:latency{*}.as_count()"},
        "thresholds": [{"timeframe": "30d", "target": 99}],
    }
    burn = {
        "name": "The fast burn",
        "type": "slo alert",
        "query": 'burn_rate("5e1f").over("30d").long_window("1h").short_window("5m") > 14.4',
        "message": "{{value}} @on-call",
        "tags": ["service:chat"],
    }
    resources = [
        metric("errors", {"aggregationType": "count"}),
        metric("latency", {"aggregationType": "distribution", "path": "@ms", "includePercentiles": True}),
        *(monitor(id_, query) for id_, query in QUERIES.items()),
        Resource(
            SERVICE_LEVEL_OBJECTIVE,
            "availability",
            "availability",
            "5e1f",
            objective,
        ),
        Resource(MONITOR, "burn", "burn", "15", burn),
        monitor("16", "11 && 15"),
    ]
    with_objective = compile_organisation(declared_in(resources))
    assert [each.id for each in with_objective.monitors] == [*QUERIES, "15", "16"]
    assert [each.id for each in with_objective.minutely] == [*QUERIES]
    evaluation = Evaluation(with_objective, PointStore(), START_MS)
    evaluation.advance(START_MS + MINUTE_MS)
    assert len(evaluation.monitors) == len(QUERIES)
