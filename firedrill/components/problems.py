"""What a declaration can get wrong."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from firedrill.vendors.rules.breach import Breach

_PASSWORD = re.compile(r"//[^/@\s]*@")
"""A user name and password in an address, which is not shown."""


class DeclarationError(Exception):
    """The stack cannot be declared as asked: the message says what is wrong, what is allowed and what to change."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong at a `place`, and what to do about it. `value` is empty if there is nothing to show."""

    place: str
    value: str
    allowed: str
    change: str

    @classmethod
    def of(cls, breach: Breach, change: str = "") -> Problem:
        """A breach of a vendor's rule; `change` is what to do where the rule does not say it."""
        return cls(breach.field, breach.value, breach.allowed, breach.change or change)

    def __str__(self) -> str:
        """Up to three lines: what is there, what may be, what to do where any allowed value will not do."""
        change = f"\n  change:  {self.change}" if self.change else ""
        shown = _PASSWORD.sub("//***@", self.value)
        return f"{self.place} {f'is {shown}' if shown else 'is missing'}\n  allowed: {self.allowed}{change}"


def refuse(what: str, problems: Sequence[Problem]) -> None:
    """Raise DeclarationError with all `problems` of `what`, each once, if there are any."""
    found = list(dict.fromkeys(problems))
    if found:
        count = "1 problem" if len(found) == 1 else f"{len(found)} problems"
        raise DeclarationError(f"{what} has {count}.\n" + "\n".join(map(str, found)))
