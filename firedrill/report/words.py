"""Numbers, minutes and names as a reader wants them."""

from __future__ import annotations

from collections.abc import Iterable

LONG_MINUTES = 120
"""From so many minutes on, a length of time is told in hours, and from two days on in days."""
_UNITS = ((1440, "d"), (60, "h"), (1, "min"))


def number(value: float | None) -> str:
    """Four significant digits, thousands with commas; "no data" for None."""
    if value is None:
        return "no data"
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.4g}"


def minutes(value: float | None) -> str:
    """A length of time in minutes; a long one in its two largest units, such as "17 h 15 min"; "never" for None."""
    if value is None:
        return "never"
    if abs(value) < LONG_MINUTES:
        return f"{number(value)} min"
    first = next(place for place, (unit, _) in enumerate(_UNITS) if abs(value) >= 2 * unit)
    (unit, name), (part, rest) = _UNITS[first : first + 2]
    whole, more = divmod(round(abs(value) / part), unit // part)
    sign = "-" if value < 0 else ""
    return f"{sign}{whole} {name}{f' {more} {rest}' if more else ''}"


def moment(minute: int) -> str:
    """A moment by how long after the beginning of a fault it is, such as "+3 min"."""
    return f"{'-' if minute < 0 else '+'}{minutes(abs(minute))}"


def dollars(value: float) -> str:
    """An amount of US dollars: in cents, and two significant digits of less than one."""
    return f"${value:,.2f}" if value >= 0.1 else f"${value:.2g}"


def seconds(value: float) -> str:
    """A length of time in seconds."""
    return f"{value:.1f} s" if value < 10 else f"{value:.0f} s"


def count(amount: int, noun: str) -> str:
    """An amount of things, in the plural where it must be."""
    return f"{amount:,} {noun}{'' if amount == 1 else 's'}"


def listed(words: Iterable[str]) -> str:
    """Words with commas, the last one after "and"."""
    *first, last = [*words] or [""]
    return f"{', '.join(first)} and {last}" if first else last
