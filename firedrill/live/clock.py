"""Simulated time, which runs faster than real time so that windows of minutes take seconds (docs/adr/0011)."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol


class Clock(Protocol):
    """What a running stack knows of time; simulated times are ms since the epoch."""

    def now_ms(self) -> int:
        """The simulated time."""

    def at(self, real_ms: int) -> int:
        """The simulated time of something that happened at a real time (ms since the epoch)."""

    def seconds_until(self, simulated_ms: int) -> float:
        """Real seconds until a simulated time, 0 when it is past."""


def real_ms() -> int:
    """The real time in ms since the epoch."""
    return time.time_ns() // 1_000_000


@dataclass(frozen=True)
class FastClock:
    """Runs `speed` times as fast as `wall`, from the moment on that it is made at; `wall` is in ms since the epoch."""

    speed: float
    wall: Callable[[], int] = real_ms
    began_ms: int = field(init=False)

    def __post_init__(self) -> None:
        """Begin."""
        object.__setattr__(self, "began_ms", self.wall())

    def now_ms(self) -> int:
        """As `Clock`."""
        return self.at(self.wall())

    def at(self, real_ms: int) -> int:
        """As `Clock`."""
        return self.began_ms + round((real_ms - self.began_ms) * self.speed)

    def seconds_until(self, simulated_ms: int) -> float:
        """As `Clock`."""
        return max(0.0, (simulated_ms - self.now_ms()) / self.speed / 1000)
