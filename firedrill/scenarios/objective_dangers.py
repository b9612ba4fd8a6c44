"""The kinds of dangers that are about service level objectives: an error budget burns, or is spent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from firedrill.scenarios.kind import OPERATIONS_FAIL, DangerKind, Sized, struck_by
from firedrill.scenarios.marks import Mark, failed_operation, failed_request, operation, request
from firedrill.scenarios.objectives import CARRIED_MINUTES, HALF, PACES, lasting, slow
from firedrill.scenarios.scenario import Phase
from firedrill.scenarios.watched import WatchedWorker


def _of_objective(id_: str, whose: str, sized: Sized) -> Iterator[DangerKind]:
    """The dangers of an objective: its budget burns fast, for hours or slowly, or much of it is spent."""
    for pace in PACES:
        yield DangerKind(
            f"{id_}-{pace.id}",
            f"The error budget of {whose} {pace.told}",
            pace.unit,
            (f"{id_}-{pace.id}",),
            sized,
            most=pace.most,
            lasting=partial(lasting, pace),
        )


def _half_bad(scenario: str, mark: Mark, among: Mark) -> Sized:
    """Half of what an objective counts fails, whatever the size: how fast that burns is a matter of how long."""
    struck = struck_by(scenario, mark, "% of them", among)

    def sized(worker: WatchedWorker, class_name: str, size: float) -> tuple[Phase, ...]:
        return tuple(replace(each, minutes=CARRIED_MINUTES) for each in struck(worker, class_name, HALF))

    return sized


OF_OBJECTIVES: tuple[DangerKind, ...] = (
    *_of_objective("worker-availability", "requests", _half_bad("worker-throws", failed_request, request)),
    *_of_objective("worker-latency", "the Worker's latency", slow),
    *_of_objective("do-availability", "a class's operations", _half_bad(OPERATIONS_FAIL, failed_operation, operation)),
    *_of_objective("do-latency", "a class's latency", slow),
)
