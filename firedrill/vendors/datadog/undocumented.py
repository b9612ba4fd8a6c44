"""What Datadog's documentation leaves open, as named switches, so that nothing is guessed in silence.

Every default is the reading that proves less: a drill that passes under the defaults does not lean on a guess. A drill
may be repeated under other values to show that a verdict does not depend on them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Undocumented:
    """One field per open question; see the rule that reads it for the page that leaves it open."""

    future_date: Literal["drop", "keep"] = "drop"
    """A log dated more than two hours ahead: dropped at the intake, or kept."""
    date_remapper: Literal["last", "first"] = "last"
    """Of several date remappers: the processors' page says the last counts, the API reference says the first."""
    missing_group: Literal["drop", "omit", "N/A"] = "drop"
    """A log without one of a metric's group-by attributes: no point, a point without that tag, or the tag `key:n/a`."""
    array_group: Literal["drop", "each"] = "drop"
    """A group-by attribute that is an array: no point, or a tag for each of its values."""
    numeric_text: Literal["drop", "parse"] = "drop"
    """A distribution's attribute that is a string like "12.5": no point, or its number."""


CAUTIOUS = Undocumented()
"""Every switch in the position that proves less."""
