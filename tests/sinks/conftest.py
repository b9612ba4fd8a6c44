"""Records, uploads of them, and the programs that stand for destinations."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from firedrill.sinks.opened import opened
from firedrill.sinks.programs import Programs
from firedrill.sinks.sink import Sink
from firedrill.vendors.cloudflare.job import Elsewhere, compile_uploading
from firedrill.vendors.cloudflare.output import line
from firedrill.vendors.cloudflare.uploads import Upload, upload
from tests.programs import SkippedWhereMissing

ROOT = Path(__file__).parents[2]
BEGAN_MS = 1_767_571_200_000  # Monday 2026-01-05 at 00:00 UTC


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Programs]:
    """The programs that are installed; the test of a program that is not is skipped."""
    with ExitStack() as ends:
        yield SkippedWhereMissing(ROOT, ends, tmp_path_factory.mktemp("sinks"))


@pytest.fixture
def batch() -> Callable[..., Upload]:
    """An upload of as many records, the number of the upload being part of each."""

    def make(records: int = 3, number: int = 0, text: str = 'café \\ "') -> Upload:
        made = [{"EventTimestampMs": BEGAN_MS + each, "Logs": [text, number]} for each in range(records)]
        return upload("job", number, "".join(map(line, made)), records, BEGAN_MS, BEGAN_MS + 30_000)

    return make


@pytest.fixture
def job() -> Callable[..., Elsewhere]:
    """A job to a destination, with options of its output."""

    def make(conf: str, name: str = "job", **output: Any) -> Elsewhere:
        options = {"field_names": ["WallTimeMs"], **output}
        api = {"name": name, "dataset": "workers_trace_events", "enabled": True, "destination_conf": conf}
        (made,) = compile_uploading([{**api, "output_options": options}])
        return made

    return make


@pytest.fixture
def sink_of(programs: Programs, job: Callable[..., Elsewhere]) -> Callable[..., Sink]:
    """The sink of a job with that destination and name."""
    return lambda conf, name="job": opened(job(conf, name), programs)
