"""Downtimes as data."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firedrill.vendors.datadog.monitors import DowntimeScopeError, InvalidDowntime, parse_downtime
from firedrill.vendors.datadog.monitors.downtimes import compile_scope
from firedrill.vendors.errors import Unsupported

STORE_DEV = ("env:dev", "service:web-store")
STORE_PROD = ("env:prod", "service:web-store")
ADS_STAGING = ("env:staging", "service:ads")


@pytest.mark.parametrize(
    ("scope", "muted"),
    [
        ("*", [STORE_DEV, STORE_PROD, ADS_STAGING]),
        ("service:web-store", [STORE_DEV, STORE_PROD]),
        ("service:web-store AND env:dev", [STORE_DEV]),
        ("service:web-store env:dev", [STORE_DEV]),
        ("env:(dev OR staging)", [STORE_DEV, ADS_STAGING]),
        ("service:web-store AND env:(dev OR staging)", [STORE_DEV]),
        ("service:web-*", [STORE_DEV, STORE_PROD]),
        ("service:*-store", [STORE_DEV, STORE_PROD]),
        ("service:web-store AND -env:prod", [STORE_DEV]),
        ("-env:(dev OR prod)", [ADS_STAGING]),
        ("(env:dev OR service:ads)", [STORE_DEV, ADS_STAGING]),
    ],
)
def test_the_pages_scopes_mute_what_they_say(scope: str, muted: list[tuple[str, ...]]) -> None:
    matches = compile_scope(scope)

    assert [group for group in (STORE_DEV, STORE_PROD, ADS_STAGING) if matches(group)] == muted


@pytest.mark.parametrize(
    "scope",
    [
        "team:app AND (service:auth OR (service:graphics-writer AND (env:prod OR type:metric)))",
        "-service:(A AND B)",
        "service:(-A OR -B)",
        "service:A OR host:X",
        "prod",
        "prod AND service:(A OR B)",
        "service:auth?",
        "en&v:prod",
        "",
    ],
)
def test_the_pages_limitations_are_refused(scope: str) -> None:
    with pytest.raises(DowntimeScopeError):
        compile_scope(scope)


def test_a_refused_scope_is_shown_with_its_place() -> None:
    with pytest.raises(DowntimeScopeError) as caught:
        compile_scope("service:A OR host:X")

    assert str(caught.value) == (
        "downtime scope 'service:A OR host:X', line 1, column 11: found 'OR'; expected '(', '-', AND or a key with ':'."
    )


@given(
    st.one_of(st.text(), st.lists(st.sampled_from(["a:b", "AND", "OR", "(", ")", "-", "*", " ", "k:"])).map("".join))
)
def test_no_text_crashes_the_scope_parser(scope: str) -> None:
    try:
        matches = compile_scope(scope)
    except DowntimeScopeError:
        return
    matches(STORE_DEV)


def downtime(**changes: Any) -> dict[str, Any]:
    return {"scope": "*", "monitor_identifier": {"monitor_id": 11}, **changes}


def test_a_downtime_without_a_schedule_has_no_end() -> None:
    endless = parse_downtime(downtime())

    assert (endless.start_s, endless.end_s) == (0, 2**62)


def test_times_are_read_with_their_zone() -> None:
    schedule = {"start": "2026-01-05T01:00:00+01:00", "end": "2026-01-05T00:30:00"}

    assert parse_downtime(downtime(schedule=schedule)).start_s == 1_767_571_200
    assert parse_downtime(downtime(schedule=schedule)).end_s == 1_767_571_200 + 1800


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"scop": "*"},
            "scop is not a known field; allowed: one of display_timezone, message, monitor_identifier,"
            " mute_first_recovery_notification, notify_end_states, notify_end_types, schedule, scope.",
        ),
        (
            {"monitor_identifier": {}},
            "monitor_identifier is missing; allowed: either monitor_id or monitor_tags.",
        ),
        (
            {"monitor_identifier": {"monitor_id": 1, "monitor_tags": ["a:b"]}},
            "monitor_identifier is {'monitor_id': 1, 'monitor_tags': ['a:b']}; allowed: either monitor_id or"
            " monitor_tags.",
        ),
        ({"notify_end_states": ["ok"]}, "notify_end_states is ['ok']; allowed: any of alert, warn, no data."),
        ({"notify_end_types": ["over"]}, "notify_end_types is ['over']; allowed: any of canceled, expired."),
        (
            {"schedule": {"start": "tomorrow"}},
            "schedule.start is 'tomorrow'; allowed: an ISO 8601 time such as '2026-01-02T03:04:05Z'.",
        ),
        (
            {"schedule": {"start": "2026-01-05T01:00:00Z", "end": "2026-01-05T01:00:00Z"}},
            "schedule.end is '2026-01-05T01:00:00Z'; allowed: a time after schedule.start ('2026-01-05T01:00:00Z').",
        ),
        (
            {"schedule": {"end": "1969-12-31T00:00:00Z"}},
            "schedule.end is '1969-12-31T00:00:00Z'; allowed: a time after schedule.start (null).",
        ),
    ],
)
def test_a_wrong_downtime_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidDowntime) as caught:
        parse_downtime(downtime(**changes))

    assert str(caught.value) == f"downtime of '*': {message}"


def test_a_recurring_downtime_is_refused_by_name() -> None:
    with pytest.raises(Unsupported, match=r"^downtime of '\*': a recurring downtime is not supported"):
        parse_downtime(downtime(schedule={"recurrences": [{"rrule": "FREQ=DAILY", "duration": "1h"}]}))


def test_a_cancelled_downtimes_end_type_alone_notifies_nothing() -> None:
    assert parse_downtime(downtime(notify_end_types=["canceled"])).notify_end_states == frozenset()
