"""A seeded slice of `make soak`."""

from __future__ import annotations

import pytest

from tests.standalone.soak import KINDS, LIMIT_S, soak

INPUTS = 200


@pytest.mark.parametrize("kind", KINDS)
def test_random_inputs_end_with_a_result_or_a_refusal(kind: str) -> None:
    outcome = soak(kind, INPUTS, seed=2)
    assert outcome.failed == []
    assert outcome.inputs == INPUTS


def test_an_input_that_fails_is_told_with_its_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> str:
        raise KeyError("gone")

    monkeypatch.setitem(KINDS, "search", fail)
    assert soak("search", 2, seed=5).failed == ["5 search 0: KeyError: 'gone'", "5 search 1: KeyError: 'gone'"]


def test_an_input_over_the_limit_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter([0.0, LIMIT_S + 0.5])
    monkeypatch.setitem(KINDS, "search", str)
    monkeypatch.setattr("tests.standalone.soak.time.process_time", lambda: next(times))
    assert soak("search", 1, seed=5).slow == ["5 search 0: 1.5 s"]
