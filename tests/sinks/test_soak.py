"""A seeded slice of `make soak`."""

from __future__ import annotations

from pathlib import Path

import pytest

from firedrill.sinks.push import LOGPUSH
from tests.sinks.soak import soak

EVENTS = 30_000


@pytest.mark.parametrize("seed", [1, 2])
def test_within_the_retries_nothing_is_lost_and_what_comes_twice_is_what_must(seed: int, tmp_path: Path) -> None:
    seen, due = soak(EVENTS, seed, LOGPUSH.retries, tmp_path)
    assert seen == due
    assert (seen.lost, seen.missing) == (0, 0)
    assert seen.twice > 0


def test_beyond_the_retries_what_is_lost_is_counted_exactly(tmp_path: Path) -> None:
    seen, due = soak(EVENTS, 3, LOGPUSH.retries + 3, tmp_path)
    assert seen == due
    assert seen.lost > 0
    assert seen.missing == seen.lost - seen.unconfirmed
