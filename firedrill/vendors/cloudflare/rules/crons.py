"""When a Worker runs by itself.

Source: developers.cloudflare.com/workers/configuration/cron-triggers
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from firedrill.vendors.rules.breach import Breach, shown

_MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
_DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]


def _field(low: int, high: int, names: Iterable[str] = (), special: str = "") -> re.Pattern[str]:
    """A field of a cron expression: values, ranges and steps, joined by commas."""
    value = "|".join([*map(str, range(high, low - 1, -1)), *names])
    item = rf"(\*|({value})(-({value}))?)(/[1-9]\d*)?" + (f"|{special.replace('VALUE', value)}" if special else "")
    return re.compile(f"({item})(,({item}))*", re.IGNORECASE)


_FIELDS = (
    _field(0, 59),
    _field(0, 23),
    _field(1, 31, special=r"L|LW|(VALUE)W"),
    _field(1, 12, _MONTHS),
    _field(1, 7, _DAYS, special=r"(VALUE)L|(VALUE)#[1-5]"),
)
CRON = (
    "minute, hour, day of the month, month and day of the week, where Sunday is 1"
    " (Cloudflare: invalid cron string [code: 10100])"
)


def cron_breaches(crons: Iterable[str]) -> Iterator[Breach]:
    """What is wrong with the cron expressions of a Worker's schedules."""
    for index, cron in enumerate(crons):
        fields = cron.split()
        matches = [pattern.fullmatch(field) for pattern, field in zip(_FIELDS, fields, strict=False)]
        if len(fields) != len(_FIELDS) or not all(matches):
            yield Breach(f"schedules[{index}].cron", shown(cron), CRON)
