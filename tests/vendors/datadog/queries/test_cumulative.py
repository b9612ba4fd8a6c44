from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firedrill.vendors.datadog.queries.cumulative import CurrentWindow, begins, parse_current

HOUR_S, DAY_S = 3600, 86_400


def begin(window: CurrentWindow, end: str) -> str:
    """The local time at which the window with this local end begins."""
    zone = ZoneInfo(window.zone)
    end_s = int(datetime.fromisoformat(end).replace(tzinfo=zone).timestamp())
    (begin_s,) = begins(window, np.array([end_s]))
    return datetime.fromtimestamp(begin_s, zone).replace(tzinfo=None).isoformat(" ", "minutes")


@pytest.mark.parametrize(
    ("window", "end", "expected"),
    [
        (CurrentWindow("current_1h", HOUR_S, "h", minute=30), "2026-01-05 06:29", "2026-01-05 05:30"),
        (CurrentWindow("current_1h", HOUR_S, "h", minute=30), "2026-01-05 06:30", "2026-01-05 05:30"),
        (CurrentWindow("current_1h", HOUR_S, "h", minute=30), "2026-01-05 06:31", "2026-01-05 06:30"),
        (CurrentWindow("current_1h", HOUR_S, "h", zone="Asia/Kolkata"), "2026-01-05 06:10", "2026-01-05 06:00"),
        (CurrentWindow("current_1d", DAY_S, "d", 14), "2026-01-05 13:59", "2026-01-04 14:00"),
        (CurrentWindow("current_1d", DAY_S, "d", 14), "2026-01-05 14:01", "2026-01-05 14:00"),
        (CurrentWindow("current_1d", DAY_S, "d", 4, 0, "Europe/Paris"), "2026-03-29 05:00", "2026-03-29 04:00"),
        (CurrentWindow("current_1d", DAY_S, "d", 4, 0, "Europe/Paris"), "2026-03-29 03:30", "2026-03-28 04:00"),
        (CurrentWindow("current_1mo", 31 * DAY_S, "mo", 4), "2026-03-01 03:59", "2026-02-01 04:00"),
        (CurrentWindow("current_1mo", 31 * DAY_S, "mo", 4), "2026-03-31 00:00", "2026-03-01 04:00"),
    ],
)
def test_a_window_begins_at_the_last_reset(window: CurrentWindow, end: str, expected: str) -> None:
    assert begin(window, end) == expected


@given(
    st.sampled_from(["current_1h", "current_1d", "current_1mo"]),
    st.integers(0, 23),
    st.integers(0, 59),
    st.sampled_from(["UTC", "Europe/Paris", "Asia/Kolkata", "America/New_York"]),
    st.lists(st.integers(1_700_000_000, 1_710_000_000), min_size=1, max_size=5),
)
def test_a_window_is_never_empty_and_never_longer_than_its_span(
    text: str, hour: int, minute: int, zone: str, ends: list[int]
) -> None:
    named = parse_current(text)
    assert named
    window = CurrentWindow(text, named.seconds, named.unit, hour if named.unit != "h" else 0, minute, zone)

    lengths = np.array(ends) - begins(window, np.array(ends))

    assert (lengths > 0).all()
    assert (lengths <= named.seconds + HOUR_S).all()


@pytest.mark.parametrize("text", ["current_2h", "current_1w", "last_1h", ""])
def test_other_texts_name_no_cumulative_window(text: str) -> None:
    assert parse_current(text) is None
