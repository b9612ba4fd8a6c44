"""The modelled analytics: what is counted of invocations, and how queries are answered and refused."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firedrill.vendors.cloudflare.analytics import (
    ACTIVE_MS,
    BYTES,
    OBJECT,
    ROWS_READ,
    ROWS_WRITTEN,
    Namespace,
    Usage,
    answer,
    namespaces,
)

ACCOUNT = "a" * 32
INVOCATIONS = "durableObjectsInvocationsAdaptiveGroups"
PERIODIC = "durableObjectsPeriodicGroups"
STORAGE = "durableObjectsSqlStorageGroups"
ROOM, LOBBY = Namespace("chat", "Room"), Namespace("chat", "Lobby")


def at(clock: str) -> int:
    return int(datetime.fromisoformat(f"2026-11-20T{clock}:00+00:00").timestamp() * 1000)


NOON = at("12:00")


def ran(clock: str, **more: Any) -> tuple[dict[str, Any], int]:
    """A record of an invocation of an object with what Cloudflare measures of it, where it stands."""
    record = {
        "ScriptName": "chat",
        "Entrypoint": "Room",
        "EventTimestampMs": 1_000,
        "Outcome": "ok",
        "WallTimeMs": 4,
        "CPUTimeMs": 2,
        OBJECT: "one",
        ACTIVE_MS: 4,
        ROWS_READ: 3,
        ROWS_WRITTEN: 2,
        BYTES: 4096,
        **more,
    }
    return record, at(clock) - 1_000


def used(*records: tuple[dict[str, Any], int]) -> Usage:
    usage = Usage()
    usage.add(records)
    return usage


def asked(dataset: str, fields: str, usage: Usage, now_ms: int = NOON, arguments: str = "limit: 100") -> Any:
    rows_of = f"{dataset}({arguments}) {{ {fields} }}"
    query = f'{{ viewer {{ accounts(filter: {{ accountTag: "{ACCOUNT}" }}) {{ {rows_of} }} }} }}'
    return answer({"query": query}, ACCOUNT, usage, now_ms)


def rows(dataset: str, fields: str, usage: Usage, now_ms: int = NOON, arguments: str = "limit: 100") -> Any:
    told = asked(dataset, fields, usage, now_ms, arguments)
    assert told["errors"] is None, told
    return told["data"]["viewer"]["accounts"][0][dataset]


def refusal(dataset: str, fields: str, arguments: str = "limit: 100") -> str:
    told = asked(dataset, fields, Usage(), NOON, arguments)
    assert told["data"] is None
    return str(told["errors"][0]["message"])


def test_invocations_are_counted_by_minute_and_status() -> None:
    usage = used(
        ran("11:00"), ran("11:00", Outcome="exception"), ran("11:00", Outcome="canceled"), ran("11:01", WallTimeMs=5)
    )
    found = rows(INVOCATIONS, "dimensions { datetimeMinute status } sum { requests errors wallTime }", usage)
    assert sorted((*each["dimensions"].values(), *each["sum"].values()) for each in found) == [
        ("2026-11-20T11:00:00Z", "clientDisconnected", 1, 0, 4_000),
        ("2026-11-20T11:00:00Z", "scriptThrewException", 1, 1, 4_000),
        ("2026-11-20T11:00:00Z", "success", 1, 0, 4_000),
        ("2026-11-20T11:01:00Z", "success", 1, 0, 5_000),
    ]


def test_an_object_that_is_active_for_a_second_is_billed_an_eighth_of_a_gigabyte_second() -> None:
    found = rows(
        PERIODIC, "sum { activeTime duration rowsRead rowsWritten cpuTime }", used(ran("11:00", **{ACTIVE_MS: 1_000}))
    )
    assert found == [{"sum": {"activeTime": 1e6, "duration": 0.128, "rowsRead": 3, "rowsWritten": 2, "cpuTime": 2_000}}]


def test_an_hour_holds_what_all_objects_of_a_namespace_held_at_most() -> None:
    usage = used(
        ran("10:10", **{BYTES: 100}),
        ran("10:20", **{OBJECT: "two", BYTES: 50}),
        ran("10:30", **{BYTES: 10}),
        ran("11:10", **{BYTES: None}),
    )
    found = rows(
        STORAGE,
        "dimensions { datetimeHour } max { storedBytes }",
        usage,
        arguments="limit: 9, orderBy: [datetimeHour_ASC]",
    )
    assert [each["max"]["storedBytes"] for each in found] == [150, 60]


def test_what_was_measured_later_is_added_to_a_copy_alone() -> None:
    usage = used(ran("11:00"))
    more = usage.copy()
    more.add([ran("11:00", **{OBJECT: "two", BYTES: 1})])
    of = [rows(PERIODIC, "sum { rowsWritten }", each)[0]["sum"]["rowsWritten"] for each in (usage, more)]
    held = [rows(STORAGE, "max { storedBytes }", each)[0]["max"]["storedBytes"] for each in (usage, more)]
    assert (of, held) == ([2, 4], [4096, 4097])


def test_a_record_that_is_of_no_object_is_not_counted() -> None:
    record, shift_ms = ran("11:00")
    del record[OBJECT]
    assert rows(INVOCATIONS, "sum { requests }", used((record, shift_ms))) == []


@pytest.mark.parametrize(("now", "known"), [("11:05", 0), ("11:06", 1)])
def test_a_minute_is_known_five_minutes_after_its_end(now: str, known: int) -> None:
    assert len(rows(INVOCATIONS, "sum { requests }", used(ran("11:00")), at(now))) == known


@pytest.mark.parametrize(
    ("conditions", "kept"),
    [
        ('datetimeMinute_geq: "2026-11-20T11:01:00Z"', 2),
        ('datetimeMinute_gt: "2026-11-20T11:01:00Z"', 1),
        ('datetimeMinute_lt: "2026-11-20T11:01:00.000Z"', 1),
        ('datetimeMinute_leq: "2026-11-20T11:01:00Z"', 2),
        ('datetimeMinute: "2026-11-20T11:01:00Z"', 1),
        ('datetimeMinute_in: ["2026-11-20T11:00:00Z", "2026-11-20T11:02:00Z"]', 2),
        ('date_geq: "2026-11-20"', 3),
        ('date_lt: "2026-11-20"', 0),
        ('datetimeHour: "2026-11-20T11:00:00Z"', 3),
        (f'namespaceId: "{ROOM.id}"', 2),
        (f'namespaceId_in: ["{ROOM.id}", "{LOBBY.id}"]', 3),
        (f'namespaceId_neq: "{ROOM.id}"', 1),
        ('status: "success", datetimeMinute_geq: "2026-11-20T11:02:00Z"', 1),
    ],
)
def test_a_filter_keeps_what_it_says(conditions: str, kept: int) -> None:
    usage = used(ran("11:00"), ran("11:01"), ran("11:02", Entrypoint="Lobby"))
    found = rows(
        INVOCATIONS,
        "dimensions { datetimeMinute namespaceId } sum { requests }",
        usage,
        arguments=f"limit: 9, filter: {{ {conditions} }}",
    )
    assert len(found) == kept


def test_rows_are_those_of_the_dimensions_in_their_order_up_to_the_limit() -> None:
    usage = used(*(ran(f"11:{minute:02}") for minute in range(12)))
    found = rows(
        INVOCATIONS,
        "dimensions { datetimeFiveMinutes } sum { requests }",
        usage,
        arguments="limit: 2, orderBy: [datetimeFiveMinutes_DESC]",
    )
    assert [(each["dimensions"]["datetimeFiveMinutes"][11:16], each["sum"]["requests"]) for each in found] == [
        ("11:10", 2),
        ("11:05", 5),
    ]


def test_variables_and_aliases_are_filled_in() -> None:
    wanted = "filter: { namespaceId_in: $ids, datetimeMinute_geq: $since }"
    query = (
        "query ($account: string!, $ids: [string!], $since: Time!) {"
        f" viewer {{ accounts(filter: {{ accountTag: $account }}) {{ rows: {INVOCATIONS}(limit: 9, {wanted})"
        " { sum { requests } } } } }"
    )
    variables = {"account": ACCOUNT, "ids": [ROOM.id], "since": "2026-11-20T11:00:00.000Z"}
    told = answer({"query": query, "variables": variables}, ACCOUNT, used(ran("11:00")), NOON)
    assert told == {"data": {"viewer": {"accounts": [{"rows": [{"sum": {"requests": 1}}]}]}}, "errors": None}


@pytest.mark.parametrize(
    ("dataset", "fields", "arguments", "said"),
    [
        ("durableObjectsThings", "sum { requests }", "limit: 1", 'unknown field "durableObjectsThings"'),
        ("durableObjectsStorageGroups", "max { storedBytes }", "limit: 1", "not modelled here"),
        (INVOCATIONS, "sum { rowsRead }", "limit: 1", 'unknown field "rowsRead"'),
        (INVOCATIONS, "sum { responseBodySize }", "limit: 1", 'field not modelled here "responseBodySize"'),
        (PERIODIC, "dimensions { status } sum { duration }", "limit: 1", 'unknown field "status"'),
        (PERIODIC, "dimensions { objectId } sum { duration }", "limit: 1", "not modelled here"),
        (STORAGE, "dimensions { datetimeMinute } max { storedBytes }", "limit: 1", 'unknown field "datetimeMinute"'),
        (STORAGE, "sum { storedBytes }", "limit: 1", 'unknown field "sum"'),
        (PERIODIC, "sum { duration { seconds } }", "limit: 1", "scalar fields must have not selections"),
        (PERIODIC, "sum", "limit: 1", "must have selections"),
        (PERIODIC, "sum { duration }", "limit: 10001", "not greater than 10000"),
        (PERIODIC, "sum { duration }", "limit: 0", "limit must be positive"),
        (PERIODIC, "sum { duration }", "orderBy: []", "limit must be positive"),
        (PERIODIC, "sum { duration }", "limit: 1, offset: 2", 'unknown arg "offset"'),
        (PERIODIC, "sum { duration }", 'limit: 1, filter: { scriptName: "chat" }', 'unknown arg "scriptName"'),
        (PERIODIC, "sum { duration }", 'limit: 1, filter: { namespaceId_like: "a" }', 'unknown arg "namespaceId_like"'),
        (PERIODIC, "sum { duration }", 'limit: 1, filter: { namespaceId_gt: "a" }', 'unknown arg "namespaceId_gt"'),
        (PERIODIC, "sum { duration }", "limit: 1, filter: { namespaceId_in: 3 }", "is no list"),
        (PERIODIC, "sum { duration }", "limit: 1, filter: 3", "filter is no object"),
        (PERIODIC, "sum { duration }", "limit: 1, orderBy: 3", "orderBy is no list"),
        (PERIODIC, "sum { duration }", 'limit: 1, filter: { date: "today" }', "is no time"),
        (
            PERIODIC,
            "sum { duration }",
            'limit: 1, filter: { date: "2026-10-01" }',
            "cannot request data older than 2678400s",
        ),
        (PERIODIC, "sum { duration }", "limit: 1, orderBy: [date_ASC]", 'unknown arg "date_ASC"'),
    ],
)
def test_what_is_not_known_or_not_modelled_is_refused(dataset: str, fields: str, arguments: str, said: str) -> None:
    assert said in refusal(dataset, fields, arguments)


def test_an_error_has_the_form_that_is_documented() -> None:
    told = asked(PERIODIC, "sum { calls }", Usage())
    assert told == {
        "data": None,
        "errors": [
            {
                "message": 'unknown field "calls"',
                "path": ["viewer", "accounts", "0", PERIODIC, "sum"],
                "extensions": {"timestamp": datetime.fromtimestamp(NOON / 1000, UTC).isoformat()},
            }
        ],
    }


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", "syntax error"),
        ("{ viewer {", "syntax error"),
        ("{ zones { a } }", 'unknown field "zones"'),
        ("{ viewer }", "must have selections"),
        ("{ viewer { zones { a } } }", 'unknown field "zones"'),
        ("{ viewer { accounts { a } } }", "not authorized"),
        ('{ viewer { accounts(filter: { accountTag: "b" }) { a } } }', "not authorized"),
        ("query ($a: string!) { viewer { accounts(filter: { accountTag: $a }) { a } } }", "$a is not given"),
        ("{ viewer { accounts(filter: { accountTag: $a }) { a } } }", "$a is not declared"),
    ],
)
def test_a_query_that_asks_for_nothing_is_refused(query: str, said: str) -> None:
    assert said in answer({"query": query}, ACCOUNT, Usage(), NOON)["errors"][0]["message"]


@given(
    st.recursive(
        st.none() | st.text() | st.integers(), lambda inner: st.dictionaries(st.text(), inner) | st.lists(inner)
    )
)
def test_any_body_is_answered(body: Any) -> None:
    assert answer(body, ACCOUNT, Usage(), NOON).keys() == {"data", "errors"}


@given(st.text(alphabet='{}()[]:$"_,.abc019 \n-', max_size=60))
def test_any_text_is_answered(query: str) -> None:
    assert answer({"query": query}, ACCOUNT, Usage(), NOON)["errors"]


def test_the_namespaces_of_an_account_have_stable_ids() -> None:
    assert [(each["id"], each["script"], each["class"]) for each in namespaces([ROOM, LOBBY])["result"]] == [
        (ROOM.id, "chat", "Room"),
        (LOBBY.id, "chat", "Lobby"),
    ]
    assert ROOM.id != LOBBY.id
    assert len(ROOM.id) == 32
