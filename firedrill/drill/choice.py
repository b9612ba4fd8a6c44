"""What a person asks of a drill, and whether it can be asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from firedrill.declared.exemptions import Names, means, require_known
from firedrill.vendors.errors import FiredrillError
from firedrill.vendors.rules.suggestions import hint


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
    now: str = ""
    """The time (RFC 3339) that compatibility dates are held against; "": neither they nor code are looked at."""

    @property
    def whole(self) -> bool:
        """Whether every scenario runs, so that a missing proof is a finding."""
        return not self.scenarios

    @property
    def narrowed(self) -> bool:
        """Whether only some of the Workers, scenarios or monitors are asked for."""
        return bool(self.workers or self.scenarios or self.monitors)

    def has_worker(self, worker: str) -> bool:
        """Whether the drill is to run that Worker."""
        return not self.workers or worker in self.workers

    def has_scenario(self, worker: str, scenario: str) -> bool:
        """Whether the drill is to run that scenario."""
        return not self.scenarios or any(means(given, worker, scenario) for given in self.scenarios)

    def has_monitor(self, worker: str, monitor: str) -> bool:
        """Whether the drill is to judge that monitor."""
        return not self.monitors or any(means(given, worker, monitor) for given in self.monitors)


def require_workers(choice: Choice, workers: Sequence[str]) -> None:
    """Raise FiredrillError for a chosen Worker that the stack does not have."""
    for worker in choice.workers:
        if worker not in workers:
            meant = hint(worker, workers)
            raise FiredrillError(f"Worker {worker!r} does not exist{meant}; there are {', '.join(sorted(workers))}.")


def require_names(choice: Choice, scenarios: Names, monitors: Names) -> None:
    """Raise FiredrillError for a chosen scenario or monitor that no Worker has."""
    require_known("scenario", choice.scenarios, scenarios)
    require_known("monitor", [*choice.monitors, *([choice.explain] if choice.explain else [])], monitors)
