"""From values to places on a picture, and where its ticks are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import floor, log10

STEPS = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True)
class Scale:
    """A straight scale from `low` to `high` onto the places from `start` to `end`."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """The place of a value, to a tenth; what is outside is put at the edge."""
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return round(self.start + share * (self.end - self.start), 1)


def covering(values: Iterable[float]) -> tuple[float, float]:
    """From zero, or the least value if that is less, to a bit above the greatest."""
    found = [*values, 0.0]
    low, high = min(found), max(found)
    room = (high - low) * 0.08 or 1.0
    return (low - room if low < 0 else 0.0), high + room


def ticks(low: float, high: float, wanted: int = 4) -> list[float]:
    """Round values within the bounds, about as many as wanted."""
    rough = (high - low) / wanted
    unit = 10.0 ** floor(log10(rough))
    step = next(unit * each for each in STEPS if unit * each >= rough * 0.999)
    first = -(-low // step)
    return [round((first + each) * step, 12) for each in range(int((high - first * step) / step + 1e-9) + 1)]
