"""The vendor's worked examples and rules.

Given are the `monitors`, their `downtimes`, and either the `series` that their queries answer with each minute (and
which windows are `full`), or the `signals` that they see for so many `minutes` from the `first_minute` on. Expected are
the `states` at every change by monitor and group, and, where a case says so, the `notifications`, the reasons why
evaluations were `skipped`, and what is `modelled`.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.cases import Case, each, load, read

HERE = Path(__file__).parent
CASES = load(HERE)


def test_there_are_cases() -> None:
    assert len(CASES) > 50


@each(CASES)
def test_a_case_comes_out_as_documented(case: Case, sim: Any) -> None:
    assert sim.case_failures(case) == []


@pytest.mark.parametrize("minutes", [1, 7])
@each(CASES)
def test_a_case_comes_out_the_same_when_it_is_run_bit_by_bit(case: Case, minutes: int, sim: Any) -> None:
    assert sim.case_failures(case, partial(sim.run_in_parts, minutes=minutes)) == []


@each(CASES)
def test_a_case_says_what_it_shows(case: Case) -> None:
    assert case.note
    assert case.expected["states"] or "notifications" in case.expected


def test_a_wrong_case_fails_with_what_came_instead(sim: Any) -> None:
    assert sim.case_failures(read(HERE / "broken.json", "broken")) == [
        "states of 11 *: expected [[0, 'OK'], [1, 'Warn']], got [[0, 'OK'], [1, 'Alert']]",
        "outcomes of 11: expected {'1': 'no data'}, got {'1': 'value compared with the thresholds'}",
        "notifications: expected [], got "
        '[{"minute": 1, "monitor": "11", "group": "*", "kind": "alert", "title": "[Triggered] Errors", '
        '"message": "Look.", "handles": []}]',
    ]
