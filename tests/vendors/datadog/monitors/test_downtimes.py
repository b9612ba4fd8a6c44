"""Downtimes as data."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firedrill.vendors.datadog.monitors import DowntimeScopeError, InvalidDowntime, parse_downtime
from firedrill.vendors.datadog.monitors.downtimes import compile_scope
from firedrill.vendors.datadog.monitors.schedules import Once, Recurring
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

    assert endless.schedule == Once(0, 2**62)


def test_times_are_read_with_their_zone() -> None:
    schedule = {"start": "2026-01-05T01:00:00+01:00", "end": "2026-01-05T00:30:00"}

    assert parse_downtime(downtime(schedule=schedule)).schedule == Once(1_767_571_200, 1_767_571_200 + 1800)


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


@pytest.mark.parametrize(
    ("schedule", "feature"),
    [
        ({"recurrences": [{"rrule": "FREQ=DAILY", "duration": "1h"}]}, "a recurring downtime without a start"),
        (
            {"recurrences": [{"rrule": "FREQ=HOURLY", "duration": "1m", "start": "2026-01-05T00:00:00"}]},
            "a downtime that recurs HOURLY",
        ),
        (
            {"recurrences": [{"rrule": "FREQ=DAILY;BYSECOND=60", "duration": "1m", "start": "2026-01-05T00:00:00"}]},
            r"the recurrence FREQ=DAILY;BYSECOND=60 \(second must be in 0..59\)",
        ),
        ({"recurrence": {"type": "days", "period": 1}}, "a recurring downtime in the form of the first API"),
    ],
)
def test_what_recurs_otherwise_than_by_days_and_a_start_is_refused_by_name(
    schedule: dict[str, Any], feature: str
) -> None:
    with pytest.raises(Unsupported, match=rf"^downtime of '\*': {feature} is not supported"):
        parse_downtime(downtime(schedule=schedule))


def recurring(*rules: tuple[str, str, str], timezone: str = "UTC") -> Recurring:
    recurrences = [{"rrule": rule, "duration": duration, "start": start} for rule, duration, start in rules]
    schedule = parse_downtime(downtime(schedule={"recurrences": recurrences, "timezone": timezone})).schedule
    assert isinstance(schedule, Recurring)
    return schedule


def spans(schedule: Recurring, first: str, last: str) -> list[str]:
    """When it is in force between two times in UTC, minute by minute."""
    begin, end = (int(datetime.fromisoformat(each).timestamp()) for each in (first, last))
    times_s = np.arange(begin, end, 60)
    edges = np.flatnonzero(np.diff(np.concatenate(([0], schedule.covers(times_s).astype(int), [0]))))
    moments = [datetime.fromtimestamp(begin + 60 * int(edge), UTC).strftime("%m-%d %H:%M") for edge in edges]
    return [f"{start} to {end}" for start, end in zip(moments[::2], moments[1::2], strict=True)]


def test_a_downtime_recurs_on_the_days_of_its_rule() -> None:
    weekly = recurring(("FREQ=WEEKLY;BYDAY=TU,TH", "90m", "2026-01-06T22:00"))
    assert spans(weekly, "2026-01-05T00:00Z", "2026-01-14T00:00Z") == [
        "01-06 22:00 to 01-06 23:30",
        "01-08 22:00 to 01-08 23:30",
        "01-13 22:00 to 01-13 23:30",
    ]


def test_nothing_recurs_before_the_start_nor_after_the_count_or_the_end() -> None:
    counted = recurring(("FREQ=DAILY;COUNT=2", "1h", "2026-01-06T10:00"))
    assert spans(counted, "2026-01-01T00:00Z", "2026-01-20T00:00Z") == [
        "01-06 10:00 to 01-06 11:00",
        "01-07 10:00 to 01-07 11:00",
    ]
    until = recurring(("FREQ=DAILY;UNTIL=20260107T090000Z", "1h", "2026-01-06T10:00"), timezone="Europe/Paris")
    assert spans(until, "2026-01-01T00:00Z", "2026-01-20T00:00Z") == [
        "01-06 09:00 to 01-06 10:00",
        "01-07 09:00 to 01-07 10:00",
    ]


@pytest.mark.parametrize("until", ["00010101T000000Z", "99991231T235959Z"])
def test_a_rule_may_end_on_the_first_or_the_last_day_that_there_is(until: str) -> None:
    for zone in ("Asia/Tokyo", "America/New_York"):
        daily = recurring((f"FREQ=DAILY;UNTIL={until}", "1h", "2026-01-06T10:00"), timezone=zone)
        assert len(spans(daily, "2026-01-08T00:00Z", "2026-01-09T00:00Z")) == (until > "2026")


@pytest.mark.parametrize("duration", ["5000000d", "99999999999999999999w"])
def test_a_window_may_be_longer_than_there_are_dates(duration: str) -> None:
    forever = recurring(("FREQ=DAILY;", duration, "2026-01-06T10:00"))
    assert spans(forever, "2026-01-06T09:00Z", "2026-01-07T00:00Z") == ["01-06 10:00 to 01-07 00:00"]


def test_a_rule_is_followed_from_its_first_start_but_once(monkeypatch: pytest.MonkeyPatch) -> None:
    leap = recurring(("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "1h", "2026-01-06T10:00"))
    times_s = np.arange(1_800_000_000, 1_800_003_600, 60)
    assert not leap.covers(times_s).any()
    monkeypatch.setattr("dateutil.rrule.rrule._iter", None)
    assert not leap.covers(times_s).any()


def test_a_rule_follows_the_clock_of_its_zone_into_summer_time() -> None:
    nightly = recurring(("FREQ=DAILY", "30m", "2026-03-28T03:30"), timezone="Europe/Paris")
    assert spans(nightly, "2026-03-28T00:00Z", "2026-03-30T00:00Z") == [
        "03-28 02:30 to 03-28 03:00",
        "03-29 01:30 to 03-29 02:00",
    ]


def test_a_window_that_has_begun_before_is_in_force_and_rules_add_up() -> None:
    both = recurring(("FREQ=WEEKLY", "2d", "2026-01-03T00:00"), ("FREQ=DAILY", "1h", "2026-01-05T00:00"))
    assert spans(both, "2026-01-04T23:00Z", "2026-01-05T12:00Z") == ["01-04 23:00 to 01-05 01:00"]


@given(st.integers(1, 3000), st.integers(0, 20_000), st.integers(1, 400))
def test_it_does_not_matter_in_how_many_parts_times_are_asked(length: int, first: int, cut: int) -> None:
    daily = recurring(("FREQ=DAILY;INTERVAL=2", f"{length}m", "2026-01-01T05:00"), timezone="America/New_York")
    times_s = np.arange(1_767_225_600 + 60 * first, 1_767_225_600 + 60 * (first + 500), 60)
    parts = [daily.covers(times_s[:cut]), daily.covers(times_s[cut:])]
    assert (np.concatenate(parts) == daily.covers(times_s)).all()


def test_a_cancelled_downtimes_end_type_alone_notifies_nothing() -> None:
    assert parse_downtime(downtime(notify_end_types=["canceled"])).notify_end_states == frozenset()
