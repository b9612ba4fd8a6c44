"""A time limit for Python's own engine, which looks for signals while it matches.

`re` has no time-out, and is four times as fast as an engine that has one. In a process that is watched, a timer that
counts the process's own CPU time interrupts a match that has taken too long; other processes, threads and platforms go
without it.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

TICK_S = 0.25
"""CPU time. A match is interrupted at the third tick within it."""
_TICKS = 3


class Interrupted(Exception):
    """A match that was interrupted."""


class _Watch:
    """What the timer's handler knows: the thread it watches, whether a match is under way, the ticks it has seen."""

    def __init__(self) -> None:
        self.thread: int | None = None
        self.matching = False
        self.ticks = 0

    def tick(self, *_: object) -> None:
        self.ticks += 1
        if self.matching and self.ticks >= _TICKS:
            self.matching = False
            raise Interrupted


_watch = _Watch()


def is_watched() -> bool:
    """Whether a match in this thread would be interrupted."""
    return _watch.thread == threading.get_ident()


def within_limit(match: Callable[[str], Any], text: str) -> Any:
    """The match of a text in a process that is watched. Raises Interrupted when it takes too long."""
    _watch.ticks = 0
    _watch.matching = True
    try:
        return match(text)
    finally:
        _watch.matching = False


@contextmanager
def watched() -> Iterator[None]:
    """Watch the matches of the main thread until the block ends; elsewhere nothing happens."""
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return
    before = signal.signal(signal.SIGVTALRM, _watch.tick)
    signal.setitimer(signal.ITIMER_VIRTUAL, TICK_S, TICK_S)
    _watch.thread = threading.get_ident()
    try:
        yield
    finally:
        _watch.thread = None
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
