"""Jobs to other destinations than Datadog: what reaches their sinks while a stack runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from firedrill.declared.declaration import declared_in
from firedrill.live.delivering import Courier, couriers
from firedrill.resources import LOGPUSH_JOB, Resource
from firedrill.sinks.receiver import Answer, Receiver
from firedrill.sinks.sink import Refused
from firedrill.vendors.cloudflare.delivery import Batch, Model
from firedrill.vendors.cloudflare.job import Elsewhere, compile_uploading
from firedrill.vendors.cloudflare.uploads import Upload

ROOT = Path(__file__).parents[2]


@dataclass
class Held:
    """A sink that refuses so many attempts first, and then keeps what it gets."""

    refused: int = 0
    held: list[bytes] = field(default_factory=list)
    place: str = "here"

    def test(self) -> None:
        pass

    def put(self, upload: Upload) -> None:
        if self.refused:
            self.refused -= 1
            raise Refused("HTTP 500")
        self.held.append(upload.lines)

    def arrived(self) -> Iterator[bytes]:
        yield from self.held


@pytest.fixture
def job(resources: list[Resource]) -> Callable[[str], Elsewhere]:
    """The job to Datadog, with another destination."""

    def make(conf: str) -> Elsewhere:
        (found,) = compile_uploading(
            [{**each, "name": "archive", "destination_conf": conf} for each in declared_in(resources).of("Logpush job")]
        )
        return found

    assert [each for each in resources if each.type == LOGPUSH_JOB]
    return make


def batch(*numbers: int) -> Batch[dict[str, Any]]:
    return Batch(1_767_571_230_000, [{"WallTimeMs": number} for number in numbers])


def carried(courier: Courier, *batches: Batch[dict[str, Any]]) -> tuple[list[int], list[str]]:
    """How long was waited between attempts (ms), and what was told."""
    waited: list[int] = []
    told: list[str] = []
    for each in batches:
        courier.hand(each)
    courier.close()
    courier.run(waited.append, told.append)
    return waited, told


def test_what_is_handed_to_a_courier_is_at_its_sink(job: Callable[[str], Elsewhere]) -> None:
    sink = Held()
    courier = Courier(job("s3://logs/a?region=eu-west-1"), sink)
    assert carried(courier, batch(1, 2), batch(3)) == ([], [])
    assert sink.held == [b'{"WallTimeMs":1}\n{"WallTimeMs":2}\n', b'{"WallTimeMs":3}\n']
    assert courier.said == "the Logpush job 'archive' delivers to s3://: here"
    assert courier.summary == "3 records of the Logpush job 'archive' have gone to s3://"


def test_an_upload_that_is_refused_is_tried_again_a_minute_later(job: Callable[[str], Elsewhere]) -> None:
    sink = Held(refused=2)
    waited, told = carried(Courier(job("s3://logs/a?region=eu-west-1"), sink), batch(1))
    assert (waited, len(sink.held)) == ([60_000, 60_000], 1)
    assert told == ["the Logpush job 'archive' needed 3 attempts (HTTP 500)"]


def test_after_the_last_retry_a_batch_is_lost_and_the_next_one_is_not(job: Callable[[str], Elsewhere]) -> None:
    sink = Held(refused=Model().retries + 1)
    courier = Courier(job("s3://logs/a?region=eu-west-1"), sink)
    _, told = carried(courier, batch(1, 2), batch(3))
    assert told == ["the Logpush job 'archive' has lost 2 records after its last retry (HTTP 500)"]
    assert (courier.sent, courier.arrived, courier.lost) == (3, 1, 2)
    assert courier.summary == "1 records of the Logpush job 'archive' have gone to s3://, 2 were lost"


def test_what_cannot_be_delivered_on_this_machine_is_counted_and_said(job: Callable[[str], Elsewhere]) -> None:
    courier = Courier(job("s3://logs/a?region=eu-west-1"), None, "nothing stands for it")
    carried(courier, batch(1, 2))
    what = "the Logpush job 'archive'"
    assert courier.said == f"modelled: {what} delivers to s3:// by counting only: nothing stands for it"
    assert courier.summary == f"modelled: 2 records of {what} would have gone to s3://"


def test_what_is_under_way_when_a_stack_ends_is_uploaded_first(job: Callable[[str], Elsewhere], tmp_path: Path) -> None:
    pytest.importorskip("moto")
    archive = job("s3://logs/a?region=eu-west-1")
    with couriers([archive], ROOT, tmp_path, 60.0, print) as ways:
        assert ways["archive"].said.startswith("the Logpush job 'archive' delivers to s3://: bucket logs: aws ")
        ways["archive"].hand(batch(1, 2))
    assert (ways["archive"].arrived, ways["archive"].lost) == (2, 0)


def test_a_receiver_of_ours_keeps_what_it_gets_in_a_file_of_the_job(
    job: Callable[[str], Elsewhere], tmp_path: Path
) -> None:
    with couriers([job("https://logs.example/in?header_X=1")], ROOT, tmp_path, 60.0, print) as ways:
        assert ways["archive"].said.endswith(f"https://: file {tmp_path / 'archive.ndjson'}")
        ways["archive"].hand(batch(1, 2))
    assert (tmp_path / "archive.ndjson").read_text() == '{"WallTimeMs":1}\n{"WallTimeMs":2}\n'


def test_a_program_of_ones_own_gets_what_goes_to_the_host_that_it_stands_for(
    job: Callable[[str], Elsewhere], tmp_path: Path
) -> None:
    receiver = Receiver(lambda _: Answer(200), tmp_path / "own")
    https = job("https://logs.example/in?header_X=1")
    with receiver.serving() as server:
        with couriers([https], ROOT, tmp_path, 60.0, print, {"logs.example": server}) as ways:
            ways["archive"].hand(batch(1))
        assert ways["archive"].said.endswith(f"https://: {server}")
    assert [*receiver.kept()] == [b'{"WallTimeMs":1}\n']


def test_jobs_of_one_name_or_of_none_deliver_each_to_its_own_destination(
    resources: list[Resource], tmp_path: Path
) -> None:
    (api,) = declared_in(resources).of("Logpush job")
    names = ["archive", "archive", "", "", "n" * 512, "n" * 511 + "o"]
    confs = [f"https://logs{number}.example/in?header_X=1" for number in range(len(names))]
    jobs = compile_uploading(
        [{**api, "name": name, "destination_conf": conf} for name, conf in zip(names, confs, strict=True)]
    )
    with couriers(jobs, ROOT, tmp_path, 60.0, print) as ways:
        for number, job in enumerate(jobs):
            ways[job.label].hand(batch(number))
    kept = [b"".join(way.sink.arrived()) for way in ways.values() if way.sink]
    assert kept == [b'{"WallTimeMs":%d}\n' % number for number in range(len(names))]
    assert [*ways][:4] == ["archive", "archive-2", "unnamed", "unnamed-2"]


def test_jobs_of_one_name_do_not_overwrite_each_others_objects(resources: list[Resource], tmp_path: Path) -> None:
    pytest.importorskip("moto")
    (api,) = declared_in(resources).of("Logpush job")
    jobs = compile_uploading([{**api, "destination_conf": "s3://shared/a?region=eu-west-1"}] * 2)
    with couriers(jobs, ROOT, tmp_path, 60.0, print) as ways:
        for number, job in enumerate(jobs):
            ways[job.label].hand(batch(number))
        for way in ways.values():
            way.close()
        there = [[*way.sink.arrived()] for way in ways.values() if way.sink and _ended(way)]
    assert there == [[b'{"WallTimeMs":0}\n'], [b'{"WallTimeMs":1}\n']]


def _ended(way: Courier) -> bool:
    while way.arrived + way.lost < way.sent:
        Event().wait(0.01)
    return True
