"""A local cloud behind its API, and what stands for destinations that it writes to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest

from firedrill.cloud.cloud import Cloud
from firedrill.cloud.ownership_api import serving_api
from firedrill.cloud.store import Store
from firedrill.cloudflare_api import Cloudflare
from firedrill.sinks.local import LocalDestinations
from tests.programs import SkippedWhereMissing

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def destinations(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalDestinations]:
    """What stands for destinations; the test of one whose program is not installed is skipped."""
    with ExitStack() as ends:
        yield LocalDestinations(SkippedWhereMissing(ROOT, ends, tmp_path_factory.mktemp("sinks")))


@pytest.fixture
def clock() -> Callable[[], datetime]:
    return lambda: datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture
def cloud(tmp_path: Path, destinations: LocalDestinations, clock: Callable[[], datetime]) -> Cloud:
    """A cloud whose clock stands still, and which writes challenges into `destinations`."""
    return Cloud(Store(tmp_path / "cloud" / "state.json"), root=tmp_path, destinations=destinations, clock=clock)


@pytest.fixture
def cloudflare(cloud: Cloud) -> Iterator[Cloudflare]:
    """The cloud's API, as a client sees it."""
    with serving_api(cloud) as url:
        yield Cloudflare("t0ken", url)
