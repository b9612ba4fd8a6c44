"""What a person asks of a drill, and whether it can be asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from firedrill.errors import FiredrillError
from firedrill.scenarios.scenario import Scenario

EXEMPTIONS = "drill-exemptions.txt"


@dataclass(frozen=True)
class Choice:
    """A stack of the project at `root`; empty `scenarios` and `monitors` mean all; `explain` may name one."""

    stack: str = "dev"
    root: Path = Path()
    scenarios: tuple[str, ...] = ()
    monitors: tuple[str, ...] = ()
    explain: str = ""
    resources: Path | None = None

    @property
    def whole(self) -> bool:
        """Whether every scenario runs, so that a missing proof is a finding."""
        return not self.scenarios


def chosen(all_scenarios: Sequence[Scenario], choice: Choice, monitors: Iterable[str]) -> list[Scenario]:
    """The scenarios to run; raises FiredrillError for a scenario or a monitor that does not exist."""
    _known("scenario", choice.scenarios, [scenario.name for scenario in all_scenarios])
    _known("monitor", [*choice.monitors, *([choice.explain] if choice.explain else [])], list(monitors))
    return [scenario for scenario in all_scenarios if not choice.scenarios or scenario.name in choice.scenarios]


def exemptions(root: Path, monitors: Iterable[str]) -> dict[str, str]:
    """Monitors that need no proof and why, from lines "monitor: reason" of drill-exemptions.txt, if there is one.

    Raises FiredrillError for a line without a reason and for a monitor that does not exist.
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
    _known(f"{EXEMPTIONS}: monitor", found, list(monitors))
    return found


def useless(exempt: Mapping[str, str], unproven: Iterable[str]) -> list[str]:
    """One problem per exemption of a monitor that is proven anyway."""
    needed = set(unproven)
    return [f"{EXEMPTIONS}: {name} is proven, remove its line" for name in exempt if name not in needed]


def _known(kind: str, names: Iterable[str], known: Sequence[str]) -> None:
    for name in names:
        if name not in known:
            raise FiredrillError(f"{kind} {name!r} does not exist; there are {', '.join(sorted(known))}.")
