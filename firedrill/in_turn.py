"""The same work on several cores, its results in the order of its items, with a few of these in memory at a time."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")

_AHEAD = 2
"""Items for each process that are read before their turn."""

_work: Callable[[Any], Any]


def cores() -> int:
    """How many processes can work at once."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1


def in_turn(work: Callable[[T], R], items: Iterable[T], processes: int) -> Iterator[R]:
    """The result of `work` for each item. Processes are forked, so that they share what has been computed.

    Where the platform cannot fork safely, for one process, and within work that is done so, it is done in this one.
    """
    if processes <= 1 or sys.platform != "linux" or multiprocessing.current_process().daemon:
        yield from map(work, items)
        return
    global _work  # a closure cannot be sent to a process, but it is inherited
    _work = work
    with multiprocessing.get_context("fork").Pool(processes, _leave_interrupts_to_the_parent) as pool:
        waiting: deque[Any] = deque()
        for item in items:
            waiting.append(pool.apply_async(_run, (item,)))
            if len(waiting) >= processes * _AHEAD:
                yield waiting.popleft().get()
        while waiting:
            yield waiting.popleft().get()


def _leave_interrupts_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _run(item: Any) -> Any:
    return _work(item)
