"""What can be wrong with the monitors that need more than a query and thresholds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firedrill.vendors.datadog.monitors import check_monitors, parse_monitors, run
from firedrill.vendors.datadog.monitors.checks import CheckQuery, compile_check_query
from firedrill.vendors.datadog.queries import PointStore
from firedrill.vendors.errors import FiredrillError, Unsupported

ANOMALY = (
    "avg(last_4h):anomalies(avg:m{*}, 'basic', 2, direction='both', alert_window='last_4h', interval=60, "
    "count_default_zero='true') >= 0.5"
)
CHECK = '"custom.check".over("*").by("host").last(3).count_by_status()'


def declared(kind: str, query: str, message: str = "Look.", **options: Any) -> dict[str, Any]:
    return {"id": "11", "name": "Errors", "type": kind, "query": query, "message": message, "options": options}


def problems(*monitors: dict[str, Any]) -> list[str]:
    return [problem.text for problem in check_monitors(monitors)[1]]


def anomaly(**options: Any) -> dict[str, Any]:
    windows = {"trigger_window": "last_4h", "recovery_window": "last_4h"}
    return declared("query alert", ANOMALY, **{"threshold_windows": windows, **options})


def test_an_anomaly_monitor_has_no_problem() -> None:
    assert problems(anomaly(thresholds={"critical": 0.5, "critical_recovery": 0})) == []


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (
            {"threshold_windows": {"trigger_window": "last_15m", "recovery_window": "last_15m"}},
            "options.threshold_windows.trigger_window is 'last_15m'; allowed: last_4h, the query's alert_window",
        ),
        (
            {"threshold_windows": {"trigger_window": "last_4h"}},
            "options.threshold_windows.recovery_window is missing; allowed: a window such as last_5m, last_4h, "
            "last_1d or last_1w, from last_1m to last_730h or last_1mo",
        ),
        (
            {"threshold_windows": {"trigger_window": "last_4h", "recovery_window": "last_2h"}},
            "options.threshold_windows.recovery_window is 'last_2h'; allowed: a window of at least "
            "121 minutes (at a threshold of 0.5)",
        ),
        (
            {"threshold_windows": {"trigger": "last_4h"}},
            "options.threshold_windows.trigger is not a known field (did you mean 'trigger_window'?); "
            "allowed: one of trigger_window, recovery_window",
        ),
        (
            {"thresholds": {"critical": 0.5, "warning_recovery": -1, "warning": 0.2}},
            "options.thresholds.warning_recovery is -1; allowed: a fraction from 0 to 1, as in all anomaly monitors",
        ),
    ],
)
def test_the_windows_of_an_anomaly_monitor_fit_its_query(options: dict[str, Any], text: str) -> None:
    assert problems(anomaly(**options)) == [text]


def test_a_recovery_window_may_be_longer_than_the_trigger_window() -> None:
    assert problems(anomaly(threshold_windows={"trigger_window": "last_4h", "recovery_window": "last_5h"})) == []


def test_the_least_recovery_window_of_the_page_is_taken() -> None:
    windows = {"trigger_window": "last_4h", "recovery_window": "last_121m"}

    assert problems(anomaly(threshold_windows=windows)) == []


def test_threshold_windows_of_another_monitor_are_ignored_as_documented() -> None:
    windows = {"trigger_window": "last_4h", "recovery_window": "last_4h"}

    assert problems(declared("query alert", "avg(last_5m):avg:m{*} > 1", threshold_windows=windows)) == []


@pytest.mark.parametrize(
    ("window", "scheduling", "text"),
    [
        (
            "current_1d",
            {},
            "current_1d needs day_starts; set it in scheduling_options.evaluation_window",
        ),
        (
            "current_1mo",
            {"day_starts": "04:00"},
            "current_1mo needs month_starts; set it in scheduling_options.evaluation_window",
        ),
        (
            "current_1h",
            {"hour_starts": 5, "day_starts": "04:00"},
            "hour_starts excludes day_starts and month_starts; remove them",
        ),
        (
            "current_1d",
            {"hour_starts": 5, "day_starts": "04:00"},
            "hour_starts is for current_1h, not for current_1d; remove it",
        ),
        ("current_1d", {"day_starts": "24:00"}, "day_starts is '24:00'; write a time of day such as '04:00'"),
        (
            "current_1d",
            {"day_starts": "04:00", "timezone": "Mars"},
            "timezone is 'Mars'; use a name of the tz database, such as 'Europe/Paris'",
        ),
        (
            "last_5m",
            {"hour_starts": 0},
            "scheduling_options.evaluation_window is for cumulative windows (current_1h, current_1d, current_1mo), "
            "and the query has last_5m; change the window or remove the option",
        ),
    ],
)
def test_a_cumulative_window_and_its_start_fit_each_other(window: str, scheduling: dict[str, Any], text: str) -> None:
    query = f"sum({window}):sum:m{{*}}.as_count() > 1"

    found = problems(declared("query alert", query, scheduling_options={"evaluation_window": scheduling}))

    assert found == [f"Monitor query {query!r}: {text}"]


def test_the_start_of_a_cumulative_window_has_its_fields_and_ranges() -> None:
    def found(**window: Any) -> list[str]:
        options = {"evaluation_window": window}
        return problems(declared("query alert", "sum(current_1h):sum:m{*} > 1", scheduling_options=options))

    assert found(hour_starts=60) == [
        "scheduling_options.evaluation_window: hour_starts is 60; allowed: a whole number from 0 to 59"
    ]
    assert found(minute=5) == ["option 'minute'"]


def test_options_of_metric_monitors_are_not_ignored_in_others() -> None:
    window = {"evaluation_window": {"hour_starts": 0}}
    log = 'logs("*").last("5m") > 0'

    assert problems(declared("log alert", log, scheduling_options=window)) == [
        "scheduling_options.evaluation_window of a log alert"
    ]
    assert problems(declared("log alert", log, variables=[{"name": "a"}])) == [
        "options.variables is for queries that begin with formula(; remove it"
    ]
    assert problems(declared("query alert", "avg(last_5m):avg:m{*} > 1", variables=[{"name": "a"}])) == [
        "Monitor query 'avg(last_5m):avg:m{*} > 1': options.variables is for queries that begin with formula("
    ]


@pytest.mark.parametrize(
    ("monitor", "feature"),
    [
        (
            declared("log alert", 'formula("a").last("5m") > 0', variables=[{"name": "a", "data_source": "rum"}]),
            "the variable data source 'rum' in a log alert",
        ),
        (
            declared("query alert", 'formula("a").last("5m") > 0', variables=[{"name": "a", "data_source": "logs"}]),
            "the variable data source 'logs'",
        ),
        (
            declared(
                "query alert",
                "sum(current_1h):sum:m{*} > 1",
                scheduling_options={"evaluation_window": {"hour_starts": 0}},
                require_full_window=True,
            ),
            "require_full_window over a cumulative window",
        ),
        (
            declared(
                "query alert",
                "avg(last_5m):avg:m{*} > 1",
                scheduling_options={"custom_schedule": {"recurrences": [{"rrule": "FREQ=DAILY;INTERVAL=1"}]}},
            ),
            "scheduling_options.custom_schedule",
        ),
        (
            declared("log alert", 'logs("*").last("current_1d") > 0'),
            "the cumulative window current_1d in .last()",
        ),
        (declared("service check", CHECK.replace("count", "pct")), "the cluster alert pct_by_status()"),
        (declared("service check", CHECK.replace('.by("host")', "")), "a service check query without .by()"),
        (declared("service check", CHECK, evaluation_delay=60), "evaluation_delay of a service check"),
    ],
)
def test_what_is_not_documented_is_refused_by_name(monitor: dict[str, Any], feature: str) -> None:
    with pytest.raises(Unsupported) as refusal:
        parse_monitors([monitor])

    assert str(refusal.value) == (
        f"monitor 'Errors': {feature} is not supported by the emulator; see docs/support.md for what is."
    )


@pytest.mark.parametrize(
    ("query", "column", "found", "expected"),
    [
        ("custom.check", 1, "'custom'", "a quoted string"),
        ('"c".over("*")', 5, "'over'", ".count_by_status() at the end"),
        ('"c".over().by("host").last(2).count_by_status()', 5, "'over'", 'quoted strings, as in .over("host")'),
        ('"c".by("host").last(101).count_by_status()', 16, "'last'", "the number of runs in .last(), from 1 to 100"),
        ('"c".by("host").count_by_status()', 16, "'count_by_status'", "the number of runs in .last(), from 1 to 100"),
        ('"c".by("host").by("host").last(1).count_by_status()', 16, "'by'", ".by() once"),
        (
            '"c".tags("a").last(1).count_by_status()',
            5,
            "'tags'",
            "one of .over(), .exclude(), .by(), .last(), .count_by_status()",
        ),
        ('"c".by("host").last(1).count_by_status() > 1', 42, "'>'", "a .method()"),
    ],
)
def test_a_mistake_in_a_service_check_query_is_shown_at_its_place(
    query: str, column: int, found: str, expected: str
) -> None:
    assert problems(declared("service check", query)) == [
        f"service check query {query!r}, line 1, column {column}: found {found}; expected {expected}"
    ]


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (
            {"thresholds": {"critical": 4}},
            "options.thresholds.critical is 4; allowed: a whole number of runs from 1 to 3, as many as "
            ".last() looks at",
        ),
        (
            {"thresholds": {"ok": 0.5}},
            "options.thresholds.ok is 0.5; allowed: a whole number of runs from 1 to 3, as many as .last() looks at",
        ),
        (
            {"thresholds": {"critical_recovery": 1}},
            "options.thresholds.critical_recovery is not a known field; allowed: one of ok, warning, critical, unknown",
        ),
        (
            {"on_missing_data": "show_no_data"},
            "options.on_missing_data is 'show_no_data'; allowed: none for service checks; use notify_no_data",
        ),
        (
            {"group_retention_duration": "2h"},
            "options.group_retention_duration is '2h'; allowed: none for service checks",
        ),
    ],
)
def test_a_wrong_option_of_a_service_check_is_named(options: dict[str, Any], text: str) -> None:
    assert problems(declared("service check", CHECK, **options)) == [text]


def test_a_composite_of_a_check_that_can_become_unknown_is_refused() -> None:
    check = declared("service check", CHECK, thresholds={"critical": 1, "warning": 1, "ok": 1, "unknown": 1})
    composite = {"id": "22", "name": "Both", "type": "composite", "query": "11", "message": "Look."}

    assert problems(check, composite) == ["a composite of a service check that can become UNKNOWN (monitor '11')"]


def test_each_kind_has_its_own_variables() -> None:
    log, event = 'logs("*").last("5m") > 0', 'events("*").last("5m") > 0'

    assert problems(declared("log alert", log, "{{log.message}} {{log.attributes.a}} {{log.tags.b}}")) == []
    assert problems(declared("event-v2 alert", event, "{{event.title}} {{event.host.name}} {{event.tags.b}}")) == []
    assert problems(declared("service check", CHECK, "{{check_message}} {{host.name}} {{ok_threshold}}")) == []
    assert problems(declared("log alert", log, "{{event.title}}"))[0].startswith(
        "{{event.title}} is provided by nothing"
    )
    assert problems(declared("event-v2 alert", event, "{{log.text}}"))[0].startswith("{{log.text}} is provided by")
    assert problems(declared("service check", CHECK, "{{value}}"))[0].startswith("{{value}} is provided by nothing")


def test_transitions_and_notifications_say_what_is_modelled(sim: Any) -> None:
    percentile = declared("log alert", 'logs("*").rollup("pc90", "@ms").last("5m") > 100', new_group_delay=0)
    composite = {"id": "22", "name": "Both", "type": "composite", "query": "11", "message": "Look.", "options": {}}
    store = sim.signals_of({"logs": [{"at": [30], "attributes": {"ms": 400}}]})

    result = run(parse_monitors([percentile, composite]), store, sim.START_S + 60 * np.arange(3))

    said = ("percentiles: exact over raw values, where Datadog has a sketch's estimate",)
    assert {timeline.modelled for groups in result.timelines.values() for timeline in groups.values()} == {said}
    assert {sent.modelled for sent in result.notifications} == {said}
    changes = result.timelines["11"][()].transitions(result.times_s)
    assert [change.modelled for change in changes] == [said]


@given(st.text() | st.text(st.sampled_from("\"'over(by).last0123count_by_status*, ")).map('"c".by("h")'.__add__))
def test_no_text_crashes_the_parser_of_service_checks(text: str) -> None:
    try:
        query = compile_check_query(text)
    except FiredrillError:
        return
    assert compile_check_query(str(query)) == query


TAGS = st.lists(st.from_regex(r"[a-z*][a-z:_.-]{0,5}", fullmatch=True), max_size=3).map(tuple)


@given(st.builds(CheckQuery, st.just("custom.check"), TAGS, TAGS, TAGS, st.integers(1, 100)))
def test_a_service_check_query_prints_what_it_means(query: CheckQuery) -> None:
    if query.group_by and "*" not in (*query.over, *query.group_by):
        assert compile_check_query(str(query)) == query


def test_a_check_that_never_ran_has_no_group() -> None:
    result = run(parse_monitors([declared("service check", CHECK)]), PointStore(), np.arange(3) * 60)

    assert (result.timelines["11"], result.notifications) == ({}, ())
