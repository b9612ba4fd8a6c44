"""Runs of short rounds: in each, every variant gets some requests, and the bare Worker some before and after."""

from __future__ import annotations

import asyncio
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
    rounds: int = 40
    requests: int = 100
    warm_up: int = 3_000
    """Requests before the first round of a run, so that the code is compiled as it will stay."""


@dataclass(frozen=True)
class Block:
    """The requests of one round to one variant: seconds from first to last, CPU seconds until its next block began."""

    variant: Variant
    seconds: float
    cpu_s: float


Run = list[list[Block]]
"""The blocks of each round in order: bare, a variant, bare, a variant, ..., bare."""


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
            bare, *observed = [stack.enter_context(running(variant, sink.port)) for variant in (BARE, *variants)]
            for subject in (bare, *observed):
                await send(subject.port, plan.warm_up)
            await asyncio.sleep(SETTLE_S)
            order = [bare]
            for round_ in range(plan.rounds):
                first = (number + round_) % len(observed)  # none is always measured after the same one
                for subject in observed[first:] + observed[:first]:
                    order += [subject, bare]
            return await _blocks(order, plan)


async def _blocks(order: Sequence[Subject], plan: Plan) -> Run:
    """Whatever a process does after its requests belongs to them: its clock is read when its next block begins."""
    seconds, marks = [], []
    for subject in order:
        marks.append(subject.cpu_s())
        seconds.append(await send(subject.port, plan.requests))
    await asyncio.sleep(SETTLE_S)
    following = {subject.variant: subject.cpu_s() for subject in order}
    blocks = []
    for subject, begun, spent in reversed(list(zip(order, marks, seconds, strict=True))):
        blocks.append(Block(subject.variant, spent, following[subject.variant] - begun))
        following[subject.variant] = begun
    blocks.reverse()
    size = (len(order) - 1) // plan.rounds
    return [blocks[start : start + size + 1] for start in range(0, len(order) - 1, size)]
