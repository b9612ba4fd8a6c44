"""Numbers and times as a reader wants them."""

from __future__ import annotations

import pytest

from firedrill.report.words import minutes, moment, number


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "never"),
        (0, "0 min"),
        (-3, "-3 min"),
        (119, "119 min"),
        (120, "2 h"),
        (1035, "17 h 15 min"),
        (2879, "47 h 59 min"),
        (2880, "2 d"),
        (3240, "2 d 6 h"),
        (41082, "28 d 13 h"),
        (43199, "30 d"),
        (-3240, "-2 d 6 h"),
    ],
)
def test_a_long_time_is_told_in_its_two_largest_units(value: float | None, said: str) -> None:
    assert minutes(value) == said


def test_a_moment_has_its_sign() -> None:
    assert [moment(each) for each in (-15, 0, 3, 330)] == ["-15 min", "+0 min", "+3 min", "+5 h 30 min"]


@pytest.mark.parametrize(
    ("value", "said"), [(None, "no data"), (2 / 3, "0.6667"), (64900, "64,900"), (8.25e9, "8,250,000,000"), (12, "12")]
)
def test_a_number_has_four_digits_and_commas_and_no_exponent(value: float | None, said: str) -> None:
    assert number(value) == said
