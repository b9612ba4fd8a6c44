"""A destination that misbehaves by a seeded schedule: what is lost, and what comes twice, is what must be.

`make soak` sends 200,000 events; tests/sinks/test_soak.py fewer.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from firedrill.sinks.post import Posted
from firedrill.sinks.push import LOGPUSH, push
from firedrill.sinks.receiver import Answer, Receiver, Trouble
from firedrill.vendors.cloudflare.rules.destinations.address import address
from firedrill.vendors.cloudflare.uploads import Upload, records_in, upload

BATCH = 1_000
CONF = "https://logs.example/in?header_X-Key=k"
SILENCE_S = 0.1
"""How long to wait for who keeps silent; of everybody else an answer is certain, however busy this machine is."""
TROUBLES = (
    Trouble(429, {"Retry-After": "60"}),
    Trouble(500),
    Trouble(413),
    Trouble(),
    Trouble(silent=True),
    Trouble(keeps=True),
    Trouble(503, keeps=True),
    Trouble(silent=True, keeps=True),
)
"""Refusals, resets and silence, each also after the upload was kept: then the next attempt makes a duplicate."""


@dataclass(frozen=True)
class Outcome:
    """What became of the events: `lost` were given up, and of them `unconfirmed` are there all the same."""

    events: int
    lost: int
    unconfirmed: int
    twice: int
    missing: int
    attempts: int
    restarts: int


class Scheduled(Posted):
    """A destination whose attempts are those of the schedule, one after the other."""

    def __init__(self, receiver: Receiver, server: str, schedule: Sequence[Trouble | None]) -> None:
        parts = address(CONF)
        super().__init__(parts, server, receiver)
        self._impatient, self._receiving = Posted(parts, server, receiver, SILENCE_S), receiver
        self._schedule, self._attempts = schedule, 0

    def put(self, upload: Upload) -> None:
        """Wait as long as the next attempt takes, and until the receiver has taken it in any case."""
        trouble = self._schedule[self._attempts]
        self._attempts += 1
        try:
            if trouble and trouble.silent:
                self._impatient.put(upload)
            else:
                super().put(upload)
        finally:
            while self._receiving.taken < self._attempts:
                Event().wait(0.01)


def troubles(seed: int, batches: int, longest: int) -> list[list[Trouble | None]]:
    """For each batch what its attempts meet: at most `longest` troubles in a row, then nothing."""
    choose = random.Random(seed)  # noqa: S311 - repeatable, not secret
    attempts = LOGPUSH.retries + 1
    found = []
    for _ in range(batches):
        number = choose.choice((0, 0, 0, *range(longest + 1)))
        met = [choose.choice(TROUBLES) for _ in range(number)]
        found.append([*met, None][:attempts])
    return found


def soak(events: int, seed: int, longest: int, folder: Path) -> tuple[Outcome, Outcome]:
    """What became of the events, as read back, and what the schedule says must have become of them."""
    batches = events // BATCH
    planned = troubles(seed, batches, longest)
    schedule = [trouble for each in planned for trouble in each]
    choose, restarts = random.Random(seed + 1), 0  # noqa: S311
    receiver = Receiver(lambda _: Answer(200), folder / "kept", lambda number: schedule[number])
    with ExitStack() as ends:
        serving = ends.enter_context(ExitStack())
        server = serving.enter_context(receiver.serving())
        sink = Scheduled(receiver, server, schedule)

        def pause(_: int) -> None:
            nonlocal restarts
            if choose.random() < 0.05:
                restarts += 1
                serving.close()
                serving.enter_context(receiver.serving(int(server.rpartition(":")[2])))

        pushed = []
        for number in range(batches):
            text = "".join(f'{{"id":{number * BATCH + each}}}\n' for each in range(BATCH))
            pushed.append(push(sink, upload("soak", number, text, BATCH, 0, 30_000), pause))
        there = Counter(each["id"] for lines in sink.arrived() for each in records_in(lines))
    lost = [number for number, each in enumerate(pushed) if not each.confirmed]
    kept = {number: there[number * BATCH] for number in range(batches)}
    seen = Outcome(
        events=events,
        lost=BATCH * len(lost),
        unconfirmed=BATCH * sum(kept[number] > 0 for number in lost),
        twice=sum(count > 1 for count in there.values()),
        missing=sum(there[each] == 0 for each in range(events)),
        attempts=sum(len(each.refusals) + each.confirmed for each in pushed),
        restarts=restarts,
    )
    return seen, _due(events, planned, restarts)


def _due(events: int, planned: list[list[Trouble | None]], restarts: int) -> Outcome:
    copies = [sum(each is None or each.keeps for each in met) for met in planned]
    lost = [number for number, met in enumerate(planned) if met[-1] is not None]
    return Outcome(
        events=events,
        lost=BATCH * len(lost),
        unconfirmed=BATCH * sum(copies[number] > 0 for number in lost),
        twice=BATCH * sum(each > 1 for each in copies),
        missing=BATCH * sum(each == 0 for each in copies),
        attempts=sum(map(len, planned)),
        restarts=restarts,
    )


def main() -> int:
    """Soak within the limit of retries and beyond it; exit code 1 when anything is not as it must be."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--events", type=int, default=200_000)
    given = parser.parse_args()
    failed = False
    for longest in (LOGPUSH.retries, LOGPUSH.retries + 3):
        with tempfile.TemporaryDirectory() as folder:
            seen, due = soak(given.events, given.seed, longest, Path(folder))
        print(f"at most {longest} troubles in a row: {seen}", flush=True)  # noqa: T201 - the result
        if seen != due or (longest <= LOGPUSH.retries and (seen.lost or seen.missing)):
            failed = True
            print(f"  must have been: {due}", flush=True)  # noqa: T201
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
