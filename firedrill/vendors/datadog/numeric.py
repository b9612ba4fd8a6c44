"""What counts as a number in a log: a JSON number, or, where a rule says so, a string that holds one."""

from __future__ import annotations

import math
import re
from typing import Any

_DECIMAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)


def number(value: Any) -> float | None:
    """A JSON number as a double; None for anything else, also for one that no double can hold."""
    if value.__class__ is not int and value.__class__ is not float:
        return None
    try:
        return float(value) if math.isfinite(value) else None
    except OverflowError:
        return None


def number_in(text: str) -> float | None:
    """The number that a string holds, with "." as its decimal separator; None when it holds something else."""
    return number(float(text)) if _DECIMAL.fullmatch(text.strip()) else None
