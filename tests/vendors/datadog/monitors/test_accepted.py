"""What Datadog takes of monitors that people really have, and what it refuses of them in words of its own."""

from __future__ import annotations

from typing import Any

import pytest

from firedrill.vendors.datadog.monitors import check_monitors, parse_monitors
from firedrill.vendors.datadog.monitors.compilers import REFUSED_TYPES


def found(*declared: dict[str, Any]) -> list[tuple[str, str]]:
    return [(problem.rule, problem.text) for problem in check_monitors(declared)[1]]


@pytest.mark.parametrize(
    "options",
    [
        {"renotify_interval": "0"},
        {"evaluation_delay": " 900 ", "timeout_h": "1"},
        {"new_host_delay": "300", "new_group_delay": "60"},
        {"thresholds": {"critical": "12", "warning": "8.5"}},
        {"thresholds": {"critical": 12, "ok": 1}},
        {"thresholds": {"critical": 12, "comparison": ">", "period": {"unit": "m"}, "timeAggregator": "avg"}},
        {"thresholds": {"critical": 12.0, "ok": "1", "unknown": 2}},
        {"renotify_interval": 60.0, "renotify_occurrences": 0},
        {"renotify_interval": "60.0"},
        {"queryConfig": {"logset": {"name": "main"}}, "is_data_sparse": False},
        {"aggregation": {"metric": "count", "type": "count", "groupBy": ""}, "enable_samples": True},
        {"avalanche_window": 10},
        {"avalanche_window": None, "restriction_query": None},
    ],
)
def test_what_people_write_into_options_is_taken(sim: Any, options: dict[str, Any]) -> None:
    assert found(sim.monitor(options=options)) == []


def test_a_number_written_as_text_is_that_number(sim: Any) -> None:
    options = {"renotify_interval": "30", "thresholds": {"critical": "12", "warning": "8.5"}}

    (monitor,) = parse_monitors([sim.monitor(options=options, priority="2")])

    assert monitor.options.renotify_interval == 30
    assert monitor.condition.thresholds.warning == 8.5  # type: ignore[union-attr]
    assert monitor.priority == 2


@pytest.mark.parametrize("text", ["many", "", "1e3", "0x1", "1.5"])
def test_text_that_is_no_whole_number_is_refused_where_one_is_needed(sim: Any, text: str) -> None:
    ((rule, words),) = found(sim.monitor(options={"timeout_h": text}))

    assert (rule, words.partition(";")[2]) == ("option", " allowed: a whole number from 0 to 24")


@pytest.mark.parametrize("priority", [0, "0", None])
def test_priority_zero_is_none(sim: Any, priority: object) -> None:
    (monitor,) = parse_monitors([sim.monitor(priority=priority)])

    assert monitor.priority is None


@pytest.mark.parametrize("priority", [False, 6, -1, "6"])
def test_any_other_priority_is_refused(sim: Any, priority: object) -> None:
    ((rule, text),) = found(sim.monitor(priority=priority))

    assert rule == "field"
    assert text.endswith("allowed: a whole number from 1 to 5")


def test_an_escalation_message_without_renotification_is_a_warning(sim: Any) -> None:
    ((rule, text),) = found(sim.monitor(options={"escalation_message": "Still."}))

    assert rule == "warning"
    assert text == (
        "options.escalation_message is never sent without a renotify_interval; set one, or remove the message"
    )


@pytest.mark.parametrize(
    "message", ["{{group_key}}", "{{host.name}} is down", '{{#is_match "host.name" "web"}}x{{/is_match}}']
)
def test_a_variable_that_no_group_gives_is_a_warning_and_renders_empty(sim: Any, message: str) -> None:
    ((rule, text),) = found(sim.monitor(message=message))

    assert rule == "warning"
    assert "is provided by nothing; available are" in text
    assert len(parse_monitors([sim.monitor(message=message)])) == 1


@pytest.mark.parametrize("on_missing_data", ["resolve", "show_no_data", "show_and_notify_no_data"])
def test_default_zero_leaves_no_choice_of_missing_data(sim: Any, on_missing_data: str) -> None:
    query = "sum(last_5m):default_zero(avg:m{*}) > 12"

    assert found(sim.monitor(query=query, options={"on_missing_data": on_missing_data})) == [
        (
            "option",
            f"options.on_missing_data is '{on_missing_data}'; allowed: default, since with default_zero() the other "
            "missing-data behaviors are unavailable",
        )
    ]


@pytest.mark.parametrize(
    ("query", "on_missing_data"),
    [
        ("sum(last_5m):default_zero(avg:m{*}) > 12", "default"),
        ("sum(last_5m):default_zero(avg:m{*}) > 12", None),
        ("sum(last_5m):default(avg:m{*}, 0) > 12", "resolve"),
    ],
)
def test_other_pairs_of_fillings_and_missing_data_are_taken(sim: Any, query: str, on_missing_data: str | None) -> None:
    assert found(sim.monitor(query=query, options={"on_missing_data": on_missing_data})) == []


@pytest.mark.parametrize("thresholds", [{"warning": 8}, {"warning": 8, "critical": None}, {"warning": 8, "ok": 1}])
def test_a_warning_without_a_critical_threshold_is_refused(sim: Any, thresholds: dict[str, Any]) -> None:
    assert found(sim.monitor(options={"thresholds": thresholds})) == [
        (
            "threshold",
            "options.thresholds.critical is missing; allowed: 12, which the query compares with, beside a warning; "
            "set it, or the API answers 'Alert status is required'",
        )
    ]


@pytest.mark.parametrize("name", ["critical_recovery", "warning_recovery"])
def test_recovery_thresholds_of_event_alerts_are_refused_and_of_log_alerts_warned_about(sim: Any, name: str) -> None:
    thresholds = {"critical": 12, "warning": 8, name: 5}
    events = sim.monitor(
        type="event-v2 alert", query='events("a").rollup("count").last("5m") > 12', options={"thresholds": thresholds}
    )
    logs = sim.monitor(type="log alert", query='logs("a").last("5m") > 12', options={"thresholds": thresholds})

    assert found(events) == [
        (
            "threshold",
            f"options.thresholds.{name} is 5; allowed: none for event-v2 alerts; "
            "remove it, or the API answers 'Invalid threshold statuses found'",
        )
    ]
    assert [rule for rule, _ in found(logs)] == ["warning"]


@pytest.mark.parametrize("kind", REFUSED_TYPES)
def test_of_a_type_that_cannot_be_evaluated_all_that_is_common_is_checked(sim: Any, kind: str) -> None:
    options = {"timeout_h": 30, "thresholds": {"critical": 13, "warning": "14"}}

    query = 'error_budget("y").over("7d") > 12' if kind == "slo alert" else 'x("y").last("5m") > 12'

    assert found(sim.monitor(type=kind, query=query, message="{{#is_alert}}", options=options)) == [
        ("option", "options.timeout_h is 30; allowed: a whole number from 0 to 24"),
        (
            "message",
            "message: message template '{{#is_alert}}', line 1, column 1: found {{#is_alert}} that is never closed; "
            "expected {{/is_alert}}",
        ),
        ("evaluation", f"monitor type '{kind}'"),
        ("threshold", "options.thresholds.critical is 13; allowed: 12, which the query compares with"),
        ("threshold", "options.thresholds.warning is 14; allowed: below critical (12)"),
    ]


@pytest.mark.parametrize(
    ("query", "type_"),
    [
        ('logs("a").last("5m") > 12', "log alert"),
        ('events("a").rollup("count").last("5m") > 12', "event-v2 alert"),
        ('rum("a").rollup("count").last("5m") > 12', "rum alert"),
    ],
)
def test_a_query_of_records_in_a_metric_alert_is_told_its_type(sim: Any, query: str, type_: str) -> None:
    ((rule, text),) = found(sim.monitor(query=query))

    assert rule == "query"
    assert text.endswith(f"; use type {type_}")


@pytest.mark.parametrize("kind", ["rum", "trace-analytics", "ci-tests"])
def test_single_quotes_are_refused_in_queries_that_are_not_evaluated_too(sim: Any, kind: str) -> None:
    query = f"{kind}('x').rollup('count').last('5m') > 12"
    declared = sim.monitor(type=f"{kind} alert", query=query)

    assert found(declared) == [
        ("evaluation", f"monitor type '{kind} alert'"),
        ("query", f'query is "{query}"; allowed: double quotes, as in {kind}("...")'),
    ]


def test_options_of_monitors_that_are_not_evaluated_are_no_more_than_that(sim: Any) -> None:
    options = {"synthetics_check_id": "abc", "min_location_failed": 1, "device_ids": ["laptop"]}

    assert found(sim.monitor(type="synthetics alert", query="no_query", options=options)) == [
        ("evaluation", "monitor type 'synthetics alert'")
    ]
