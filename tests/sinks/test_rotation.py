"""A secret is rotated while Logpush sends: what is lost with two secrets in force, and what with one."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from firedrill.sinks import answers
from firedrill.sinks.post import Posted
from firedrill.sinks.push import push
from firedrill.sinks.receiver import Answer, Receiver, Request
from firedrill.vendors.cloudflare.delivery import Model
from firedrill.vendors.cloudflare.rules.destinations.address import address
from firedrill.vendors.cloudflare.uploads import Upload, records_in

Batch = Callable[..., Upload]
CONFS = {
    "datadog": "datadog://http-intake.logs.datadoghq.eu/api/v2/logs?ddsource=own&header_DD-API-KEY=",
    "splunk": "splunk://hec.example:8088/services/collector/raw?channel=01234567-89ab-cdef-0123-456789abcdef"
    "&header_Authorization=Splunk%20",
    "https": "https://logs.example/in?header_X-Key=",
}
BATCHES, RECORDS, EVERY_MS = 20, 5, 30_000
MODEL = Model()


class Rotation:
    """A vendor, and a job that uploads a batch every 30 s: `made`, `deployed` and `revoked` say when (ms) what is done.

    Until it is made the new secret is not in force, from being deployed on the job writes with it, and once revoked the
    old one is in force no more. An upload that is tried again is tried with the secret that it began with.
    """

    def __init__(self, conf: str, made: int, deployed: int, revoked: int, file: Path) -> None:
        self.now_ms, self._deployed = 0, deployed
        confs = {"old": f"{conf}old", "new": f"{conf}new"}
        rules = {name: answers.KINDS[address(text).kind](address(text)) for name, text in confs.items()}

        def in_force(request: Request) -> Answer:
            valid = {"old": self.now_ms < revoked, "new": self.now_ms >= made}
            return answers.either(*(rules[name] for name in rules if valid[name]))(request)

        self._receiver = Receiver(in_force, file)
        self._confs = confs

    def run(self, batch: Batch, ends: ExitStack) -> tuple[int, int, int]:
        """How many records were sent, are missing, and are there more than once."""
        server = ends.enter_context(self._receiver.serving())
        sinks = {name: Posted(address(text), server, self._receiver) for name, text in self._confs.items()}
        sent: Counter[str] = Counter()
        for number in range(BATCHES):
            began_ms = self.now_ms = number * EVERY_MS
            upload = batch(RECORDS, number)
            sent.update(map(json.dumps, records_in(upload.lines)))

            def pause(ms: int) -> None:
                self.now_ms += ms

            push(sinks["new" if began_ms >= self._deployed else "old"], upload, pause, MODEL)
        there = Counter(json.dumps(each) for lines in self._receiver.kept() for each in records_in(lines))
        return sent.total(), (sent - there).total(), (there - sent).total()


@pytest.fixture
def rotate(tmp_path: Path, batch: Batch) -> Iterator[Callable[..., tuple[int, int, int]]]:
    """Rotates the secret of a destination in such an order."""
    with ExitStack() as ends:
        yield lambda conf, **when: Rotation(conf, **when, file=tmp_path / "kept").run(batch, ends)


Rotate = Callable[..., tuple[int, int, int]]


@pytest.mark.parametrize("kind", CONFS)
def test_with_both_secrets_in_force_while_one_is_rotated_nothing_is_lost(kind: str, rotate: Rotate) -> None:
    assert rotate(CONFS[kind], made=60_000, deployed=180_000, revoked=300_000) == (BATCHES * RECORDS, 0, 0)


@pytest.mark.parametrize("kind", CONFS)
def test_a_secret_that_is_revoked_before_the_new_one_is_deployed_loses_what_was_sent_meanwhile(
    kind: str, rotate: Rotate
) -> None:
    lost = (300_000 - 180_000) // EVERY_MS * RECORDS
    assert rotate(CONFS[kind], made=60_000, deployed=300_000, revoked=180_000) == (BATCHES * RECORDS, lost, 0)


def test_a_secret_that_is_deployed_before_it_is_in_force_is_made_up_for_by_retries(rotate: Rotate) -> None:
    done = rotate(CONFS["datadog"], made=300_000, deployed=180_000, revoked=600_000)
    assert done == (BATCHES * RECORDS, 0, 0), "no batch had to wait for more than five minutes"


def test_a_secret_that_is_deployed_too_long_before_it_is_in_force_loses_what_retries_cannot_bridge(
    rotate: Rotate,
) -> None:
    made, deployed = 540_000, 180_000
    bridged = MODEL.retries * MODEL.retry_ms
    lost = sum(begin < made - bridged for begin in range(deployed, BATCHES * EVERY_MS, EVERY_MS)) * RECORDS
    assert lost > 0
    assert rotate(CONFS["datadog"], made=made, deployed=deployed, revoked=600_000) == (BATCHES * RECORDS, lost, 0)
