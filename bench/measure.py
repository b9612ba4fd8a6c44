"""Time something often enough to trust it, and the material that benchmarks share."""

from __future__ import annotations

import io
import statistics
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

from rich.console import Console

from firedrill.drill.compiled import CompiledWorker, compile_workers
from firedrill.drill.plan import Plan, plan_of
from firedrill.drill.record import record_takes, records_of
from firedrill.drill.simulated_time import RecordedTake
from firedrill.drill.stages import Stages
from firedrill.render import render
from firedrill.resources import Resource
from firedrill.runtime.take import Take

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 5


def median_s(run: Callable[[], object], rounds: int = ROUNDS) -> float:
    """The median of `rounds` runs, in seconds of CPU time, after one that does not count."""
    run()
    times = []
    for _ in range(rounds):
        began = time.process_time()
        run()
        times.append(time.process_time() - began)
    return statistics.median(times)


def quiet_stages() -> Stages:
    """Stages that show nothing."""
    return Stages(Console(file=io.StringIO()))


@cache
def resources() -> list[Resource]:
    """The dev stack, rendered once."""
    return render("dev", ROOT)


@cache
def service() -> CompiledWorker:
    """The one Worker of the dev stack, compiled once."""
    (found,) = compile_workers(resources())
    return found


@cache
def plan() -> Plan:
    """What a drill of that Worker runs."""
    return plan_of(service(), ROOT)


@cache
def takes() -> dict[str, Take]:
    """Healthy traffic of the real Worker, recorded once."""
    return record_takes(plan().deployment, [plan().healthy], lambda done, of_all: None)


def healthy_records() -> dict[str, RecordedTake]:
    """The records of healthy traffic, by the take's name."""
    return records_of(service(), takes())
