"""Runs of short rounds: in each, every variant gets some requests, the bare Worker like the others."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from bench.overhead.load import listening, send
from bench.overhead.subject import Subject, running
from bench.overhead.variants import BARE, Variant

SETTLE_S = 3.0
"""Longer than a reporter waits before it sends, and than it takes to send."""


@dataclass(frozen=True)
class Plan:
    """How much to measure: fresh processes for each run, in each run so many rounds, each of so many requests."""

    runs: int = 8
    rounds: int = 80
    requests: int = 100
    warm_up: int = 3_000
    """Requests before the first round of a run, so that the code is compiled as it will stay."""


@dataclass(frozen=True)
class Block:
    """The requests of one round to one variant: seconds from first to last, CPU seconds until its next block begins."""

    seconds: float
    cpu_s: float


Run = list[dict[Variant, Block]]
"""The blocks of each round."""


def measure(plan: Plan, variants: Sequence[Variant], show: Callable[[str], None]) -> list[Run]:
    """All runs of a plan; raises CannotRun when workerd cannot run or a Worker does not answer as it should."""
    runs = []
    for number in range(plan.runs):
        show(f"run {number + 1} of {plan.runs}")
        runs.append(asyncio.run(_run(plan, variants, number)))
    return runs


async def _run(plan: Plan, variants: Sequence[Variant], number: int) -> Run:
    async with listening() as sink:
        with ExitStack() as stack:
            subjects = [stack.enter_context(running(variant, sink.port)) for variant in (BARE, *variants)]
            for subject in subjects:
                await send(subject.port, plan.warm_up)
            await asyncio.sleep(SETTLE_S)
            shuffled = random.Random(number)  # noqa: S311 - no secret; none is always measured after the same one
            order = [shuffled.sample(subjects, len(subjects)) for _ in range(plan.rounds)]
            return await _blocks(order, plan)


async def _blocks(order: Sequence[Sequence[Subject]], plan: Plan) -> Run:
    """Whatever a process does after its requests belongs to them: its clock is read when its next block begins."""
    begun, seconds = [], []
    for subjects in order:
        marks, times = {}, {}
        for subject in subjects:
            marks[subject.variant] = subject.cpu_s()
            times[subject.variant] = await send(subject.port, plan.requests)
        begun.append(marks)
        seconds.append(times)
    await asyncio.sleep(SETTLE_S)
    begun.append({subject.variant: subject.cpu_s() for subject in order[0]})
    return [
        {variant: Block(times[variant], after[variant] - before[variant]) for variant in times}
        for times, before, after in zip(seconds, begun, begun[1:], strict=False)
    ]
