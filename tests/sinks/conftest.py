"""Records, uploads of them, and the programs that stand for destinations."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from firedrill.errors import CannotRun
from firedrill.sinks.programs import Programs
from firedrill.vendors.cloudflare.uploads import Upload, upload

ROOT = Path(__file__).parents[2]
BEGAN_MS = 1_767_571_200_000  # Monday 2026-01-05 at 00:00 UTC


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Programs]:
    """The programs that are installed; the test of a program that is not is skipped."""
    with ExitStack() as ends:
        yield _SkippedWhereMissing(ROOT, ends, tmp_path_factory.mktemp("sinks"))


class _SkippedWhereMissing(Programs):
    def __getattribute__(self, name: str) -> Any:
        try:
            return super().__getattribute__(name)
        except CannotRun as error:
            pytest.skip(str(error))


@pytest.fixture
def batch() -> Callable[..., Upload]:
    """An upload of as many records, the number of the upload being part of each."""

    def make(records: int = 3, number: int = 0, text: str = 'café \\ "') -> Upload:
        made = [{"EventTimestampMs": BEGAN_MS + each, "Logs": [text, number]} for each in range(records)]
        return upload("job", number, made, BEGAN_MS, BEGAN_MS + 30_000)

    return make
