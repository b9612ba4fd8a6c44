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


def cases(worker: WorkerResult) -> list[Case]:
    """The failures of monitors that are not exempt, by what explains them; one without a cause is a case of its own."""
    found: dict[tuple[object, ...], Case] = {}
    for verdict in worker.verdicts:
        for failures in [] if verdict.exempt else _alike(verdict, worker):
            first = failures[0]
            why = worker.causes.get(first, "")
            case = found.setdefault((why, first.kind) if why else (first,), Case(why, first, {}))
            said = said_of(first, list(dict.fromkeys(each.scenario for each in failures)))
            case.monitors.setdefault(said, []).append(verdict.monitor)
    return list(found.values())


def _alike(verdict: MonitorVerdict, worker: WorkerResult) -> list[list[Failure]]:
    """A monitor's failures, those together of which the same is said with the same cause."""
    found: dict[tuple[str, str], list[Failure]] = {}
    for failure in verdict.failures:
        found.setdefault((failure.said, worker.causes.get(failure, "")), []).append(failure)
    return list(found.values())
