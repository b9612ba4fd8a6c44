"""The takes' records at destinations, read back from there."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest

from firedrill.drill import deliver
from firedrill.drill.drill import Drill
from firedrill.drill.result import Delivered
from firedrill.errors import CannotRun
from firedrill.report.machine import to_json
from firedrill.resources import LOGPUSH_JOB, Resource
from firedrill.scenarios.scenario import Phase, Scenario, TakeSpec
from firedrill.sinks.opened import opened as open_sink
from firedrill.sinks.programs import Programs
from firedrill.sinks.sink import Refused, Sink
from firedrill.vendors.cloudflare.job import Elsewhere
from firedrill.vendors.cloudflare.rules.destinations.check import KINDS as LOGPUSH_KINDS
from firedrill.vendors.cloudflare.uploads import Upload

Small = Callable[..., Drill]
Tiny = Callable[..., list[Resource]]
FAILING = Scenario("failing", "half of it fails", (Phase(5, TakeSpec("failing", ())),), fires={"failures": "Alert"})
IN_ARRAYS = {"batchPrefix": "[", "batchSuffix": "]", "recordSuffix": "}", "recordDelimiter": ","}
RECORDS = 4 + 4  # of the takes healthy and failing
DATADOG = Delivered("tiny job", "datadog", RECORDS)


class Kept:
    """A sink that spoils each line that it gets as it is told, and gives back the last object first."""

    place = "here"

    def __init__(self, spoil: Callable[[bytes], list[bytes]], tests: Sequence[bytes] = (), late: int = 0) -> None:
        self._spoil, self._held, self._late = spoil, list(tests), late

    def test(self) -> None:
        """What it keeps of that was given."""

    def put(self, upload: Upload) -> None:
        self._held.append(b"\n".join(each for line in upload.lines.splitlines() for each in self._spoil(line)))
        if self._late:
            self._late -= 1
            raise Refused("TimeoutError")

    def arrived(self) -> Iterator[bytes]:
        yield from reversed(self._held)


PROVEN = {"ownershipChallenge": "met"}


def archive(resources: list[Resource], **inputs: Any) -> Resource:
    (job,) = [each for each in resources if each.type == LOGPUSH_JOB]
    conf = "s3://archive/logs/{DATE}?region=eu-west-1"
    return replace(
        job,
        urn=f"{job.urn}-archive",
        inputs={**job.inputs, "name": "archive", "destinationConf": conf, **PROVEN, **inputs},
    )


def drilled(tiny: Tiny, small_drill: Small, **inputs: Any) -> Drill:
    resources = tiny()
    return small_drill([*resources, archive(resources, **inputs)], FAILING)


def test_each_record_of_the_takes_is_read_back_from_a_real_bucket_once(tiny: Tiny, small_drill: Small) -> None:
    pytest.importorskip("moto")
    drill = drilled(tiny, small_drill)
    assert drill.result.deliveries == (DATADOG, Delivered("archive", "s3", RECORDS))
    (_, told) = json.loads(to_json(drill.result))["deliveries"]
    assert (told["records"], told["missing"], told["surplus"], told["notDelivered"]) == (RECORDS, 0, 0, "")


KEYS = "access-key-id=a&secret-access-key=[secret]"
CONFS = {
    "r2": f"r2://archive/logs/{{DATE}}?account-id=a&{KEYS}",
    "s3": "s3://archive/logs/{DATE}?region=eu-west-1",
    "gs": "gs://archive/logs/{DATE}",
    "azure": "azure://acct1.blob.core.windows.net/logs/f/{DATE}?[secret]",
    "sumo": "sumo://endpoint1.sumologic.com/receiver/v1/http/[secret]",
    "splunk": "splunk://hec.example:8088/services/collector/raw?channel=01234567-89ab-cdef-0123-456789abcdef"
    "&header_Authorization=Splunk%20[secret]",
    "https": "https://log-api.newrelic.com/log/v1?Api-Key=[secret]&format=cloudflare",
    "bq": "bq://projects/project-1/datasets/logs/tables/events?credentials=base64%3A[secret]",
    "kinesis": f"kinesis://archive?region=eu-west-1&{KEYS}",
    "sentinelone": "sentinelone://a.example/services/collector/raw?header_Authorization=Bearer%20[secret]",
    "ibmcl": "ibmcl://a-1.ingress.eu-de.logs.cloud.ibm.com/logs/v1/singles?ibm_api_key=[secret]",
}


def test_every_kind_of_destination_is_among_them() -> None:
    assert CONFS.keys() == LOGPUSH_KINDS.keys() - {"datadog"}


@pytest.mark.parametrize("masked", [False, True])
def test_a_stack_with_every_kind_of_destination_is_drilled(tiny: Tiny, small_drill: Small, masked: bool) -> None:
    resources = tiny()
    fields = ["EventTimestampMs", "Outcome", "WallTimeMs"]
    jobs = [
        replace(
            archive(
                resources,
                name=kind,
                destinationConf=f"{kind}://[secret]" if masked else conf,
                outputOptions={"fieldNames": fields, **(IN_ARRAYS if kind == "ibmcl" else {})},
            ),
            urn=kind,
        )
        for kind, conf in CONFS.items()
    ]
    result = small_drill([*resources, *jobs], FAILING).result
    first, *others = result.deliveries
    assert first == DATADOG
    there = [each for each in others if not each.obstacle]
    assert there == [Delivered(each.job, each.job, RECORDS) for each in there]
    assert [each.job for each in others] == [*CONFS]
    assert result.problems == ()
    if missing := {each.obstacle for each in result.deliveries if each.obstacle}:
        pytest.skip("; ".join(sorted(missing)))


def standing(monkeypatch: pytest.MonkeyPatch, sink: Sink) -> None:
    """Have the sink stand for the archive."""

    def opened(job: Elsewhere, programs: Programs) -> Sink:
        return sink if job.name == "archive" else open_sink(job, programs)

    monkeypatch.setattr(deliver, "opened", opened)


def spoilt(monkeypatch: pytest.MonkeyPatch, spoil: Callable[[bytes], list[bytes]]) -> None:
    standing(monkeypatch, Kept(spoil))


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda line: [] if b"exception" in line else [line], f"2 of {RECORDS} records are not there"),
        (lambda line: [line, line] if b"exception" in line else [line], "2 are there that were not sent, or sent once"),
        (
            lambda line: [line.replace(b"WallTimeMs", b"WallTime")],
            f"{RECORDS} of {RECORDS} records are not there; {RECORDS} are there that were not sent, or sent once;"
            " some lack WallTimeMs",
        ),
    ],
)
def test_what_a_destination_loses_doubles_or_changes_is_not_proven(
    spoil: Callable[[bytes], list[bytes]], told: str, tiny: Tiny, small_drill: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoilt(monkeypatch, spoil)
    drill = drilled(tiny, small_drill)
    assert drill.result.problems == (f"the destination s3:// of the Logpush job 'archive': {told}",)
    assert not drill.result.proven


def test_what_a_destination_never_takes_is_missing_with_its_answers(
    tiny: Tiny, small_drill: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(line: bytes) -> list[bytes]:
        raise Refused("HTTP 403 AccessDenied")

    spoilt(monkeypatch, refuse)
    (_, delivery) = drilled(tiny, small_drill).result.deliveries
    assert (delivery.missing, delivery.problem[-33:]) == (RECORDS, " there (answers: HTTP 403 AccessDenied)"[-33:])


@pytest.mark.parametrize("left", [b'{"content":"tests"}', b"{}", b"", b'{"content":"tests"}\n{}\n'])
def test_what_a_test_upload_has_left_there_is_no_record(
    left: bytes, tiny: Tiny, small_drill: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    standing(monkeypatch, Kept(lambda line: [line], tests=[left]))
    result = drilled(tiny, small_drill).result
    assert result.deliveries[1] == Delivered("archive", "s3", RECORDS)
    assert result.problems == ()


def test_a_destination_that_refuses_the_test_upload_gets_nothing(
    tiny: Tiny, small_drill: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Refusing(Kept):
        def test(self) -> None:
            raise Refused("HTTP 403 AccessDenied")

    standing(monkeypatch, Refusing(lambda line: [line]))
    (problem,) = drilled(tiny, small_drill).result.problems
    told = f"{RECORDS} of {RECORDS} records are not there (answers: to the test upload HTTP 403 AccessDenied)"
    assert problem == f"the destination s3:// of the Logpush job 'archive': {told}"


def test_records_of_an_upload_that_was_tried_twice_may_be_there_twice_and_no_more_often(
    tiny: Tiny, small_drill: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    standing(monkeypatch, Kept(lambda line: [line], late=1))
    delivery = drilled(tiny, small_drill).result.deliveries[1]
    assert (delivery.missing, delivery.surplus, delivery.problem) == (0, 0, "")
    standing(monkeypatch, Kept(lambda line: [line, line], late=1))
    assert drilled(tiny, small_drill).result.deliveries[1].surplus == 2 * RECORDS


def test_what_datadogs_intake_gets_is_read_back_too_and_told_where_it_is_wrong(
    tiny: Tiny, small_drill: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert small_drill(tiny(), FAILING).result.deliveries == (DATADOG,)
    monkeypatch.setattr(deliver, "opened", lambda job, programs: Kept(lambda line: [line, line]))
    result = small_drill(tiny(), FAILING).result
    told = f"{RECORDS} are there that were not sent, or sent once"
    assert result.problems == (f"the destination datadog:// of the Logpush job 'tiny job': {told}",)


def test_a_job_sends_what_its_filter_lets_through(
    tiny: Tiny, small_drill: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoilt(monkeypatch, lambda line: [line])
    only_failures = '{"where":{"key":"Outcome","operator":"eq","value":"exception"}}'
    assert drilled(tiny, small_drill, filter=only_failures).result.deliveries == (
        DATADOG,
        Delivered("archive", "s3", 2),
    )


def test_what_cannot_be_delivered_on_this_machine_is_said_and_no_failure(
    tiny: Tiny, small_drill: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(job: Elsewhere, programs: Programs) -> Sink:
        if job.name == "archive":
            raise CannotRun("this command needs moto: pip install 'firedrill[sinks]'")
        return open_sink(job, programs)

    monkeypatch.setattr(deliver, "opened", missing)
    result = drilled(tiny, small_drill).result
    assert result.deliveries[1].obstacle == "this command needs moto: pip install 'firedrill[sinks]'"
    assert result.problems == ()
