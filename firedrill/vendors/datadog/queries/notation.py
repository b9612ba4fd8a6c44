"""Series in a compact notation, for tests and for `firedrill monitor --series`.

Values are separated by spaces, one for each interval:

    1 2.5 -3     three values
    _            no point
    _x4          four intervals without a point
    7x3          seven, then seven again three times
    0+30x20      0, then 20 more values, each 30 above the one before
    9-1x9        9, then 9 more values, each 1 below the one before
"""

from __future__ import annotations

import re

from firedrill.vendors.errors import FiredrillError

MAX_VALUES = 366 * 24 * 60
"""As many as `firedrill monitor` evaluates minutes."""

_SHOWN = 60
"""Characters of a wrong text that an error shows."""

_NUMBER = r"[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?"
_ITEM = re.compile(rf"(?P<first>_|-?{_NUMBER})(?:(?P<step>[+-]{_NUMBER})?x(?P<times>[0-9]{{1,7}}))?")


def parse_notation(text: str) -> list[float | None]:
    """The values that `text` stands for, None where there is no point.

    Raises FiredrillError naming the bad item, or for more than MAX_VALUES.
    """
    values: list[float | None] = []
    number = 0
    for item in text.split():
        match = _ITEM.fullmatch(item)
        if match is None or (match["first"] == "_" and match["step"]):
            raise FiredrillError(
                f"Series {_shown(text)}: {_shown(item)} is not a value; write 1.5, _ for no point, _x4 for four of "
                "them, 7x3 to repeat 7 three times more, or 0+30x20 for steps of 30."
            )
        number += 1 + int(match["times"] or 0)
        if number > MAX_VALUES:
            raise FiredrillError(
                f"Series {_shown(text)}: it stands for more than {MAX_VALUES} values, a year of minutes; make it "
                "shorter, or give it a longer interval."
            )
        values += _expand(match)
    return values


def _shown(text: str) -> str:
    return repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}...")


def _expand(match: re.Match[str]) -> list[float | None]:
    times = int(match["times"] or 0)
    if match["first"] == "_":
        return [None] * (times if match["times"] else 1)
    first, step = float(match["first"]), float(match["step"] or 0)
    return [first + number * step for number in range(times + 1)]
