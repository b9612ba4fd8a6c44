"""The search over the size of a fault, and what it says of an alert and its threshold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from firedrill.drill.bracket import CLOSE, Course, Sensitivity, bracket
from firedrill.scenarios.dangers import BY_ID

OF_REQUESTS, OF_MINUTES = BY_ID["requests-fail"], BY_ID["telemetry-silent"]
FOUND = Sensitivity("errors", "requests-fail", "% of requests", 7.5, 1.05, 1.01, 1.0, {1: Course(4, 7)})


def above(limit: float) -> Callable[[float], bool]:
    return lambda size: size > limit


@pytest.mark.parametrize("limit", [0.5, 1.0, 7.4, 7.6, 40.0])
def test_the_largest_quiet_and_the_smallest_that_fires_lie_close_on_both_sides_of_the_limit(limit: float) -> None:
    quiet, smallest = bracket(above(limit), 7.5, OF_REQUESTS)
    assert quiet is not None
    assert smallest is not None
    assert quiet <= limit < smallest <= quiet * CLOSE


def test_sizes_in_minutes_are_whole_and_one_apart() -> None:
    assert bracket(above(16), 25, OF_MINUTES) == (16, 17)


def test_an_alert_that_fires_at_no_size_has_no_smallest() -> None:
    quiet, smallest = bracket(lambda _: False, 7.5, OF_REQUESTS)
    assert smallest is None
    assert quiet is not None


def test_an_alert_that_fires_at_every_size_has_no_quiet_one() -> None:
    quiet, smallest = bracket(lambda _: True, 7.5, OF_REQUESTS)
    assert quiet is None
    assert smallest == pytest.approx(7.5 / 64)


def test_no_size_is_tried_beyond_what_can_be() -> None:
    tried: list[float] = []

    def fires(size: float) -> bool:
        tried.append(size)
        return False

    bracket(fires, 7.5, OF_REQUESTS)
    assert max(tried) == OF_REQUESTS.most


def test_an_alert_near_its_threshold_is_no_finding() -> None:
    assert FOUND.problem == ""


def test_an_alert_that_fires_far_above_its_threshold_is_a_finding() -> None:
    assert replace(FOUND, smallest=1.6).problem == "fires from 1.6 % of requests on only; its threshold is 1"
    assert replace(FOUND, smallest=None).problem == "fires at no size; its threshold is 1"


def test_an_alert_that_fires_far_below_its_threshold_is_a_finding() -> None:
    assert replace(FOUND, smallest=0.6, quiet=0.5).problem == (
        "fires from 0.6 % of requests on already; its threshold is 1"
    )


def test_an_alert_without_a_threshold_in_the_unit_of_its_danger_is_not_compared() -> None:
    assert replace(FOUND, threshold=None, smallest=None).problem == ""
