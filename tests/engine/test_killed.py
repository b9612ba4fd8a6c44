"""A run that is killed, ourselves or Pulumi, at any moment: nothing is lost, nothing is left running."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.engine.conftest import Local

pytestmark = pytest.mark.engine

Processes = Callable[[Path], Sequence[int]]
Eventually = Callable[[Callable[[], bool]], bool]

CHANGES = 4
"""That an update of the small project makes, one for each resource."""
MOMENTS = 8


def start(folder: Path, *arguments: object) -> subprocess.Popen[bytes]:
    """Start an operation of the small project of which somebody is to die."""
    script = Path(__file__).parent / "dying.py"
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, str(script), str(folder), *map(str, arguments)]
    return subprocess.Popen(command, env=environment)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, make: Callable[[Path], Local]) -> Sequence[str]:
    """What the cloud holds after an update of the small project that nobody disturbed."""
    local = make(tmp_path_factory.mktemp("undisturbed"))
    local.did("up")
    return local.held()


@pytest.mark.parametrize("victim", ["us", "pulumi"])
@pytest.mark.parametrize(
    ("moment", "call"), [("before", 1), ("before", CHANGES), *(("after", call) for call in range(1, CHANGES + 1))]
)
def test_an_update_that_is_killed_at_a_change_is_completed_by_the_next(
    small: Local,
    undisturbed: Sequence[str],
    processes: Processes,
    eventually: Eventually,
    victim: str,
    moment: str,
    call: int,
) -> None:
    assert start(small.folder, "up", victim, call, moment).wait() != 0
    assert eventually(lambda: not processes(small.folder))
    assert eventually(lambda: not list(small.stack.workspace.engine.glob("events-*")))
    small.did("up")
    assert small.held() == undisturbed
    assert small.agrees()


@pytest.mark.parametrize("victim", ["us", "pulumi"])
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_deletion_that_is_killed_is_completed_by_the_next(
    small: Local, processes: Processes, eventually: Eventually, victim: str, moment: str
) -> None:
    small.did("up")
    assert start(small.folder, "destroy", victim, 2, moment).wait() != 0
    assert eventually(lambda: not processes(small.folder))
    small.did("destroy")
    assert not small.entries()


def test_an_update_that_is_killed_at_any_moment_is_completed_by_the_next(
    make: Callable[[Path], Local],
    undisturbed: Sequence[str],
    tmp_path: Path,
    processes: Processes,
    eventually: Eventually,
) -> None:
    began = time.monotonic()
    assert start(tmp_path / "whole", "up", "nobody", 0, "never").wait() == 0
    whole = time.monotonic() - began
    for moment in range(1, MOMENTS + 1):
        folder = tmp_path / f"{moment}"
        process = start(folder, "up", "nobody", 0, "never")
        killer = threading.Timer(whole * moment / (MOMENTS + 1), process.kill)
        killer.start()
        process.wait()
        killer.join()
        assert eventually(lambda: not processes(tmp_path))
        local = make(folder)
        local.did("up")
        assert local.held() == undisturbed
        assert local.agrees()


def test_an_update_that_is_interrupted_ends_after_what_it_has_begun(small: Local, undisturbed: Sequence[str]) -> None:
    process = start(small.folder, "up", "ctrl-c", 1, "before")
    assert process.wait() == -signal.SIGINT
    assert small.agrees()
    small.did("up")
    assert small.held() == undisturbed
