"""What a person asks of a drill, and whether it can be asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from firedrill.vendors.errors import FiredrillError

EXEMPTIONS = "drill-exemptions.txt"

Names = Mapping[str, Sequence[str]]
"""What each Worker has: its scenarios, or its monitors, by the Worker's name."""


@dataclass(frozen=True)
class Choice:
    """A stack of the project at `root`; empty `workers`, `scenarios` and `monitors` mean all; `explain` may name one.

    A monitor or a scenario may be named with its class and its Worker before it: "chat-room/ChatRoom/do-errors".
    """

    stack: str = "dev"
    root: Path = Path()
    workers: tuple[str, ...] = ()
    scenarios: tuple[str, ...] = ()
    monitors: tuple[str, ...] = ()
    explain: str = ""
    resources: Path | None = None
    """Rendered resources to drill instead of rendering the stack."""
    deployed: bool = False
    """Whether to drill what the local cloud holds of the stack instead."""

    @property
    def whole(self) -> bool:
        """Whether every scenario runs, so that a missing proof is a finding."""
        return not self.scenarios

    def has_worker(self, worker: str) -> bool:
        """Whether the drill is to run that Worker."""
        return not self.workers or worker in self.workers

    def has_scenario(self, worker: str, scenario: str) -> bool:
        """Whether the drill is to run that scenario."""
        return not self.scenarios or any(means(given, worker, scenario) for given in self.scenarios)

    def has_monitor(self, worker: str, monitor: str) -> bool:
        """Whether the drill is to judge that monitor."""
        return not self.monitors or any(means(given, worker, monitor) for given in self.monitors)


def means(given: str, worker: str, name: str) -> bool:
    """Whether a person who says `given` means what a Worker has by that name: its beginning may be left out."""
    return f"/{worker}/{name}".endswith(f"/{given}")


def require_workers(choice: Choice, workers: Sequence[str]) -> None:
    """Raise FiredrillError for a chosen Worker that the stack does not have."""
    for worker in choice.workers:
        if worker not in workers:
            raise FiredrillError(f"Worker {worker!r} does not exist; there are {', '.join(sorted(workers))}.")


def require_names(choice: Choice, scenarios: Names, monitors: Names) -> None:
    """Raise FiredrillError for a chosen scenario or monitor that no Worker has."""
    _require("scenario", choice.scenarios, scenarios)
    _require("monitor", [*choice.monitors, *([choice.explain] if choice.explain else [])], monitors)


def exemptions(root: Path, monitors: Names) -> dict[str, str]:
    """What needs no proof and why, from lines "monitor: reason" of drill-exemptions.txt, if there is one.

    Raises FiredrillError for a line without a reason and for a monitor that no Worker has.
    """
    path = root / EXEMPTIONS
    if not path.exists():
        return {}
    found = {}
    for number, line in enumerate(path.read_text().splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        monitor, _, reason = (part.strip() for part in line.partition(":"))
        if not reason:
            raise FiredrillError(f"{EXEMPTIONS} line {number}: {line!r} has no reason; write 'monitor: reason'.")
        found[monitor] = reason
    _require(f"{EXEMPTIONS}: monitor", found, monitors)
    return found


def useless(exempt: Iterable[str], judged: Names, unproven: Names) -> list[str]:
    """One problem per exemption of monitors that were judged and are all proven anyway."""
    return [
        f"{EXEMPTIONS}: {given} is proven, remove its line"
        for given in exempt
        if _meant(given, judged) and not _meant(given, unproven)
    ]


def _meant(given: str, names: Names) -> list[str]:
    return [name for worker, own in names.items() for name in own if means(given, worker, name)]


def _require(kind: str, given: Iterable[str], names: Names) -> None:
    for each in given:
        if not _meant(each, names):
            known = sorted({name for own in names.values() for name in own})
            raise FiredrillError(f"{kind} {each!r} does not exist; there are {', '.join(known)}.")
