"""What a user can get wrong, as a tree.

FiredrillError            shown as its message, without a traceback
├── Several               mistakes that were found together
└── Unsupported           a vendor feature the emulator does not know, refused by name
    └── UnknownOption     a name that may be the vendor's, or a slip
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from firedrill.vendors.rules.breach import Breach


class FiredrillError(Exception):
    """A mistake or a missing piece that the user can fix: the message says what is wrong and what to change."""

    rule = ""
    """What was declared wrongly, in the vendor's terms ("filter", "grok-parser"); set where mistakes are collected."""

    @property
    def parts(self) -> Sequence[FiredrillError]:
        """The single mistakes that this one consists of."""
        return (self,)


class Several(FiredrillError):
    """Mistakes that were found together; the message has one a line."""

    def __init__(self, parts: Sequence[FiredrillError]) -> None:
        """Stand for `parts`."""
        self._parts = tuple(parts)
        super().__init__("\n".join(map(str, parts)))

    @property
    def parts(self) -> Sequence[FiredrillError]:
        """Each of them."""
        return self._parts


class Mistakes:
    """Collects the mistakes of parts that do not depend on each other, so that a user sees all of them at once."""

    def __init__(self) -> None:
        self.found: list[FiredrillError] = []

    @contextmanager
    def collect(self, rule: str = "") -> Iterator[None]:
        """Note what the block raises, and that it is about `rule`, and go on after it."""
        try:
            yield
        except FiredrillError as error:
            for part in error.parts:
                part.rule = part.rule or rule
                self.found.append(part)

    def raise_all(self) -> None:
        """Raise what was found, if anything was."""
        if self.found:
            raise as_one(self.found)


def as_one(mistakes: Sequence[FiredrillError]) -> FiredrillError:
    """A single mistake itself, more of them as Several; what several Workers share is reported once."""
    told = list({str(each): each for each in mistakes}.values())
    return told[0] if len(told) == 1 else Several(told)


def refuse(place: str, breaches: Iterable[Breach]) -> None:
    """Raise FiredrillError with every breach, one a line, each beginning with its `place`; nothing without any."""
    found = [FiredrillError(f"{place}: {breach}.") for breach in breaches]
    if found:
        raise as_one(found)


class Unsupported(FiredrillError):
    """A vendor feature that the emulator does not reproduce; never ignored, since a proof around it would be void."""

    def __init__(self, feature: str, place: str, advice: str = "") -> None:
        """Name the `feature` in the vendor's terms and the `place` where it was declared; `advice` says what to do."""
        self.feature = feature
        self.place = place
        told = f"{place}: {feature} is not supported by the emulator; see docs/support.md for what is."
        super().__init__(f"{told} {advice}".strip())


class UnknownOption(Unsupported):
    """An option that nothing is known of: one of the vendor's that is new, or one that does not exist."""
