"""One run at a time: two engines that change the same stack, or the same account, would undo each other's work."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from firedrill.errors import CannotRun

AT_WORK = "is at work on this project's stacks. Wait until it has ended, or end it."
RUNS = "runs this stack. End it first, with Ctrl-C; what the objects have stored stays."


@contextmanager
def exclusive(file: Path, command: str, now: datetime, busy: str = AT_WORK) -> Iterator[None]:
    """Hold the lock `file` for `command` while the block runs; the system lets go of it when the process dies.

    Raises CannotRun instead of waiting: who holds it, since when, and `busy`.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(descriptor, 1000).decode() or "another command"
            raise CannotRun(f"{holder} {busy}") from None
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{command} (process {os.getpid()}, since {now:%H:%M:%S})".encode())
        yield
        os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)
