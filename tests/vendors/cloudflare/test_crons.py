"""When a schedule is due."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from firedrill.vendors.cloudflare.crons import due
from firedrill.vendors.errors import FiredrillError


def ms(text: str) -> int:
    return int(datetime.fromisoformat(f"{text}+00:00").timestamp() * 1000)


def times(cron: str, after: str, until: str) -> list[str]:
    return [datetime.fromtimestamp(each / 1000, UTC).strftime("%dT%H:%M") for each in due(cron, ms(after), ms(until))]


def test_every_five_minutes_is_due_after_the_first_time_and_up_to_the_last() -> None:
    assert times("*/5 * * * *", "2026-01-05T10:05", "2026-01-05T10:20") == ["05T10:10", "05T10:15", "05T10:20"]


@pytest.mark.parametrize(
    ("cron", "found"),
    [
        ("0 12 * * *", ["05T12:00", "06T12:00"]),
        ("0,30 6 * * *", ["05T06:00", "05T06:30", "06T06:00", "06T06:30"]),
        ("0 9-17/4 6 * *", ["06T09:00", "06T13:00", "06T17:00"]),
        ("0 0 * * 3", ["06T00:00"]),  # Sunday is 1, and the 6th a Tuesday
        ("0 0 6 * 2", ["05T00:00", "06T00:00"]),  # either day is enough
        ("0 0 * 2 *", []),
    ],
)
def test_each_field_narrows_the_times(cron: str, found: list[str]) -> None:
    assert times(cron, "2026-01-04T23:59", "2026-01-06T23:59") == found


@pytest.mark.parametrize("cron", ["0 0 * JAN *", "0 0 LW * *", "0 0 * * 2#1"])
def test_names_and_special_days_are_refused(cron: str) -> None:
    with pytest.raises(FiredrillError, match="only numbers, ranges and steps are emulated"):
        list(due(cron, 0, 0))
