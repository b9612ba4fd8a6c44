"""What an operation of a variant writes and sends: console lines, and bytes to its sink."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from bench.overhead.load import COUNTERS, OBJECTS, listening, send
from bench.overhead.measure import SETTLE_S
from bench.overhead.subject import SCRIPT, running
from bench.overhead.variants import Variant, bundle
from firedrill.errors import CannotRun
from firedrill.runtime import Deployment, Request, Take, deployed

REQUESTS = 64


@dataclass(frozen=True)
class Written:
    """Averages per operation; `longest` is the longest line, in bytes."""

    lines: float
    bytes: float
    longest: int
    posts: float
    posted: float


async def written(variant: Variant) -> Written:
    """Count in two processes: lines by a tail Worker, then what arrives at the sink.

    Raises CannotRun when the variant does not answer as the bare Worker would.
    """
    async with listening() as sink:
        take = await asyncio.to_thread(_take, variant, sink.port)
    async with listening() as sink:
        with running(variant, sink.port) as subject:
            await send(subject.port, REQUESTS)
            await asyncio.sleep(SETTLE_S)
    sizes = [len(log["message"][0].encode()) for each in take.invocations for log in each.item["logs"]]
    return Written(
        lines=len(sizes) / REQUESTS,
        bytes=sum(sizes) / REQUESTS,
        longest=max(sizes, default=0),
        posts=sink.requests / REQUESTS,
        posted=sink.bytes / REQUESTS,
    )


def _take(variant: Variant, sink_port: int) -> Take:
    requests = [Request(path=f"/object-{number % OBJECTS}/counter-{number % COUNTERS}") for number in range(REQUESTS)]
    with deployed(Deployment(SCRIPT, bundle(variant), outbound=f"127.0.0.1:{sink_port}")) as worker:
        take = worker.take(requests, concurrency=1)
    answers = [response.body for response in take.responses]
    if answers != [f'{{"value":{number // OBJECTS + 1}}}' for number in range(REQUESTS)]:
        raise CannotRun(f"{variant.title} changes what the Worker answers: {answers}")
    if take.missing:
        raise CannotRun(f"{variant.title}: {take.missing} of {len(take.invocations)} trace items never came")
    return take
