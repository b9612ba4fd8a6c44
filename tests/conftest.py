"""Property tests: 300 examples each, or 50,000 with --hypothesis-profile=deep. The dev stack, rendered once."""

from __future__ import annotations

import signal
from functools import cache
from pathlib import Path

import pytest
from hypothesis import settings

from firedrill.engine import binary
from firedrill.errors import CannotRun
from firedrill.render import render
from firedrill.resources import Resource

ROOT = Path(__file__).resolve().parents[1]

settings.register_profile("quick", max_examples=300, deadline=None, derandomize=True)  # the gate is deterministic
settings.register_profile("deep", max_examples=50_000, deadline=None)
settings.load_profile("quick")


@cache
def without_engine() -> str:
    """Why there is no engine, or nothing."""
    try:
        binary.find(ROOT)
    except CannotRun as error:
        return str(error)
    return ""


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what runs the engine where there is none: from one place, so that the summary has one line of it."""
    if item.get_closest_marker("engine") and without_engine():
        pytest.skip(without_engine())


@pytest.fixture(autouse=True, scope="session")
def interruptible() -> None:
    """Ctrl-C reaches what tests start, even where the tests ignore it: a shell makes what it runs with `&` do so."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def rendered() -> list[Resource]:
    """The dev stack's resources."""
    return render("dev", ROOT)
