from __future__ import annotations

from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.queries import PointStore, QuerySyntaxError, compile_log_query
from firedrill.vendors.errors import FiredrillError

START_S = 1_700_000_040


def store_of(*logs: tuple[int, dict[str, Any]], index: str = "main", late_s: int = 0) -> PointStore:
    store = PointStore()
    for second, attributes in logs:
        at_ms = (START_S + second) * 1000
        log = Log(attributes, at_ms, service="api", status="error", tags=["env:prod"])
        store.add_log(log, index, at_ms + late_s * 1000)
    return store


def values(query: str, store: PointStore, *seconds: int) -> dict[str, list[float | None]]:
    groups = compile_log_query(query).evaluate(store, START_S + np.array(seconds)).groups
    return {
        ",".join(tags): [None if np.isnan(value) else value for value in group.values.tolist()]
        for tags, group in groups.items()
    }


def test_logs_that_match_are_counted() -> None:
    store = store_of((0, {"a": 1}), (10, {"a": 2}), (400, {"a": 2}))
    query = 'logs("@a:>1").index("*").rollup("count").last("5m") > 0'

    assert values(query, store, 0, 60, 300, 320, 420) == {"": [None, 1, 1, None, 1]}


def test_only_logs_of_the_named_indexes_count() -> None:
    store = store_of((0, {}), index="audit")

    assert values('logs("*").index("main").rollup("count").last("5m") > 0', store, 60) == {"": [None]}
    assert values('logs("*").index("main,audit").rollup("count").last("5m") > 0', store, 60) == {"": [1]}


def test_a_log_counts_once_it_has_arrived() -> None:
    store = store_of((0, {}), late_s=90)

    assert values('logs("*").last("5m") > 0', store, 60, 120) == {"": [None, 1]}


def test_groups_are_facets_reserved_attributes_and_tags() -> None:
    store = store_of((0, {"http": {"status": 500}}), (0, {"http": {"status": 404}}), (0, {}))
    query = 'logs("*").index("*").rollup("count").by("service,env,@http.status").last("5m") > 0'

    assert values(query, store, 60) == {
        "service:api,env:prod,@http.status:500": [1],
        "service:api,env:prod,@http.status:404": [1],
    }
    assert compile_log_query(query).group_by == ("service", "env", "@http.status")


@pytest.mark.parametrize(
    ("aggregation", "value"), [("avg", 25), ("sum", 100), ("min", 10), ("max", 40), ("median", 20), ("pc99", 30)]
)
def test_a_measure_is_aggregated_over_the_window(aggregation: str, value: float) -> None:
    logs = [(number * 70, {"ms": number * 10}) for number in (1, 2, 3, 4)]
    query = f'logs("*").rollup("{aggregation}", "@ms").last("5m") > 0'

    assert values(query, store_of(*logs, (200, {"ms": "no number"})), 300) == {"": [value]}


def test_cardinality_counts_distinct_values() -> None:
    logs = [(0, {"user": "a", "op": "x"}), (20, {"user": "a", "op": "y"}), (290, {"user": "b", "op": "y"})]
    query = 'logs("*").rollup("cardinality", "@user").last("5m") > 0'

    assert values(query, store_of(*logs), 60, 300, 400, 900) == {"": [1, 2, 1, None]}
    assert values(query.replace(".last", '.by("@op").last'), store_of(*logs), 300) == {"@op:x": [1], "@op:y": [2]}
    assert values(query, store_of(), 300) == {"": [None]}


def test_every_window_of_logs_counts_as_full() -> None:
    query = compile_log_query('logs("*").last("5m") > 0')

    group = query.evaluate(store_of((0, {})), np.array([START_S + 60])).groups[()]

    assert (group.full.tolist(), group.since_s) == ([True], START_S)


def test_a_query_prints_what_it_means() -> None:
    text = 'logs("status:error \\"no such\\"").index("main").rollup("count").by("service").last("15m") >= 2.5'
    query = compile_log_query(text)

    assert str(query) == text
    assert (query.window_s, query.comparator, query.threshold) == (900, ">=", 2.5)


@pytest.mark.parametrize(
    ("query", "column", "found", "expected"),
    [
        ('logs("*").rollup("count") > 0', 30, "the end", 'the window at the end, such as .last("5m")'),
        ('logs("*").last("3d") > 0', 11, "'last'", "a window of at most two days (2880m, 48h)"),
        ('logs("*").last("5s") > 0', 11, "'last'", 'the window at the end, such as .last("5m")'),
        ('logs("*").top("5").last("5m") > 0', 11, "'top'", "one of .index(), .rollup(), .by(), .last()"),
        ('logs("*").by("a").by("b").last("5m") > 0', 19, "'by'", ".by() once"),
        ('logs("*").by(5).last("5m") > 0', 11, "'by'", "quoted strings in .by()"),
        (
            'logs("*").by("a,b,c,d,e").last("5m") > 0',
            11,
            "'by'",
            'at most 4 different facets, as in .by("service,@http.method")',
        ),
        (
            'logs("*").rollup("avg").last("5m") > 0',
            11,
            "'rollup'",
            '"count", or "cardinality" or one of avg, min, max, sum, median, pc75, pc90, pc95, pc98, pc99 '
            'with an attribute, as in .rollup("avg", "@ms")',
        ),
    ],
)
def test_a_mistake_in_the_chain_is_shown_at_its_place(query: str, column: int, found: str, expected: str) -> None:
    with pytest.raises(QuerySyntaxError) as refusal:
        compile_log_query(query)

    mistake = refusal.value
    assert (mistake.line, mistake.column, mistake.found, mistake.expected) == (1, column, found, expected)


KNOWN = [
    'logs("status:error @http.status_code:[500 TO 599] -service:(a OR b)").index("main,audit").rollup("count")'
    '.by("service,@http.method").last("5m") > 100',
    'logs("foo").rollup("cardinality", "@user.email").last("2d") <= 1.5e3',
]


@given(st.sampled_from(KNOWN), st.data())
def test_a_damaged_query_is_read_or_refused(query: str, data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(query)))
    damaged = query[:cut] + data.draw(st.text(max_size=3)) + query[cut + data.draw(st.integers(0, 4)) :]

    try:
        read = compile_log_query(damaged)
    except FiredrillError:
        return
    assert str(compile_log_query(str(read))) == str(read)


@given(st.text() | st.text(st.sampled_from("logsindexby(\").'@:*) >=0123m,")).map('logs("'.__add__))
def test_no_text_crashes_the_parser(text: str) -> None:
    with suppress(FiredrillError):
        compile_log_query(text)


@pytest.mark.parametrize(
    ("query", "type_"),
    [
        ('events("a").last("5m") > 0', "event-v2 alert"),
        ('rum("a").last("5m") > 0', "rum alert"),
        ("avg(last_5m):avg:m{*} > 0", "query alert"),
    ],
)
def test_another_query_in_a_log_alert_is_told_its_type(query: str, type_: str) -> None:
    with pytest.raises(FiredrillError, match=f"use type {type_}"):
        compile_log_query(query)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("""logs('a').last("5m") > 0""", 'double quotes, as in logs("...")'),
        ("""logs("a").index('*').last("5m") > 0""", 'double quotes in .index("...")'),
        ("""logs("a").rollup("avg", '@ms').last("5m") > 0""", 'double quotes in .rollup("...")'),
    ],
)
def test_single_quotes_are_refused(query: str, expected: str) -> None:
    with pytest.raises(QuerySyntaxError) as refusal:
        compile_log_query(query)

    assert refusal.value.expected == expected
