from __future__ import annotations

import pytest

from firedrill.vendors.datadog.rules.windows import ALLOWED, parse_shift, parse_window, window_breaches
from firedrill.vendors.rules.breach import Breach


@pytest.mark.parametrize(
    ("text", "seconds", "bucket_s", "words"),
    [
        ("last_1m", 60, 60, "1 minute"),
        ("last_43800m", 2_628_000, 60, "43800 minutes"),
        ("last_4h", 14_400, 600, "4 hours"),
        ("last_2d", 172_800, 3600, "2 days"),
        ("last_1w", 604_800, 3600, "1 week"),
        ("last_1mo", 2_592_000, 14_400, "1 month"),
    ],
)
def test_a_window_has_its_length_its_buckets_and_its_words(text: str, seconds: int, bucket_s: int, words: str) -> None:
    window = parse_window(text)

    assert window
    assert (window.seconds, window.bucket_s, window.in_words) == (seconds, bucket_s, words)
    assert window_breaches("window", text) == []


@pytest.mark.parametrize(
    "text", ["last_0m", "last_43801m", "last_731h", "last_31d", "last_2mo", "5m", "last_5s", "last_5m "]
)
def test_a_window_that_datadog_does_not_have_is_refused(text: str) -> None:
    assert window_breaches("window", text) == [Breach("window", repr(text), ALLOWED)]


@pytest.mark.parametrize("text", ["5m_ago", "1h_ago", "1d_ago", "1w_ago", "1mo_ago", "last_30m"])
def test_a_timeshift_is_known(text: str) -> None:
    assert parse_shift(text)
