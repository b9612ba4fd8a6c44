"""What a text has to look like."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from firedrill.vendors.rules.breach import Breach, shown


class Form(NamedTuple):
    """A text of `least` to `most` characters that the `pattern` matches whole; `allowed` says all of that in words."""

    pattern: str
    allowed: str
    least: int = 1
    most: int | None = None

    @property
    def anchored(self) -> str:
        """The pattern for what searches, as pydantic does."""
        return rf"^(?:{self.pattern})$"

    def fits(self, value: object) -> bool:
        """Whether it is a text of this form."""
        return (
            isinstance(value, str)
            and self.least <= len(value) <= (self.most or len(value))
            and re.fullmatch(self.pattern, value) is not None
        )

    def breaches(self, field: str, value: object, change: str = "") -> Iterator[Breach]:
        """One unless the value fits; None and "" are a missing one."""
        if not self.fits(value):
            yield Breach(field, "" if value in (None, "") else shown(value), self.allowed, change)
