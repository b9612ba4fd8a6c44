"""One run at a time."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from firedrill.engine.lock import exclusive
from firedrill.errors import CannotRun

NOON = datetime(2026, 11, 23, 12)
HOLD = """
import sys
from datetime import datetime
from pathlib import Path
from firedrill.engine.lock import exclusive

with exclusive(Path(sys.argv[1]), "firedrill up", datetime(2026, 11, 23, 11)):
    print("held", flush=True)
    sys.stdin.read()
"""


def hold(file: Path) -> subprocess.Popen[bytes]:
    """Another process that holds the lock until its standard input closes."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=dict(os.environ)
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"held\n"
    return process


def test_a_second_run_is_told_who_is_at_work_and_since_when(tmp_path: Path) -> None:
    with hold(tmp_path / "lock") as holder:
        with pytest.raises(CannotRun) as raised, exclusive(tmp_path / "lock", "firedrill preview", NOON):
            pass
        holder.communicate()
    assert str(raised.value) == (
        f"firedrill up (process {holder.pid}, since 11:00:00) is at work on this project's stacks. "
        "Wait until it has ended, or end it."
    )


def test_the_lock_is_free_after_the_block(tmp_path: Path) -> None:
    for _ in range(2):
        with exclusive(tmp_path / "folder" / "lock", "firedrill up", NOON):
            pass
    assert not (tmp_path / "folder" / "lock.holder").exists()


def test_the_lock_is_free_when_its_holder_was_killed(tmp_path: Path) -> None:
    with hold(tmp_path / "lock") as holder:
        holder.kill()
        holder.communicate()
    with exclusive(tmp_path / "lock", "firedrill up", NOON):
        assert (tmp_path / "lock.holder").read_text() == f"firedrill up (process {os.getpid()}, since 12:00:00)"
