"""Time something often enough to trust it, and the material that benchmarks share."""

from __future__ import annotations

import io
import statistics
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

from rich.console import Console

from firedrill.cloudflare.trace_items import Script, Unknowns
from firedrill.drill.record import as_records, read_bundle, record_takes
from firedrill.drill.stack import Stack, compile_stack
from firedrill.drill.stages import Stages
from firedrill.drill.timeline import RecordedTake
from firedrill.render import render
from firedrill.resources import Resource
from firedrill.runtime.take import Take
from firedrill.scenarios.scenario import TakeSpec
from firedrill.scenarios.takes import HEALTHY

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 5


def median_s(run: Callable[[], object], rounds: int = ROUNDS) -> float:
    """The median of `rounds` runs, in seconds, after one that does not count."""
    run()
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        run()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def quiet_stages() -> Stages:
    """Stages that show nothing."""
    return Stages(Console(file=io.StringIO()))


@cache
def resources() -> list[Resource]:
    """The dev stack, rendered once."""
    return render("dev", ROOT)


@cache
def stack() -> Stack:
    """The dev stack, compiled once."""
    return compile_stack(resources())


@cache
def takes(specs: tuple[TakeSpec, ...] = (HEALTHY,)) -> dict[str, Take]:
    """Takes of the real Worker, recorded once."""
    script = stack().script
    return record_takes(script, read_bundle(script, ROOT), specs, lambda detail: None)


def healthy_records() -> dict[str, RecordedTake]:
    """The records of healthy traffic, by the take's name."""
    script = Script(stack().script["script_name"])
    return {name: as_records(take, script, Unknowns()) for name, take in takes().items()}
