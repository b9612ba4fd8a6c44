"""Monitors that need no proof, and how people name what a Worker has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from firedrill.documents import is_there, text_of
from firedrill.vendors.errors import FiredrillError
from firedrill.vendors.rules.suggestions import hint

EXEMPTIONS = "drill-exemptions.txt"

Names = Mapping[str, Sequence[str]]
"""What each Worker has: its scenarios, or its monitors, by the Worker's name."""


def exemptions(root: Path) -> dict[str, str]:
    """What needs no proof and why, from lines "monitor: reason" of drill-exemptions.txt, if there is one.

    Raises FiredrillError for a line without a reason, and for a monitor that has two lines.
    """
    path = root / EXEMPTIONS
    if not is_there(path):
        return {}
    text = text_of(path, EXEMPTIONS)
    found: dict[str, str] = {}
    for number, monitor, reason in _read(text):
        if monitor in found:
            raise FiredrillError(f"{EXEMPTIONS} line {number}: {monitor!r} has a line already; remove one of the two.")
        found[monitor] = reason
    return found


def _read(text: str) -> Iterator[tuple[int, str, str]]:
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        monitor, _, reason = (part.strip() for part in line.partition(":"))
        if not reason:
            raise FiredrillError(f"{EXEMPTIONS} line {number}: {line!r} has no reason; write 'monitor: reason'.")
        yield number, monitor, reason


def useless(exempt: Iterable[str], judged: Names, unproven: Names) -> list[str]:
    """One problem per exemption of monitors that were judged and are all proven anyway."""
    return [
        f"{EXEMPTIONS}: {given} is proven; remove its line"
        for given in exempt
        if _meant(given, judged) and not _meant(given, unproven)
    ]


def means(given: str, worker: str, name: str) -> bool:
    """Whether a person who says `given` means what a Worker has by that name: its beginning may be left out."""
    return f"/{worker}/{name}".endswith(f"/{given}")


def require_known(kind: str, given: Iterable[str], names: Names) -> None:
    """Raise FiredrillError for the first of `given` that no Worker has."""
    for each in given:
        if not _meant(each, names):
            known = sorted({name for own in names.values() for name in own})
            raise FiredrillError(f"{kind} {each!r} does not exist{hint(each, known)}; there are {', '.join(known)}.")


def _meant(given: str, names: Names) -> list[str]:
    return [name for worker, own in names.items() for name in own if means(given, worker, name)]
