from __future__ import annotations

from typing import Any

import pytest

from firedrill.vendors.datadog.rules.recurrences import former_breaches, rule_breaches, schedule_breaches


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY",
        "RRULE:FREQ=WEEKLY;INTERVAL=123;WKST=SU",
        "FREQ=MONTHLY;BYSETPOS=3;BYDAY=WE;INTERVAL=1",
        "FREQ=MONTHLY;BYMONTHDAY=1,-1;COUNT=12",
        "FREQ=YEARLY;BYMONTH=2;BYDAY=+1MO,-1FR;UNTIL=20300101T000000Z;",
        "FREQ=DAILY;BYHOUR=0,23;BYMINUTE=59;BYSECOND=60",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29,30",
        "FREQ=DAILY;BYYEARDAY=-366",
    ],
)
def test_a_rule_of_rfc_5545_is_accepted(rule: str) -> None:
    assert list(rule_breaches("rrule", rule)) == []


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("", "rrule is missing; allowed: a rule with FREQ"),
        ("BYDAY=MO", "allowed: a rule with FREQ"),
        ("FREQ=daily", "rrule is 'FREQ=daily'; allowed: one of YEARLY"),
        ("FREQ=DAILY;INTERVAL=0", "rrule is 'INTERVAL=0'; allowed: a whole number of at least 1"),
        ("FREQ=DAILY;UNTIL=tomorrow", "rrule is 'UNTIL=tomorrow'; allowed: a date such as 20270101"),
        ("FREQ=DAILY;UNTIL=20271332", "rrule is 'UNTIL=20271332'; allowed: a date such as 20270101"),
        ("FREQ=DAILY;UNTIL=20270101T996000Z", "rrule is 'UNTIL=20270101T996000Z'; allowed: a date such as"),
        ("FREQ=DAILY;UNTIL=\u0662\u0660\u0662\u0667\u0660\u0661\u0660\u0661", "allowed: a date such as 20270101"),
        ("FREQ=MONTHLY;BYDAY=0MO", "rrule is 'BYDAY=0MO'; allowed: days such as MO"),
        ("FREQ=YEARLY;BYDAY=54MO", "rrule is 'BYDAY=54MO'; allowed: days such as MO"),
        ("FREQ=MONTHLY;BYDAY=MO,-6TU", "rrule is 'BYDAY=-6TU'; allowed: at most the 5th such day of a month"),
        ("FREQ=WEEKLY;BYDAY=Mon", "rrule is 'BYDAY=Mon'; allowed: days such as MO"),
        ("FREQ=DAILY;BYHOUR=24", "rrule is 'BYHOUR=24'; allowed: 0 to 23"),
        ("FREQ=DAILY;BYHOUR=-1", "rrule is 'BYHOUR=-1'; allowed: 0 to 23"),
        ("FREQ=DAILY;DURATION=PT1H", "give them as start and duration"),
        ("FREQ=DAILY;FREQ=WEEKLY", "rrule is FREQ given twice; allowed: each part once"),
        ("FREQ=DAILY;COUNT=1;UNTIL=20270101", "rrule is both COUNT and UNTIL; allowed: one of them"),
        (
            "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
            "rrule is 'BYMONTH=2;BYMONTHDAY=30'; allowed: a date that some year has",
        ),
        ("FREQ=DAILY;BYMONTHDAY=-31;BYMONTH=4,6", "rrule is 'BYMONTH=4,6;BYMONTHDAY=-31'; allowed: a date that"),
        (
            "FREQ=DAILY;BYYEARDAY=300;BYMONTH=2",
            "rrule is 'BYMONTH=2;BYYEARDAY=300'; allowed: a date that some year has",
        ),
        ("FREQ=DAILY;BYDAYS=MO", "(did you mean 'BYDAY'?)"),
    ],
)
def test_a_rule_that_cannot_be_read_is_refused(rule: str, said: str) -> None:
    assert said in "\n".join(map(str, rule_breaches("rrule", rule)))


def test_a_recurrence_needs_a_duration_and_a_local_start() -> None:
    recurrence = {"rrule": "FREQ=DAILY", "duration": "0d", "start": "2027-01-02T03:04:05+01:00"}
    assert [each.field for each in schedule_breaches({"recurrences": [recurrence], "timezone": "UTC"})] == [
        "schedule.recurrences[0].duration",
        "schedule.recurrences[0].start",
    ]


@pytest.mark.parametrize(
    "recurrence",
    [
        {"type": "days", "period": 1},
        {"type": "weeks", "period": 2, "week_days": ["Mon", "Fri"], "until_occurrences": 3},
        {"type": "rrule", "rrule": "FREQ=MONTHLY;BYSETPOS=3;BYDAY=WE;INTERVAL=1"},
    ],
)
def test_the_older_form_is_accepted(recurrence: dict[str, Any]) -> None:
    assert list(former_breaches(recurrence)) == []


@pytest.mark.parametrize(
    ("recurrence", "field"),
    [
        ({}, "recurrence.type"),
        ({"type": "hours", "period": 1}, "recurrence.type"),
        ({"type": "days", "period": 0}, "recurrence.period"),
        ({"type": "weeks", "week_days": ["mon"]}, "recurrence.week_days"),
        ({"type": "days", "week_days": ["Mon"]}, "recurrence.week_days"),
        ({"type": "days", "until_date": 1, "until_occurrences": 2}, "recurrence"),
        ({"type": "rrule"}, "recurrence.rrule"),
    ],
)
def test_the_older_form_is_refused(recurrence: dict[str, Any], field: str) -> None:
    assert [each.field for each in former_breaches(recurrence)] == [field]
