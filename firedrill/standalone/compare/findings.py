"""Differences between the emulator and Datadog, as plain data, and how many there are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Part = Literal["log", "metric", "monitor"]
Kind = Literal["differs", "missing", "extra"]


@dataclass(frozen=True)
class Difference:
    """One thing that the emulator and Datadog do not agree on.

    `expected` is the emulator's, `got` is Datadog's. `missing` is what only the emulator has, `extra` what only Datadog
    has. `subject` is a metric query or a monitor's name, "" for logs; `field` is what of it differs; `cause` is what
    made the emulator's value; `where` is one log, or a time and a group. `modelled` says what of the value is a model.
    """

    part: Part
    kind: Kind
    field: str
    where: str
    expected: Any = None
    got: Any = None
    subject: str = ""
    cause: str = ""
    modelled: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cause:
    """Differences of the same kind, of the same thing, made by the same processor: how many, and the first one."""

    count: int
    example: Difference


@dataclass
class Tally:
    """How many of a part were compared, and how that ended; `of` says of how many queries the points are."""

    equal: int = 0
    differs: int = 0
    missing: int = 0
    extra: int = 0
    skipped: int = 0
    of: int = 0

    @property
    def total(self) -> int:
        """All that were looked at."""
        return self.equal + self.differs + self.missing + self.extra + self.skipped

    def add(self, kinds: Iterable[Kind]) -> None:
        """Count one thing with differences of these `kinds`, or none of them."""
        found = set(kinds)
        if not found:
            self.equal += 1
        elif found == {"missing"}:
            self.missing += 1
        elif found == {"extra"}:
            self.extra += 1
        else:
            self.differs += 1


@dataclass
class Found:
    """What comparing one part came to; `remarks` are for the reader, `matched` counts logs by how they were matched."""

    tally: Tally
    differences: list[Difference] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    matched: dict[str, int] = field(default_factory=dict)


def causes(differences: Sequence[Difference]) -> list[Cause]:
    """Differences by what they have in common, the most frequent first."""
    groups: dict[tuple[str, ...], list[Difference]] = {}
    for each in differences:
        groups.setdefault((each.part, each.subject, each.kind, each.field, each.cause), []).append(each)
    found = [Cause(len(group), group[0]) for group in groups.values()]
    return sorted(found, key=lambda cause: -cause.count)
