"""Monitors over time: what must hold whatever the values are, and the way through real metric points."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from firedrill.vendors.datadog.monitors import Run, State, Transition, parse_monitors, run
from firedrill.vendors.datadog.monitors.moments import Cycle, Event, Renotify, events, not_muted
from firedrill.vendors.datadog.monitors.states import Outcome
from firedrill.vendors.datadog.monitors.timeline import Missing, Rules, Track, advance
from firedrill.vendors.datadog.queries import Point, PointStore

NAN = float("nan")
VALUES = st.lists(st.one_of(st.just(NAN), st.floats(0, 20)), min_size=1, max_size=60)
RULES = st.builds(
    Rules,
    comparator=st.just(">"),
    critical=st.just(12.0),
    warning=st.sampled_from([None, 8.0]),
    critical_recovery=st.sampled_from([None, 10.0]),
    missing=st.sampled_from(Missing),
    missing_after_s=st.sampled_from([0, 300]),
    timeout_s=st.sampled_from([0, 600]),
    grouped=st.booleans(),
    retention_s=st.sampled_from([900, 86_400]),
    new_group_delay_s=st.sampled_from([0, 120]),
)


def minutes(values: list[float]) -> Any:
    return 60 * np.arange(len(values), dtype=np.int64)


@given(VALUES, RULES)
def test_a_monitor_never_alerts_before_a_value_has_crossed(values: list[float], rules: Rules) -> None:
    _, states, _ = advance(minutes(values), np.array(values), None, rules)
    crossed = np.logical_or.accumulate(np.array(values) > 12)

    assert not (states[~crossed] == State.ALERT).any()


@given(VALUES, RULES)
def test_a_value_that_crosses_always_alerts_unless_the_evaluation_was_skipped(
    values: list[float], rules: Rules
) -> None:
    _, states, outcomes = advance(minutes(values), np.array(values), None, rules)
    judged = (np.array(values) > 12) & (outcomes == Outcome.VALUE)

    assert (states[judged] == State.ALERT).all()


@given(VALUES, RULES)
def test_a_skipped_evaluation_keeps_the_state(values: list[float], rules: Rules) -> None:
    _, states, outcomes = advance(minutes(values), np.array(values), None, rules)
    before = np.concatenate(([np.int8(rules.initial)], states[:-1]))
    skipped = np.array([Outcome(outcome).skipped for outcome in outcomes])

    assert (states[skipped] == before[skipped]).all()


@given(VALUES, RULES)
def test_no_data_is_shown_only_where_data_is_missing(values: list[float], rules: Rules) -> None:
    _, states, _ = advance(minutes(values), np.array(values), None, rules)
    entered = (states == State.NO_DATA) & (np.concatenate(([np.int8(rules.initial)], states[:-1])) != State.NO_DATA)

    assert np.isnan(np.array(values)[entered]).all()


@given(VALUES, RULES, st.sampled_from([None, Renotify(300, frozenset({State.ALERT}), 2)]))
def test_a_notification_follows_a_transition_or_is_a_renotification(
    values: list[float], rules: Rules, renotify: Renotify | None
) -> None:
    times = minutes(values)
    _, states, _ = advance(times, np.array(values), None, rules)
    changed = states != np.concatenate(([np.int8(rules.initial)], states[:-1]))
    silent = np.zeros(len(values), bool)
    sent = list(events(times, states, rules.initial, silent, renotify, not_muted(len(values))))

    assert all(changed[event.step] != (event.kind == "renotify") for event in sent)
    assert all(renotify and event.state is State.ALERT for event in sent if event.kind == "renotify")
    assert [event.step for event in sent] == sorted({event.step for event in sent})
    assert {event.step for event in sent} >= set(np.flatnonzero(changed & (states > State.OK)).tolist())


@given(VALUES, RULES)
def test_a_recovery_notifies_only_after_something_was_notified(values: list[float], rules: Rules) -> None:
    times = minutes(values)
    _, states, _ = advance(times, np.array(values), None, rules)
    silent = np.ones(len(values), bool)
    kinds = [event.kind for event in events(times, states, rules.initial, silent, None, not_muted(len(values)))]

    assert "no data" not in kinds
    assert all(kinds[index - 1] != "recovery" for index, kind in enumerate(kinds) if kind == "recovery" and index)
    assert kinds[:1] != ["recovery"]


@given(VALUES, RULES, st.sampled_from([None, Renotify(300, frozenset({State.ALERT}), 2)]), st.integers(0, 60))
def test_a_group_goes_on_where_it_was_left(
    values: list[float], rules: Rules, renotify: Renotify | None, cut: int
) -> None:
    times, numbers, silent = minutes(values), np.array(values), np.zeros(len(values), bool)
    judged, states, outcomes = advance(times, numbers, None, rules)
    track, cycle = Track(rules.initial), Cycle(rules.initial)
    sent: list[Event] = []
    parts = []
    for part in (slice(0, cut), slice(cut, None)):
        parts.append(advance(times[part], numbers[part], None, rules, track=track))
        muted = not_muted(len(times[part]))
        sent += events(times[part], parts[-1][1], rules.initial, silent[part], renotify, muted, cycle)

    assert np.array_equal(np.concatenate([part[0] for part in parts]), judged, equal_nan=True)
    assert np.concatenate([part[1] for part in parts]).tolist() == states.tolist()
    assert np.concatenate([part[2] for part in parts]).tolist() == outcomes.tolist()
    whole = events(times, states, rules.initial, silent, renotify, not_muted(len(values)))
    assert [each[1:] for each in sent] == [each[1:] for each in whole]


def test_a_transition_says_what_decided_it(sim: Any) -> None:
    result = sim.run_on(sim.monitor(options={"on_missing_data": "resolve"}), "5 20 _")

    found = result.timelines["11"][()].transitions(result.times_s)

    assert found[:2] == [
        Transition(0, sim.START_S, (), State.NO_DATA, State.OK, 5.0, "value compared with the thresholds"),
        Transition(1, sim.START_S + 60, (), State.OK, State.ALERT, 20.0, "value compared with the thresholds"),
    ]
    assert [(change.step, change.to_state, change.reason) for change in found[2:]] == [
        (2, State.OK, "no data, shown as OK")
    ]


def test_notifications_of_all_monitors_come_in_time_order(sim: Any) -> None:
    monitors = sim.monitors_of(sim.monitor(), sim.monitor(id="22", query="avg(last_5m):avg:n{*} > 12"))
    store = sim.store_of({"m": {"*": "5 5 20"}, "n": {"*": "5 20 5"}}, {}, 3)
    result = run(monitors, store, sim.START_S + 60 * np.arange(3))

    assert [(sent.step, sent.monitor_id, sent.kind) for sent in result.notifications] == [
        (1, "22", "alert"),
        (2, "11", "alert"),
        (2, "22", "recovery"),
    ]


def test_no_evaluation_at_all_is_an_empty_run(sim: Any) -> None:
    result = run(sim.monitors_of(sim.monitor()), {}, np.zeros(0, np.int64))

    assert (result.notifications, len(result.timelines["11"][()].states)) == ((), 0)


def run_on_points(points: list[Point], query: str, length: int, **options: Any) -> Run:
    """A monitor over real metric points, evaluated each minute from the epoch on."""
    declared = {
        "id": "11",
        "name": "DO errors",
        "type": "query alert",
        "query": query,
        "message": "{{#is_alert}}{{operation.name}}: {{value}} errors @slack-ops {{/is_alert}}"
        "{{#is_recovery}}{{operation.name}} is fine @slack-ops {{/is_recovery}}",
        "options": {"on_missing_data": "default", "new_group_delay": 0, **options},
    }
    store = PointStore()
    for point in points:
        store.add(point)
    return run(parse_monitors([declared]), store, 60 * np.arange(length, dtype=np.int64))


def errors(second: int, count: float, operation: str = "store") -> Point:
    return Point("do.errors", "count", (f"operation:{operation}",), second * 1000, second * 1000, count)


def test_points_of_a_log_metric_alert_and_recover_through_the_real_query() -> None:
    points = [errors(600 + 10 * step, 1.0) for step in range(12)]
    query = "sum(last_5m):sum:do.errors{*} by {operation}.as_count() > 5"
    result = run_on_points(points, query, 30)

    assert [(sent.step, sent.title, sent.message, sent.handles) for sent in result.notifications] == [
        (11, "[Triggered on {operation:store}] DO errors", "store: 6.0 errors @slack-ops", ("@slack-ops",)),
        (17, "[Recovered on {operation:store}] DO errors", "store is fine @slack-ops", ("@slack-ops",)),
    ]


def test_a_window_that_must_be_full_never_alerts_on_a_sparse_count() -> None:
    points = [errors(600 + 10 * step, 1.0) for step in range(6)]
    query = "sum(last_5m):sum:do.errors{*} by {operation}.as_count() > 5"
    result = run_on_points(points, query, 30, require_full_window=True)

    assert result.notifications == ()


def test_an_evaluation_delay_moves_the_alert() -> None:
    points = [errors(600 + 10 * step, 1.0) for step in range(12)]
    query = "sum(last_5m):sum:do.errors{*} by {operation}.as_count() > 5"
    result = run_on_points(points, query, 30, evaluation_delay=120)

    assert [sent.step for sent in result.notifications] == [13, 19]
