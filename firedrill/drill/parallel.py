"""The same work on every core: scenarios do not depend on one another."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")

_work: Callable[..., Any]


def spread(work: Callable[[T], R], items: Sequence[T]) -> Iterator[R]:
    """The result of `work` for each item, in their order, as soon as it is there.

    Processes are forked, so that they share what has been computed; where the platform cannot fork safely, or there is
    one core or one item, the work is done in this process.
    """
    cores = min(len(os.sched_getaffinity(0)), len(items)) if sys.platform == "linux" else 1
    if cores <= 1:
        yield from map(work, items)
        return
    global _work  # a closure cannot be sent to a process, but it is inherited
    _work = work
    with multiprocessing.get_context("fork").Pool(cores, _leave_interrupts_to_the_parent) as pool:
        yield from pool.imap(_run, items)


def _leave_interrupts_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _run(item: Any) -> Any:
    return _work(item)
