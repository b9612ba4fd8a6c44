"""Weeks made of recorded minutes."""

from __future__ import annotations

import numpy as np
import pytest

from firedrill.drill.lasting import laid_out, mixed
from firedrill.scenarios.scenario import Lasting
from firedrill.vendors.datadog.objectives import Slices


def slices(good: float, total: float, number: int = 10, step_s: int = 60) -> Slices:
    return Slices(0, step_s, np.full(number, good), np.full(number, total))


@pytest.mark.parametrize("rate", [0.001, 0.0202, 0.4, 0.5])
def test_healthy_and_faulty_minutes_are_mixed_to_the_share_that_is_asked_for(rate: float) -> None:
    usual, bad = slices(20, 20), slices(20, 40)
    found = laid_out(Lasting(90, 60, 30, rate), 6000, usual, bad)
    ends_s = np.array([6000, 6000 + 90 * 60, 6000 + 120 * 60])
    assert found.failed(ends_s, 30 * 60) == pytest.approx([0, rate, 0])


def test_a_fault_that_no_metric_sees_burns_nothing() -> None:
    assert mixed(0.02, slices(20, 20), slices(20, 20)) == 1.0
    found = laid_out(Lasting(90, 60, 30, 0.02), 6000, slices(20, 20), slices(20, 20))
    assert found.failed(np.array([6000 + 90 * 60]), 3600) == [0]


def test_without_a_rate_all_of_the_fault_is_as_it_was_recorded() -> None:
    found = laid_out(Lasting(15, 60, 30), 3600, slices(1, 1, 2, 300), slices(0, 1, 2, 300))
    assert found.begin_s == 0
    assert found.good.tolist() == [1] * 12 + [0] * 3 + [1] * 6
