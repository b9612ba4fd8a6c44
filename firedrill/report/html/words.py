"""Numbers, minutes and names as a reader wants them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from zlib import crc32


def number(value: float | None) -> str:
    """Four significant digits, thousands with commas; "no data" for None."""
    if value is None:
        return "no data"
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.4g}"


def minutes(value: float | None) -> str:
    """A length of time in minutes."""
    return "never" if value is None else f"{number(value)} min"


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


def anchor(*names: str) -> str:
    """An id for an element, of letters, digits and dashes; names that have other letters get a number to tell them."""
    plain = [re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") for name in names]
    number_of = "" if plain == [*names] else f"-{crc32(json.dumps(names).encode()):x}"
    return ("--".join(plain) + number_of).strip("-") or "it"
