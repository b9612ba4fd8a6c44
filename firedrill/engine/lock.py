"""One run at a time: two engines that change the same stack, or the same account, would undo each other's work."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from firedrill.errors import CannotRun
from firedrill.files import OWNER_ONLY, write_atomically

AT_WORK = "is at work on this project's stacks. Wait until it has ended, or end it."
RUNS = "runs this stack. End it first, with Ctrl-C or firedrill down; its objects keep their data."


def holder(file: Path, patience_s: float = 0.0) -> str:
    """Who holds the lock `file`, "" when nobody does, or when it is let go within `patience_s` seconds."""
    if not file.exists():
        return ""
    try:
        with FileLock(file, mode=OWNER_ONLY).acquire(timeout=patience_s):
            return ""
    except Timeout:
        return _named(file)


def _named(file: Path) -> str:
    told = _beside(file)
    return told.read_text(encoding="utf-8") if told.exists() else "another command"


def _beside(file: Path) -> Path:
    return file.with_name(f"{file.name}.holder")  # apart, since on some systems nobody can read a locked file


@contextmanager
def exclusive(file: Path, command: str, now: datetime, busy: str = AT_WORK) -> Iterator[None]:
    """Hold the lock `file` for `command` while the block runs; the system lets go of it when the process dies.

    Raises CannotRun instead of waiting: who holds it, since when, and `busy`.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        lock = FileLock(file, mode=OWNER_ONLY, blocking=False).acquire()
    except Timeout:
        raise CannotRun(f"{_named(file)} {busy}") from None
    with lock:
        write_atomically(_beside(file), f"{command} (process {os.getpid()}, since {now:%H:%M:%S})")
        try:
            yield
        finally:
            _beside(file).unlink()
