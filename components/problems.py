"""What a declaration can get wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class DeclarationError(Exception):
    """The stack cannot be declared as asked: the message says what is wrong, what is allowed and what to change."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong at a `place`, and what to do about it. `value` is empty where there is none to show."""

    place: str
    value: str
    allowed: str
    change: str

    def __str__(self) -> str:
        """Three lines: what is there, what may be, what to do."""
        return (
            f"{self.place} {f'is {self.value}' if self.value else 'is missing'}\n"
            f"  allowed: {self.allowed}\n"
            f"  change:  {self.change}"
        )


def refuse(what: str, problems: Sequence[Problem]) -> None:
    """Raise DeclarationError with all `problems` of `what`, each once, if there are any."""
    found = list(dict.fromkeys(problems))
    if found:
        count = "1 problem" if len(found) == 1 else f"{len(found)} problems"
        raise DeclarationError(f"{what} has {count}.\n" + "\n".join(map(str, found)))
