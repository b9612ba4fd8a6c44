"""What a user can get wrong, as a tree.

FiredrillError            shown as its message, without a traceback
├── Unsupported           a vendor feature the emulator does not know, refused by name
└── CannotRun             the drill could not run at all (exit code 2)
"""

from __future__ import annotations


class FiredrillError(Exception):
    """A mistake or a missing piece that the user can mend: the message says what is wrong and what to change."""


class Unsupported(FiredrillError):
    """A vendor feature that the emulator does not reproduce; never ignored, since a proof around it would be void."""

    def __init__(self, feature: str, place: str) -> None:
        """Name the `feature` in the vendor's terms and the `place` where it was declared."""
        self.feature = feature
        self.place = place
        super().__init__(f"{place}: {feature} is not supported by the emulator; see docs/support.md for what is.")


class CannotRun(FiredrillError):
    """The run could not start or finish (a missing program, a full disk, a killed process): nothing is proven."""
