"""What is wrong with monitors, told once for all that failed in one way for one cause."""

from __future__ import annotations

from typing import NamedTuple

from firedrill.drill.result import WorkerResult
from firedrill.drill.verdicts import Failure, MonitorVerdict, said_of


class Case(NamedTuple):
    """Failures of monitors that have one kind and one cause: who failed, by what is said of them, and the first one."""

    why: str
    first: Failure
    monitors: dict[str, list[str]]


def cases(worker: WorkerResult, *, whole: bool = True) -> list[Case]:
    """The failures of monitors that are not exempt, by what explains them; one without a cause is a case of its own.

    `whole` False leaves out those that follow from a class that no traffic reaches.
    """
    found: dict[tuple[object, ...], Case] = {}
    for verdict in worker.verdicts:
        for failures in [] if verdict.exempt else _alike(verdict, worker):
            failures = [each for each in failures if whole or not _follows(each, worker)]
            if not failures:
                continue
            first = failures[0]
            why = worker.causes.get(first, "")
            case = found.setdefault((why, first.kind) if why else (first,), Case(why, first, {}))
            said = said_of(first, list(dict.fromkeys(each.scenario for each in failures)))
            case.monitors.setdefault(said, []).append(verdict.monitor)
    return list(found.values())


def following(worker: WorkerResult) -> int:
    """How many findings about monitors follow from classes that no traffic reaches."""
    every, own = (sum(len(case.monitors) for case in cases(worker, whole=whole)) for whole in (True, False))
    return every - own


def unreached(worker: WorkerResult) -> list[str]:
    """The classes that no traffic reaches."""
    return worker.coverage.missed("classes") if worker.coverage else []


def _follows(failure: Failure, worker: WorkerResult) -> bool:
    """Whether a class that no traffic reaches explains the failure: of a Worker of which no class is reached, any."""
    missed = unreached(worker)
    if not missed or (worker.coverage and len(missed) == len(worker.coverage.all["classes"])):
        return bool(missed)
    return any(name.startswith(f"{each}/") for each in missed for name in (failure.monitor, failure.scenario))


def _alike(verdict: MonitorVerdict, worker: WorkerResult) -> list[list[Failure]]:
    """A monitor's failures, those together of which the same is said with the same cause."""
    found: dict[tuple[str, str], list[Failure]] = {}
    for failure in verdict.failures:
        found.setdefault((failure.said, worker.causes.get(failure, "")), []).append(failure)
    return list(found.values())
