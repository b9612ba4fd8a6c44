"""What verifying comes to: one check each, and how to wait for what takes its time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Outcome = Literal["ok", "failed", "unproven"]
"""`unproven`: nothing is wrong as far as one can see, and nothing has shown that it works either."""


@dataclass(frozen=True)
class Check:
    """One thing that was looked at: what (`id`), of what (`subject`), and what was found, as a sentence's end."""

    id: str
    subject: str
    outcome: Outcome
    told: str


def ok(id_: str, subject: str, told: str) -> Check:
    """It is as it should be."""
    return Check(id_, subject, "ok", told)


def failed(id_: str, subject: str, told: str) -> Check:
    """It is wrong; `told` says what to do, too."""
    return Check(id_, subject, "failed", told)


def unproven(id_: str, subject: str, told: str) -> Check:
    """Nothing shows that it works."""
    return Check(id_, subject, "unproven", told)


@dataclass(frozen=True)
class Patience:
    """How long to wait for one thing, and how often to look; `tell` gets a line of progress before each pause.

    `seconds` is a clock that only runs forward, `pause` lets so many seconds pass.
    """

    limit_s: float
    every_s: float
    seconds: Callable[[], float]
    pause: Callable[[float], object]
    tell: Callable[[str], object]

    def until(self, what: str, reached: Callable[[], str | None]) -> bool:
        """Wait until `reached` returns None; what it returns otherwise is how far it has come. False: in vain."""
        began_s = self.seconds()
        while (so_far := reached()) is not None:
            waited_s = self.seconds() - began_s
            if waited_s >= self.limit_s:
                return False
            self.tell(f"{what}: {so_far} after {waited_s:.0f} s of {self.limit_s:.0f} s")
            self.pause(min(self.every_s, self.limit_s - waited_s))
        return True
