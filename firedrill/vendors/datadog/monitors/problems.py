"""What can be wrong with declared monitors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

from firedrill.vendors.errors import FiredrillError

Rule = Literal[
    "composite",
    "evaluation",
    "field",
    "message",
    "option",
    "part",
    "query",
    "threshold",
    "type",
    "unsupported",
    "warning",
]
"""What a problem is about. A "warning" is what Datadog takes although it hardly means it; of an "evaluation" all that
monitors have in common is read, and the emulator does not evaluate the rest; of what is "unsupported" nothing is; a
"part" of a composite is declared elsewhere. All of these are advice to who only checks."""
ADVICE: tuple[Rule, ...] = ("evaluation", "part", "unsupported", "warning")
UNSUPPORTED: tuple[Rule, ...] = ("evaluation", "unsupported")

Note = Callable[[Rule, object], None]
"""Takes down a problem of the monitor being read, in words; an unsupported feature or evaluation by its name."""


class Problem(NamedTuple):
    """What is wrong with a monitor; the text names the value, what is allowed and where; `id` is the monitor's own."""

    monitor: str
    rule: Rule
    text: str
    id: str = ""


class InvalidMonitors(FiredrillError):
    """Monitors that the API would not take, or that cannot do what they say; `problems` holds every one."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        """List the problems, one a line."""
        self.problems = tuple(problems)
        count = f"{len(problems)} problem{'s' if len(problems) > 1 else ''}"
        lines = (f"  monitor {problem.monitor!r}: {problem.text}." for problem in problems)
        super().__init__("\n".join([f"{count} in the monitors:", *lines]))
