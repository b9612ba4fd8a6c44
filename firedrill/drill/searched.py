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
from firedrill.drill.judgement import WorkerDrill
from firedrill.drill.result import WorkerResult
from firedrill.drill.sensitivity import sensitivities
from firedrill.drill.stages import Stages
from firedrill.drill.verdicts import Failure, Kind
from firedrill.errors import CannotRun
from firedrill.files import write_atomically
from firedrill.installed import PACKAGES
from firedrill.resources import Resource, dumps

FOLDER = Path(".firedrill", "sensitivity")


def with_sensitivity(drill: Drill, resources: Sequence[Resource], root: Path, stages: Stages) -> Drill:
    """The drill with what a search found of each alert that tells a promised danger; far thresholds are failures.

    What was found last of a stack's Worker is kept in `root`, and used again while nothing changed that decides it.
    """
    if not any(each.worker.promises for each in drill.workers):
        return drill
    with stages.stage("sensitivity") as stage:
        workers = []
        for each in drill.workers:
            file = root / FOLDER / f"{drill.result.stack}-{each.worker.name}.json"
            key = _key(each, resources)
            found = _kept(file, key)
            if found is None:
                assert each.plan is not None
                found = sensitivities(each.worker, each.plan, each.takes, stage.count(each.worker.name, "alerts"))
                _keep(file, key, found)
            workers.append(replace(each, result=_judged(each, found)))
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


def _key(drill: WorkerDrill, resources: Sequence[Resource]) -> str:
    """What decides the search: the resources, the Worker's code, what its takes were sent, and this package."""
    assert drill.plan is not None
    takes = repr(drill.plan.takes(drill.plan.scenarios))
    whole = (dumps(resources).encode(), drill.plan.deployment.bundle, takes.encode(), _package().encode())
    return hashlib.sha256(b"\0".join(whole)).hexdigest()


@cache
def _package() -> str:
    """A digest of the code that searches."""
    digest = hashlib.sha256()
    for file in sorted((PACKAGES / "firedrill").rglob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _kept(file: Path, key: str) -> list[Sensitivity] | None:
    """What was found for the same key; None for nothing."""
    with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
        kept = json.loads(file.read_text(encoding="utf-8"))
        if kept["key"] == key:
            return [_read(each) for each in kept["found"]]
    return None


def _read(given: Mapping[str, Any]) -> Sensitivity:
    minutes = {int(times): Course(**course) for times, course in given["minutes"].items()}
    return Sensitivity(**{**given, "minutes": minutes})


def _keep(file: Path, key: str, found: Sequence[Sensitivity]) -> None:
    text = json.dumps({"key": key, "found": [asdict(each) for each in found]}, indent=1)
    try:
        write_atomically(file, f"{text}\n")
    except OSError as error:
        raise CannotRun(f"cannot write {str(file)!r}: {error.strerror}; make its folder writable.") from error
