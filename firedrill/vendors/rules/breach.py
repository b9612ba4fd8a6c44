"""A breach of a vendor's rule, as data: every door (config, preview, check, policy, up, drill) words it from this."""

from __future__ import annotations

import json
from typing import NamedTuple

_LONGEST, _BEGINNING = 1_000, 100
"""Characters of a value that is shown whole, and of the beginning of another one."""


class Breach(NamedTuple):
    """What a vendor would refuse: the `field`, the `value` given, what is `allowed`, and what to `change` beyond that.

    `field` is the vendor's name (`filter`, `thresholds.critical_recovery`); a door that knows the value under another
    name maps it. `value` is in words, "" where the value is missing. `change` is "" where any allowed value will do.
    """

    field: str
    value: str
    allowed: str
    change: str = ""

    def __str__(self) -> str:
        """One sentence without a full stop: what is there, what may be, what to do."""
        state = f"is {self.value}" if self.value else "is missing"
        change = f"; {self.change}" if self.change else ""
        field = self.field if self.field.isprintable() else repr(self.field)
        return f"{field} {state}; allowed: {self.allowed}{change}"


def shown(value: object) -> str:
    """A value as the user wrote it: null and booleans as in JSON, numbers without a trailing .0, text in quotes.

    Of one that would fill a screen, how it begins and how long it is.
    """
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    text = repr(value).removesuffix(".0") if isinstance(value, float) else repr(value)
    return text if len(text) <= _LONGEST else f"{text[:_BEGINNING]}... ({len(text)} characters)"
