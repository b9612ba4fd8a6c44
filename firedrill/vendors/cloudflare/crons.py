"""When a schedule is due: the minutes of a time that a cron expression names.

Source: developers.cloudflare.com/workers/configuration/cron-triggers
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from firedrill.vendors.errors import FiredrillError

MINUTE_MS = 60_000
_LOWEST = (0, 0, 1, 1, 1)


def due(cron: str, after_ms: int, until_ms: int) -> Iterator[int]:
    """The times (ms) after the first and up to the second one; raises FiredrillError for names, L, W and #."""
    fields = [_field(each, lowest, cron) for each, lowest in zip(cron.split(), _LOWEST, strict=True)]
    for at_ms in range((after_ms // MINUTE_MS + 1) * MINUTE_MS, until_ms + 1, MINUTE_MS):
        at = datetime.fromtimestamp(at_ms / 1000, UTC)
        weekday = at.isoweekday() % 7 + 1  # Sunday is 1
        values = at.minute, at.hour, at.day, at.month, weekday
        minute, hour, day, month, week = (
            field is None or value in field for field, value in zip(fields, values, strict=True)
        )
        # Of two that are narrowed, either day is enough, as in any cron.
        both = fields[2] is not None and fields[4] is not None
        if minute and hour and month and (day or week if both else day and week):
            yield at_ms


def _field(text: str, lowest: int, cron: str) -> frozenset[int] | None:
    """The values that a field names; None for all."""
    if text == "*":
        return None
    found: set[int] = set()
    for part in text.split(","):
        values, _, step = part.partition("/")
        first, _, last = values.partition("-")
        if (
            not (first == "*" or first.isdigit())
            or not (last.isdigit() or not last)
            or not (step.isdigit() or not step)
        ):
            raise FiredrillError(f"the schedule {cron!r}: only numbers, ranges and steps are emulated, not {part!r}")
        begin = lowest if first == "*" else int(first)
        end = int(last) if last else 59 if first == "*" or step else begin
        found.update(range(begin, end + 1, int(step or 1)))
    return frozenset(found)
