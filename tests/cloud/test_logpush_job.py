from __future__ import annotations

import gzip
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from firedrill.cloud.cloud import Cloud, Difference
from firedrill.cloud.contents import identified
from firedrill.cloud.tokens import OWNERSHIP_CHALLENGE
from firedrill.cloud.values import UNKNOWN, Secret
from firedrill.resources import LOGPUSH_JOB
from firedrill.vendors.cloudflare.ownership import issue
from firedrill.vendors.errors import FiredrillError

Json = dict[str, Any]
Inputs = Callable[..., Json]

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
"""The cloud's."""
S3 = "s3://logs/workers/{DATE}?region=eu-west-1"
SPLUNK = "splunk://splunk.example:8088/services/collector/raw?header_Authorization=Splunk%20s3cr3t"
HTTPS = "https://logs.example/in?header_Authorization=Bearer%20s3cr3t&team=a%20b"
R2 = "r2://logs/workers?account-id=acc&access-key-id=id&secret-access-key=s3cr3t"


@pytest.fixture
def job(inputs: Inputs) -> Callable[..., Json]:
    return lambda **changes: inputs(LOGPUSH_JOB, **changes)


def _refusal(attempt: Callable[[], object]) -> str:
    with pytest.raises(FiredrillError) as refused:
        attempt()
    return str(refused.value)


class _Receiver(HTTPServer):
    """A local HTTP server that keeps what is posted to it, and answers with `status`."""

    def __init__(self, status: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.status = status
        self.received: list[tuple[str, str, bytes]] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: _Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append((self.path, self.headers["Authorization"], gzip.decompress(body)))
        self.send_response(self.server.status)
        self.end_headers()

    def log_request(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def receiver() -> Iterator[Callable[[int], _Receiver]]:
    running: list[_Receiver] = []

    def start(status: int) -> _Receiver:
        running.append(_Receiver(status))
        threading.Thread(target=running[-1].serve_forever, args=(0.01,)).start()
        return running[-1]

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


# The job by itself


def test_a_job_is_off_and_of_http_requests_unless_it_says_otherwise(cloud: Cloud, job: Inputs) -> None:
    _, outputs = cloud.create(LOGPUSH_JOB, job(enabled=None, dataset=None))
    assert (outputs["enabled"], outputs["dataset"], outputs["maxUploadBytes"]) == (False, "http_requests", 0)


def test_ids_are_numbers_as_pulumi_shows_them(cloud: Cloud, job: Inputs) -> None:
    with cloud.store.changing() as state:
        state.given = 780_266
    ids = [cloud.create(LOGPUSH_JOB, job())[0] for _ in range(4)]
    assert ids == ["1.780267e+06", "1.780268e+06", "1.780269e+06", "1.78027e+06"]


def test_a_job_is_read_by_its_id_as_shown_and_imported_by_its_number(cloud: Cloud, job: Inputs) -> None:
    id_, outputs = cloud.create(LOGPUSH_JOB, job())
    read, imported = cloud.read(LOGPUSH_JOB, id_, outputs, {}), cloud.read(LOGPUSH_JOB, "accounts/acc/1000001", {}, {})
    assert read == imported
    assert read is not None


@pytest.mark.parametrize("id_", ["1000001", "accounts/acc", "accounts//1000001"])
def test_an_id_to_import_says_the_account(cloud: Cloud, id_: str) -> None:
    assert _refusal(lambda: cloud.read(LOGPUSH_JOB, id_, {}, {})) == (
        f"The id to import is {id_!r}; it has to be of the form '{{accounts|zones}}/<account_id|zone_id>/<job_id>'."
    )


def test_an_id_that_is_no_number_is_refused(cloud: Cloud) -> None:
    assert _refusal(lambda: cloud.read(LOGPUSH_JOB, "accounts/acc/x", {}, {})) == (
        "The id of a Logpush job is a number, not 'x'."
    )


def test_the_destination_is_a_secret_although_the_program_does_not_say_so(cloud: Cloud, job: Inputs) -> None:
    assert isinstance(cloud.check(LOGPUSH_JOB, job()).inputs["destinationConf"], Secret)


@pytest.mark.parametrize("key", ["accountId", "dataset"])
def test_another_account_or_dataset_needs_a_new_job(cloud: Cloud, job: Inputs, key: str) -> None:
    assert cloud.diff(LOGPUSH_JOB, job(), job(**{key: "other"})) == Difference([key], [key])


def test_a_job_belongs_to_an_account_or_to_a_zone(problem: Callable[..., str]) -> None:
    assert problem(LOGPUSH_JOB, accountId=None) == (
        "Logpush job 'shop': account_id is missing; allowed: the id of the account that the job belongs to; set it, or"
        " zone_id for a dataset of zones."
    )
    assert problem(LOGPUSH_JOB, zoneId="z") == (
        "Logpush job 'shop': zone_id is 'z'; allowed: nothing beside account_id: a job belongs to one of them;"
        " remove it."
    )


def test_events_of_workers_belong_to_no_zone(problem: Callable[..., str]) -> None:
    assert problem(LOGPUSH_JOB, accountId=None, zoneId="z") == (
        "Logpush job 'shop': zone_id is 'z'; allowed: nothing, since the dataset workers_trace_events belongs to"
        " accounts; set account_id in its place."
    )


def test_a_frequency_that_there_is_not_is_refused(problem: Callable[..., str]) -> None:
    assert problem(LOGPUSH_JOB, frequency="medium") == (
        "Logpush job 'shop': frequency is 'medium'; allowed: one of high, low."
    )


@pytest.mark.parametrize(
    ("conf", "text"),
    [
        (
            "s3://logs/workers",
            "region is missing; allowed: a region of lowercase letters, digits and dashes, such as eu-west-1, or auto",
        ),
        (
            SPLUNK.replace("8088", "8089"),
            "host is 'splunk.example:8089'; allowed: a host name of letters, digits, dots"
            " and dashes, with :8088 if it is not 443",
        ),
        (
            "gs://lo",
            "bucket is 'lo'; allowed: 3 to 63 lowercase letters, digits, dots, dashes and _, beginning and"
            " ending with a letter or digit",
        ),
    ],
)
def test_a_destination_has_what_it_needs(problem: Callable[..., str], conf: str, text: str) -> None:
    assert problem(LOGPUSH_JOB, destinationConf=conf) == f"Logpush job 'shop': destination_conf.{text}."


def test_every_mistake_of_a_job_is_found_at_once_and_none_shows_the_key(cloud: Cloud, job: Inputs) -> None:
    wrong = job(
        destinationConf="datadog://http-intake.logs.datadoghq.com/api/v2/logs?header_DD-API-KEY=s3cr3t-key&team=a",
        outputOptions={"fieldNames": ["Outcome", "Nope"]},
        filter='{"where": {"key": "Outcome", "operator": "like", "value": "ok"}}',
        maxUploadRecords=10,
    )
    problems = cloud.check(LOGPUSH_JOB, wrong).problems
    assert len(problems) == 4
    assert problems[0] == (
        "Logpush job 'shop': destination_conf.team is not a parameter of Datadog's log intake; allowed: one of"
        " ddsource, service, ddtags, host, hostname; remove it."
    )
    assert not any("s3cr3t" in problem for problem in problems)


def test_a_filter_that_is_too_long_is_refused(problem: Callable[..., str]) -> None:
    long = '{"where": {"key": "ScriptName", "operator": "eq", "value": "' + "x" * 1000 + '"}}'
    assert problem(LOGPUSH_JOB, filter=long) == (
        f"Logpush job 'shop': filter is {len(long)} bytes long; allowed: at most 1000 bytes; shorten it, or make"
        " several jobs."
    )


def test_a_datadog_destination_without_a_key_is_refused(problem: Callable[..., str]) -> None:
    conf = "datadog://http-intake.logs.datadoghq.com/api/v2/logs?header_DD-API-KEY=&ddsource=shop"
    assert problem(LOGPUSH_JOB, destinationConf=conf) == (
        "Logpush job 'shop': destination_conf.header_DD-API-KEY is missing; allowed: an API key, since Datadog refuses"
        " logs without one; add the parameter."
    )


def test_a_job_to_a_bucket_is_checked_but_for_its_destination(cloud: Cloud, job: Inputs) -> None:
    wrong = job(destinationConf=R2, outputOptions={"fieldNames": ["Nope"]}, maxUploadRecords=10)
    assert len(cloud.check(LOGPUSH_JOB, wrong).problems) == 2
    assert not cloud.check(LOGPUSH_JOB, job(destinationConf=R2)).problems


# Whether it may deliver


def test_a_bucket_without_keys_has_to_be_proven_to_be_ones_own(cloud: Cloud, job: Inputs) -> None:
    end = (
        "; allowed: the token that Cloudflare wrote into the destination; run: firedrill challenge, or declare a"
        " LogpushOwnershipChallenge with the same destinationConf, and set what it wrote there."
    )
    missing, wrong = job(destinationConf=S3), job(destinationConf=S3, ownershipChallenge="guess")
    assert _refusal(lambda: cloud.create(LOGPUSH_JOB, missing)) == (
        f"Logpush job 'shop': ownership_challenge is missing{end}"
    )
    assert _refusal(lambda: cloud.create(LOGPUSH_JOB, wrong)) == (
        f"Logpush job 'shop': ownership_challenge is not that of the destination{end}"
    )


@pytest.mark.parametrize("conf", [S3, "gs://logs/workers", "azure://logs/workers?sig=s3cr3t"])
def test_the_token_that_the_challenge_writes_into_the_bucket_proves_it(
    cloud: Cloud, job: Inputs, state_file: Path, conf: str
) -> None:
    challenge = {"accountId": "acc", "destinationConf": conf}
    assert not cloud.check(OWNERSHIP_CHALLENGE, challenge).problems
    _, outputs = cloud.create(OWNERSHIP_CHALLENGE, challenge)
    token = (state_file.parent / "buckets" / "logs" / outputs["filename"]).read_text()
    cloud.create(LOGPUSH_JOB, job(destinationConf=conf, ownershipChallenge=token))


def test_the_date_in_a_buckets_path_is_that_of_the_challenge(cloud: Cloud) -> None:
    _, outputs = cloud.create(OWNERSHIP_CHALLENGE, {"accountId": "acc", "destinationConf": S3})
    assert outputs["filename"] == "workers/20261120/ownership-challenge.txt"


def test_challenges_have_the_id_of_their_account_and_are_told_apart_by_their_files(
    cloud: Cloud, state_file: Path
) -> None:
    for conf in ("gs://logs/a", "gs://logs/b"):
        assert cloud.create(OWNERSHIP_CHALLENGE, {"accountId": "acc", "destinationConf": conf})[0] == "acc"
    assert sorted(identity for identity, _ in identified(state_file)) == [
        "acc/a/ownership-challenge.txt",
        "acc/b/ownership-challenge.txt",
    ]


def test_a_job_has_the_options_that_nobody_should_set(cloud: Cloud, job: Inputs) -> None:
    assert cloud.create(LOGPUSH_JOB, job())[1]["logpullOptions"] == ""


def test_a_challenge_for_another_destination_proves_nothing(cloud: Cloud, job: Inputs, state_file: Path) -> None:
    _, outputs = cloud.create(OWNERSHIP_CHALLENGE, {"accountId": "acc", "destinationConf": "gs://logs/a"})
    token = (state_file.parent / "buckets" / "logs" / outputs["filename"]).read_text()
    other = job(destinationConf="gs://logs/b", ownershipChallenge=token)
    assert "is that of another destination, account or zone" in _refusal(lambda: cloud.create(LOGPUSH_JOB, other))


@pytest.mark.parametrize(("conf", "part"), [("gs://logs/../../x", "path"), ("s3://?region=eu", "bucket")])
def test_a_challenge_is_written_into_a_bucket_and_nowhere_else(cloud: Cloud, conf: str, part: str) -> None:
    challenge = {"accountId": "acc", "destinationConf": conf}
    assert _refusal(lambda: cloud.create(OWNERSHIP_CHALLENGE, challenge)).startswith(
        f"LogpushOwnershipChallenge: destination_conf.{part} is "
    )


def test_a_destination_that_is_not_challenged_gets_no_challenge(cloud: Cloud) -> None:
    assert cloud.check(OWNERSHIP_CHALLENGE, {"accountId": "acc", "destinationConf": R2}).problems == [
        "LogpushOwnershipChallenge: this destination needs no challenge; remove it."
    ]


def test_sumo_logic_gets_its_challenge_as_a_log_and_no_credential_is_in_its_name(
    cloud: Cloud, job: Inputs, state_file: Path
) -> None:
    conf = "sumo://endpoint.example/receiver/v1/http/s3cr3t"
    _, outputs = cloud.create(OWNERSHIP_CHALLENGE, {"accountId": "acc", "destinationConf": conf})
    assert outputs["filename"] == "ownership-challenge.txt"
    token = (state_file.parent / "buckets" / "endpoint.example" / outputs["filename"]).read_text()
    cloud.create(LOGPUSH_JOB, job(destinationConf=conf, ownershipChallenge=token))


def test_a_token_holds_for_seven_days_and_for_one_owner(cloud: Cloud, job: Inputs) -> None:
    conf = "gs://logs/a"
    token = issue("accounts/acc", conf, int(NOW.timestamp()))
    late = Cloud(cloud.store, clock=lambda: NOW + timedelta(days=7))
    given = job(destinationConf=conf, ownershipChallenge=token)
    assert "ownership_challenge is more than 7 days old" in _refusal(lambda: late.create(LOGPUSH_JOB, given))
    assert "is that of another destination, account or zone" in _refusal(
        lambda: cloud.create(LOGPUSH_JOB, {**given, "accountId": "other"})
    )
    cloud.create(LOGPUSH_JOB, given)


def test_a_job_that_has_shown_its_token_changes_without_it_unless_it_delivers_elsewhere(
    cloud: Cloud, job: Inputs
) -> None:
    shown = job(
        destinationConf="gs://logs/a", ownershipChallenge=issue("accounts/acc", "gs://logs/a", int(NOW.timestamp()))
    )
    id_, outputs = cloud.create(LOGPUSH_JOB, shown)
    late = Cloud(cloud.store, clock=lambda: NOW + timedelta(days=8))
    elsewhere = {**shown, "destinationConf": "gs://logs/b"}
    for preview in (True, False):
        late.update(LOGPUSH_JOB, id_, outputs, {**shown, "enabled": False}, preview=preview)
        refused = _refusal(partial(late.update, LOGPUSH_JOB, id_, outputs, elsewhere, preview=preview))
        assert "is that of another destination" in refused


# Whether it can deliver


def test_a_job_to_an_http_destination_is_tested_at_the_sink_of_its_host(
    cloud: Cloud, job: Inputs, receiver: Callable[[int], _Receiver]
) -> None:
    sink = receiver(200)
    tested = Cloud(cloud.store, sinks={"logs.example": sink.address})
    tested.create(LOGPUSH_JOB, job(destinationConf=HTTPS))
    assert sink.received == [("/in?team=a+b", "Bearer s3cr3t", b'{"content":"tests"}')]


@pytest.mark.parametrize("conf", [HTTPS, SPLUNK])
def test_nothing_is_sent_over_the_network(cloud: Cloud, job: Inputs, conf: str) -> None:
    host = conf.split("/")[2]
    assert _refusal(lambda: cloud.create(LOGPUSH_JOB, job(destinationConf=conf))) == (
        "Logpush job 'shop': error validating destination: the local cloud sends nothing over the network, and no sink"
        f" stands for {host!r}; name one: firedrill cloud --sink {host}=http://127.0.0.1:PORT, or let a"
        " stand-in accept what has none: firedrill cloud --stand-in"
    )


@pytest.mark.parametrize("conf", [HTTPS, SPLUNK, R2])
def test_a_stand_in_takes_what_no_sink_takes(cloud: Cloud, job: Inputs, conf: str) -> None:
    Cloud(cloud.store, stand_in=True).create(LOGPUSH_JOB, job(destinationConf=conf))


@pytest.mark.parametrize("conf", [S3, "gs://logs/a", "sumo://endpoint.example/receiver/v1/http/s3cr3t"])
def test_a_stand_in_has_shown_any_challenge_but_not_none(cloud: Cloud, job: Inputs, conf: str) -> None:
    standing_in = Cloud(cloud.store, stand_in=True)
    standing_in.create(LOGPUSH_JOB, job(destinationConf=conf, ownershipChallenge="made up"))
    with pytest.raises(FiredrillError):
        standing_in.create(LOGPUSH_JOB, job(destinationConf=conf))


def test_a_sink_goes_before_a_stand_in(cloud: Cloud, job: Inputs, receiver: Callable[[int], _Receiver]) -> None:
    both = Cloud(cloud.store, sinks={"logs.example": receiver(403).address}, stand_in=True)
    assert "(HTTP 403 from the sink of 'logs.example')" in _refusal(
        lambda: both.create(LOGPUSH_JOB, job(destinationConf=HTTPS))
    )


@pytest.mark.parametrize("conf", [HTTPS, S3])
def test_a_preview_tells_what_the_update_would_refuse(cloud: Cloud, job: Inputs, conf: str) -> None:
    inputs = job(destinationConf=conf)
    refused = _refusal(lambda: cloud.create(LOGPUSH_JOB, inputs))
    assert _refusal(lambda: cloud.create(LOGPUSH_JOB, inputs, preview=True)) == refused
    assert _refusal(lambda: cloud.update(LOGPUSH_JOB, "1e+06", {}, inputs, preview=True)) == refused


def test_a_preview_waits_for_a_challenge_that_only_the_update_will_give(cloud: Cloud, job: Inputs) -> None:
    cloud.create(LOGPUSH_JOB, job(destinationConf=S3, ownershipChallenge=UNKNOWN), preview=True)


@pytest.mark.parametrize("status", [301, 403, 500])
def test_a_sink_that_does_not_accept_the_test_object_refuses_the_job(
    cloud: Cloud, job: Inputs, receiver: Callable[[int], _Receiver], status: int
) -> None:
    tested = Cloud(cloud.store, sinks={"logs.example": receiver(status).address})
    assert _refusal(lambda: tested.create(LOGPUSH_JOB, job(destinationConf=HTTPS))) == (
        f"Logpush job 'shop': error validating destination: error writing object: error uploading (HTTP {status} from"
        " the sink of 'logs.example'); it has to be up, and to accept the test object, when the job is created."
    )


def test_a_sink_that_is_not_up_refuses_the_job(cloud: Cloud, job: Inputs, receiver: Callable[[int], _Receiver]) -> None:
    down = _Receiver(200)
    down.server_close()
    tested = Cloud(cloud.store, sinks={"logs.example": down.address})
    assert "error uploading (ConnectionRefusedError from" in _refusal(
        lambda: tested.create(LOGPUSH_JOB, job(destinationConf=HTTPS))
    )
