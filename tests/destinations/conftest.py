"""What stands for destinations, one for all tests; and the small stack of the drill."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from firedrill.sinks.local import LocalDestinations
from firedrill.sinks.programs import Programs
from tests.drill.conftest import small_drill, stages, take, tiny
from tests.programs import SkippedWhereMissing

__all__ = ["small_drill", "stages", "take", "tiny"]

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Programs]:
    """Those that are installed; the test of one that is not is skipped."""
    with ExitStack() as ends:
        yield SkippedWhereMissing(ROOT, ends, tmp_path_factory.mktemp("sinks"))


@pytest.fixture(scope="session")
def destinations(programs: Programs) -> LocalDestinations:
    return LocalDestinations(programs)
