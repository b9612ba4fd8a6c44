"""The table of detection: how small a fault each alert sees, and how fast it tells of multiples of it."""

from __future__ import annotations

from collections.abc import Sequence

from firedrill.drill.bracket import TIMES, Course, Sensitivity
from firedrill.report.words import number

DETECTION = ("alert", "fires from", "quiet at", "threshold", "danger", *(f"{times}x" for times in TIMES))
"""The columns; the last ones are minutes to alert and to recover at so many times the smallest fault."""
PEAK = (
    "An alert may fire below its threshold: a window slides over a fault that comes and goes, and catches a peak above "
    "its mean."
)


def detection(found: Sequence[Sensitivity]) -> list[tuple[str, ...]]:
    """A row for each alert, by name."""
    return [
        (
            each.monitor,
            "never" if each.smallest is None else f"{number(each.smallest)} {each.unit}",
            *("-" if size is None else number(size) for size in (each.quiet, each.threshold, each.size)),
            *(_minutes(each.minutes.get(times)) for times in TIMES),
        )
        for each in sorted(found, key=lambda each: each.monitor)
    ]


def peaks(found: Sequence[Sensitivity]) -> bool:
    """Whether any alert fires below its threshold."""
    return any(each.smallest and each.threshold and each.smallest < each.threshold for each in found)


def _minutes(course: Course | None) -> str:
    if course is None:
        return "-"
    return " / ".join("never" if each is None else str(each) for each in (course.alerted, course.recovered))
