"""What to run for one Worker: its script, its bundle and its scenarios."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from firedrill.drill.service import Service
from firedrill.runtime.config import Deployment
from firedrill.scenarios import scenarios_of
from firedrill.scenarios.drill_file import read_drill_file
from firedrill.scenarios.scenario import Scenario, TakeSpec
from firedrill.scenarios.watched import WatchedWorker
from firedrill.vendors.errors import FiredrillError


@dataclass(frozen=True)
class Plan:
    """What is deployed, the healthy traffic, the scenarios, and why some are left out, by name."""

    deployment: Deployment
    healthy: TakeSpec
    scenarios: tuple[Scenario, ...]
    skipped: Mapping[str, str] = field(default_factory=dict)


def plan_of(service: Service, root: Path) -> Plan:
    """The plan for a declared Worker, by its drill file under `root`.

    Raises FiredrillError when the file or the bundle is missing, and with everything that is wrong in the file.
    """
    if not service.drill:
        raise FiredrillError(
            f"Worker {service.name!r} has no drill file, so nobody knows its traffic; set drill in its entry of workers"
        )
    file = read_drill_file(root / service.drill, service.drill)
    worker = WatchedWorker(file, service.classes, list(service.watches.values()))
    scenarios = scenarios_of(worker, service.drill)
    deployment = Deployment(service.script, read_bundle(service, root), file.bindings)
    return Plan(deployment, scenarios.healthy, scenarios.all, scenarios.skipped)


def read_bundle(service: Service, root: Path) -> bytes:
    """The deployed module's bytes, as the WorkersScript names them under `root`."""
    name: str = service.script["content_file"]
    if not (root / name).is_file():
        raise FiredrillError(f"the Worker's bundle {name!r} does not exist; make it with: make drill")
    return (root / name).read_bytes()
