"""What to run for one Worker: its script, its bundle and its scenarios."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from firedrill.drill.compiled import CompiledWorker
from firedrill.runtime.config import Deployment
from firedrill.runtime.source_map import sources_of
from firedrill.scenarios import scenarios_of
from firedrill.scenarios.drill_file import read_drill_file
from firedrill.scenarios.scenario import Scenario, TakeSpec
from firedrill.scenarios.watched import WatchedWorker
from firedrill.vendors.errors import FiredrillError, Mistakes


@dataclass(frozen=True)
class Plan:
    """What is deployed, the healthy traffic, the scenarios, and why some are left out, by name."""

    deployment: Deployment
    healthy: TakeSpec
    scenarios: tuple[Scenario, ...]
    skipped: Mapping[str, str] = field(default_factory=dict)

    def takes(self, scenarios: Iterable[Scenario]) -> list[TakeSpec]:
        """What to record for some of the scenarios: each take once, in the order of its first use."""
        specs = {self.healthy.name: self.healthy}
        for scenario in scenarios:
            specs.update({phase.take.name: phase.take for phase in scenario.fault})
        return list(specs.values())


Planner = Callable[[CompiledWorker, Path], Plan]
"""Says what to deploy for a Worker and which scenarios to run: plan_of, unless they are given."""


def plans_of(workers: Sequence[CompiledWorker], planner: Planner, root: Path) -> dict[str, Plan]:
    """The plan of each Worker, by its name; raises FiredrillError with what is wrong with any of them."""
    mistakes = Mistakes()
    plans = {}
    for worker in workers:
        with mistakes.collect():
            plans[worker.name] = planner(worker, root)
    mistakes.raise_all()
    return plans


def plan_of(worker: CompiledWorker, root: Path) -> Plan:
    """The plan for a declared Worker, by its drill file under `root`.

    Raises FiredrillError when the file or the bundle is missing, and with everything that is wrong in the file.
    """
    if not worker.drill:
        raise FiredrillError(
            f"Worker {worker.name!r} has no drill file, so nobody knows its traffic; set drill in its entry of workers"
        )
    file = read_drill_file(root / worker.drill, worker.drill)
    watched = WatchedWorker(file, worker.classes, list(worker.watches.values()))
    scenarios = scenarios_of(watched, worker.drill)
    sources = sources_of(worker.script["content_file"], root)
    deployment = Deployment(worker.script, read_bundle(worker, root), file.bindings, sources=sources, root=root)
    return Plan(deployment, scenarios.healthy, scenarios.all, scenarios.skipped)


def read_bundle(worker: CompiledWorker, root: Path) -> bytes:
    """The deployed module's bytes, as the WorkersScript names them under `root`."""
    name: str = worker.script["content_file"]
    if not (root / name).is_file():
        raise FiredrillError(f"the Worker's bundle {name!r} does not exist; build it with: make drill")
    return (root / name).read_bytes()
