"""The sensitivity of a finished drill's alerts: searched once for the same resources, code and traffic."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path
from typing import Any

from firedrill.drill.bracket import Course, Sensitivity
from firedrill.drill.drill import Drill
from firedrill.drill.expected import tellers_of
from firedrill.drill.judgement import WorkerDrill
from firedrill.drill.result import WorkerResult
from firedrill.drill.sensitivity import sensitivities
from firedrill.drill.stages import Stages
from firedrill.drill.verdicts import Failure, Kind
from firedrill.files import keep
from firedrill.installed import PACKAGES
from firedrill.resources import MONITOR, Resource, dumps
from firedrill.scenarios.promises import Danger
from firedrill.vendors.datadog.monitors import Composite

FOLDER = Path(".firedrill", "sensitivity")


def with_sensitivity(
    drill: Drill, resources: Sequence[Resource], root: Path, stages: Stages, *, known: Path | None = None
) -> Drill:
    """The drill with what a search found of each alert that tells a promised danger; far thresholds are failures.

    What was found last of a stack's Worker is kept in `root`, and used again of each alert while nothing changed that
    decides it; so is what is kept in the project `known`, where another version of the stack was searched.
    """
    if not any(each.worker.promises for each in drill.workers):
        return drill
    with stages.stage("sensitivity") as stage:
        workers = []
        for each in drill.workers:
            file = FOLDER / f"{drill.result.stack}-{each.worker.name}.json"
            kept = {**(_kept(known / file) if known else {}), **_kept(root / file)}
            tellers = _keys(each, resources)
            new = {key: teller for key, teller in tellers.items() if key not in kept}
            if new:
                assert each.plan is not None
                progress = stage.count(each.worker.name, "alerts")
                found = sensitivities(each.worker, each.plan, each.takes, list(new.values()), progress)
                kept |= zip(new, found, strict=True)
            kept = {key: kept[key] for key in tellers}
            _keep(root / file, kept)
            workers.append(replace(each, result=_judged(each, list(kept.values()))))
    return Drill(workers, replace(drill.result, workers=tuple(each.result for each in workers)))


def _judged(drill: WorkerDrill, found: Sequence[Sensitivity]) -> WorkerResult:
    """The result with what was found: an alert that is far from its own threshold is not proven."""
    far = {each.monitor: each.problem for each in found if each.problem}
    verdicts = tuple(
        replace(each, failures=(*each.failures, Failure(each.monitor, far[each.monitor], Kind.UNPROMISED)))
        if each.monitor in far
        else each
        for each in drill.result.verdicts
    )
    judged = {each.monitor for each in verdicts}
    return replace(drill.result, verdicts=verdicts, sensitivity=tuple(each for each in found if each.monitor in judged))


def _keys(drill: WorkerDrill, resources: Sequence[Resource]) -> dict[str, tuple[str, Danger]]:
    """Each alert that tells a danger, by what decides its search.

    That is its monitor with those that it is composed of, all resources that are no monitors, the Worker's code, what
    its takes were sent, and this package.
    """
    if drill.plan is None or drill.plan.watched is None:
        return {}
    others = dumps(each for each in resources if each.type != MONITOR)
    takes = repr(drill.plan.takes(drill.plan.scenarios))
    common = (others.encode(), drill.plan.deployment.bundle, takes.encode(), _package().encode())
    declared = {each.id: each for each in resources if each.type == MONITOR}
    conditions = {each.id: each.condition for each in drill.worker.organisation.monitors}
    ids = {name: id_ for id_, name in drill.worker.names.items()}
    found = {}
    for name, danger in tellers_of(drill.worker):
        if danger.objective:
            continue  # how fast a budget burns says how small a fault it sees
        condition = conditions[ids[name]]
        parts = condition.ids if isinstance(condition, Composite) else ()
        own = dumps(declared[id_] for id_ in (ids[name], *parts))
        key = hashlib.sha256(b"\0".join((*common, own.encode(), name.encode(), danger.id.encode()))).hexdigest()
        found[key] = (name, danger)
    return found


@cache
def _package() -> str:
    """A digest of the code that searches."""
    digest = hashlib.sha256()
    for file in sorted((PACKAGES / "firedrill").rglob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _kept(file: Path) -> dict[str, Sensitivity]:
    """What was found, by what decided it; nothing where the file cannot be read."""
    with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
        return {key: _read(each) for key, each in json.loads(file.read_text(encoding="utf-8")).items()}
    return {}


def _read(given: Mapping[str, Any]) -> Sensitivity:
    minutes = {int(times): Course(**course) for times, course in given["minutes"].items()}
    return Sensitivity(**{**given, "minutes": minutes})


def _keep(file: Path, found: Mapping[str, Sensitivity]) -> None:
    text = json.dumps({key: asdict(each) for key, each in found.items()}, indent=1)
    keep(file, f"{text}\n")
