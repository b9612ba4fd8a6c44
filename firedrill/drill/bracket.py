"""How small a fault an alert sees: what a search found, and the search."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from firedrill.scenarios.kind import DangerKind

CLOSE = 1.05
"""The smallest size that fires is at most so many times the largest that does not."""
SPREAD = 64
"""How much smaller or larger than its danger a fault is tried."""
TIMES = (1, 2, 10)
"""Multiples of the smallest fault whose minutes to alert and to recover are told."""
ABOVE, BELOW = 1.5, 0.67
"""An alert has to fire at so many times its threshold, and to be quiet at so many."""


@dataclass(frozen=True)
class Course:
    """Minutes from the beginning of a fault to the alert, and from its end to the recovery; None for never."""

    alerted: int | None
    recovered: int | None


@dataclass(frozen=True)
class Sensitivity:
    """What a search found of one monitor and its danger, in the unit of the danger.

    `smallest` fires and `quiet` does not; None where no size that was tried does so. `threshold` is the monitor's, in
    the same unit, None where it has none there. `minutes` are by the multiple of the smallest fault.
    """

    monitor: str
    danger: str
    unit: str
    size: float
    smallest: float | None
    quiet: float | None
    threshold: float | None = None
    minutes: Mapping[int, Course] = field(default_factory=dict)

    @property
    def problem(self) -> str:
        """Whether it is far from its own threshold; "" if it is not."""
        if not self.threshold:
            return ""
        if self.smallest is None or self.smallest > ABOVE * self.threshold:
            fires = "at no size" if self.smallest is None else f"from {self.smallest:g} {self.unit} on only"
            return f"fires {fires}; its threshold is {self.threshold:g}"
        if self.quiet is not None and self.quiet < BELOW * self.threshold:
            return f"fires from {self.smallest:g} {self.unit} on already; its threshold is {self.threshold:g}"
        return ""


def bracket(fires: Callable[[float], bool], size: float, kind: DangerKind) -> tuple[float | None, float | None]:
    """The largest size that is quiet and the smallest that fires, within CLOSE of each other; None for none found.

    A kind that is `whole` has whole numbers for sizes, and its bracket is one apart.
    """
    low: float | None = None
    high: float | None = None
    tried = size
    while high is None and tried <= min(kind.most, size * SPREAD):
        if fires(tried):
            high = tried
        else:
            low, tried = tried, tried * 2
    if high is None and low is not None and low < kind.most <= size * SPREAD and fires(kind.most):
        high = kind.most
    while high is not None and low is None and high / 2 >= max(size / SPREAD, kind.least):
        if fires(high / 2):
            high /= 2
        else:
            low = high / 2
    while high is not None and low is not None and high > (low + 1 if kind.whole else low * CLOSE):
        middle = round((low + high) / 2) if kind.whole else _rounded((low * high) ** 0.5)
        if middle in (low, high):
            break
        low, high = (low, middle) if fires(middle) else (middle, high)
    return low, high


def _rounded(size: float) -> float:
    """Three significant digits: what a person reads."""
    return float(f"{size:.3g}")
