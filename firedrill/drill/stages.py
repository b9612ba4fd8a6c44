"""How long each stage of a run took, and what a person sees meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console

Clock = Callable[[], float]


class Stages:
    """Seconds per stage in the order of their first run; a spinner on `console` while one runs, if it is a terminal."""

    def __init__(self, console: Console, clock: Clock = time.perf_counter) -> None:
        self.seconds: dict[str, float] = {}
        self._console = console
        self._clock = clock

    @contextmanager
    def stage(self, name: str) -> Iterator[Callable[[str], None]]:
        """Time the block under `name`; the block may call what it gets with the detail that it is at."""
        began = self._clock()
        try:
            if self._console.is_terminal:
                with self._console.status(name) as status:
                    yield lambda detail: status.update(f"{name}: {detail}")
            else:
                yield lambda detail: None
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + self._clock() - began
