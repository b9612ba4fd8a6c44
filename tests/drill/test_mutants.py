"""A seeded slice of the single changes that `make soak` applies by the hundred."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from firedrill.resources import Resource
from tests.drill.mutants.bench import Bench
from tests.drill.mutants.of_messages import mutants_of_messages
from tests.drill.mutants.of_monitors import mutants_of_monitors

pytestmark = pytest.mark.workerd

ROOT = Path(__file__).resolve().parents[2]
SLICE, SEED = 24, 16
LEAST = 0.75


def test_of_a_slice_of_single_changes_to_monitors_most_are_found(rendered: list[Resource]) -> None:
    mutants = [*mutants_of_monitors(rendered), *mutants_of_messages(rendered)]
    bench = Bench(rendered, ROOT)
    assert bench.problems == []
    chosen = random.Random(SEED).sample(mutants, SLICE)  # noqa: S311 - repeatable, not secret
    survived = [
        f"{each.kind}: {each.what}" for each in chosen if bench.fate(each).fate == "survived" and not each.equivalent
    ]
    assert len(survived) <= (1 - LEAST) * SLICE, survived
