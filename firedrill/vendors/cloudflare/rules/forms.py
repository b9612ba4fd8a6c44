"""What a text has to look like."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from firedrill.vendors.rules.breach import Breach, shown


class Form(NamedTuple):
    """A text that the `pattern` matches as a whole; `allowed` says the same in words, completely."""

    pattern: str
    allowed: str

    @property
    def anchored(self) -> str:
        """The pattern for what searches, as pydantic does."""
        return rf"^(?:{self.pattern})$"

    def breaches(self, field: str, value: object, change: str = "") -> Iterator[Breach]:
        """One if the value, None where there is none, is not of this form."""
        if not isinstance(value, str) or not re.fullmatch(self.pattern, value):
            yield Breach(field, "" if value is None else shown(value), self.allowed, change)
