"""Children that end with us."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from firedrill.guard import guarded

LONG = ["/bin/sh", "-c", "sleep 60 & echo $!; wait"]
PARENT = """
import os, signal, subprocess, sys
from firedrill.guard import guarded

process = subprocess.Popen(["/bin/sh", "-c", "sleep 60 & echo $!; wait"], start_new_session=True)
with guarded(process):
    sys.stdin.readline()
    os.kill(os.getpid(), signal.SIGKILL)
"""


def is_gone(pid: int) -> bool:
    """Whether a process ends within ten seconds."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.01)
    return False


def test_a_child_and_its_children_are_gone_after_the_block() -> None:
    process = subprocess.Popen(LONG, stdout=subprocess.PIPE, start_new_session=True)
    with process, guarded(process):
        assert process.stdout is not None
        grandchild = int(process.stdout.readline())
    assert is_gone(grandchild)
    assert process.returncode == -9


def test_they_are_gone_after_an_error_in_the_block() -> None:
    process = subprocess.Popen(LONG, stdout=subprocess.DEVNULL, start_new_session=True)
    with pytest.raises(KeyError), guarded(process):
        raise KeyError
    assert process.returncode == -9


def test_a_child_that_has_ended_keeps_its_exit_code() -> None:
    process = subprocess.Popen(["/bin/sh", "-c", "exit 3"], start_new_session=True)
    with guarded(process):
        process.wait()
    assert process.returncode == 3


def test_they_are_gone_when_we_are_killed() -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with parent:
        assert parent.stdin is not None
        assert parent.stdout is not None
        grandchild = int(parent.stdout.readline())
        parent.stdin.write(b"\n")
        parent.stdin.close()
        parent.wait()
    assert is_gone(grandchild)
