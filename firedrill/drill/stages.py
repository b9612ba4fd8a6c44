"""How long each stage of a run took, and what a person sees meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import ceil

from rich.console import Console
from rich.status import Status

Clock = Callable[[], float]
Counter = Callable[[int, int], None]
"""Is told how many are done, of how many."""

PATIENCE_S = 5.0
"""Without a terminal, a line says how far a stage is when that many seconds have passed since the last line."""


class Stage:
    """A stage that runs; `count` makes its counters."""

    def __init__(self, name: str, console: Console, clock: Clock, status: Status | None) -> None:
        self._name, self._console, self._clock, self._status = name, console, clock, status

    def count(self, what: str, noun: str) -> Counter:
        """A counter of the `noun`s (in the plural) of `what`, which also shows the time that is left."""
        began = told = self._clock()

        def tell(done: int, of_all: int) -> None:
            nonlocal told
            now = self._clock()
            text = f"{self._name}, {what}: {done} of {of_all} {noun}{_pace(done, of_all, now - began)}"
            if self._status:
                self._status.update(text)
            elif of_all and (done == of_all or now - told >= PATIENCE_S):
                told = now
                self._console.print(text, markup=False, highlight=False, soft_wrap=True)

        return tell


class Stages:
    """Seconds per stage in the order of their first run.

    While one runs, `console` shows a spinner with its counts if it is a terminal, else now and then a plain line.
    """

    def __init__(self, console: Console, clock: Clock = time.perf_counter) -> None:
        self.seconds: dict[str, float] = {}
        self._console = console
        self.clock = clock

    @property
    def total(self) -> float:
        """Seconds of all stages."""
        return sum(self.seconds.values())

    def say(self, text: str) -> None:
        """A plain line between stages."""
        self._console.print(text, markup=False, highlight=False, soft_wrap=True)

    @contextmanager
    def stage(self, name: str) -> Iterator[Stage]:
        """Time the block under `name`."""
        began = self.clock()
        try:
            if self._console.is_terminal:
                with self._console.status(name) as status:
                    yield Stage(name, self._console, self.clock, status)
            else:
                yield Stage(name, self._console, self.clock, None)
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + self.clock() - began


def _pace(done: int, of_all: int, took: float) -> str:
    """How long it took, or how long it will at the pace so far; nothing before there is one."""
    if done == of_all:
        return f", {took:.1f} s"
    return f", about {spoken(ceil(took / done * (of_all - done)))} left" if done else ""


def spoken(seconds: int) -> str:
    """A time of whole seconds to read."""
    return f"{seconds} s" if seconds < 60 else f"{seconds // 60} min {seconds % 60} s"
