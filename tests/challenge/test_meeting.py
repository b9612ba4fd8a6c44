"""Each challenge from beginning to end: asked of the local cloud, read where it was written, kept, shown by a job."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from firedrill.challenge.challenged import Challenged, challenged
from firedrill.challenge.meeting import Met, asked_and_read, meet
from firedrill.challenge.reading import Unreadable, read_token
from firedrill.cloud.cloud import Cloud
from firedrill.cloudflare_api import Cloudflare
from firedrill.render.stack_config import PLACEHOLDER, StackConfig
from firedrill.resources import LOGPUSH_JOB
from firedrill.sinks.azure import signed
from firedrill.sinks.local import LocalDestinations
from firedrill.vendors.errors import FiredrillError

ACCOUNT = "0123456789abcdef0123456789abcdef"
SAS = signed("account1", {"sv": "2022-11-02", "ss": "b", "srt": "o", "sp": "wc", "se": "2099-01-01T00:00:00Z"})
CODE = "s3cr3t/+code"
DESTINATIONS: dict[str, dict[str, Any]] = {
    "s3": {"bucket": "challenged", "region": "eu-west-1"},
    "gcs": {"bucket": "challenged"},
    "azure": {"account": "account1", "container": "challenged", "sharedAccessSignature": "sas"},
    "sumo": {"endpoint": "endpoint1.sumologic.com", "code": "code"},
}
READABLE = ("s3", "gcs", "azure")


def config(*kinds: str, **values: Any) -> StackConfig:
    entries = {
        kind: {"type": kind, "ownershipChallenge": f"proof{number or ''}", **DESTINATIONS[kind]}
        for number, kind in enumerate(kinds)
    }
    texts = {"accountId": ACCOUNT, "destinations": json.dumps(entries), "sas": PLACEHOLDER, **values}
    return StackConfig("shop", {f"firedrill:{key}": text for key, text in texts.items()}, ())


@dataclass
class Kept:
    """Secrets in memory."""

    values: dict[str, str] = field(default_factory=lambda: {"firedrill:sas": SAS, "firedrill:code": CODE})

    def get(self, key: str) -> str:
        return self.values.get(key, "")

    def set(self, key: str, value: str) -> None:
        self.values[key] = value


def only(kind: str) -> Challenged:
    (found,) = challenged("dev", config(kind))
    return found


def end(kind: str, cloudflare: Cloudflare, destinations: LocalDestinations, kept: Kept, *, again: bool = False) -> Met:
    destinations.variables(only(kind).conf(kept.values))  # here, since in the server's thread nothing can be skipped
    fetch = asked_and_read(cloudflare, lambda conf, file: read_token(conf, file, destinations.variables(conf)))
    (met,) = meet([only(kind)], cloudflare, kept, fetch, again=again)
    return met


def job(kind: str, kept: Kept, **changes: Any) -> dict[str, Any]:
    return {
        "accountId": ACCOUNT,
        "name": kind,
        "dataset": "workers_trace_events",
        "outputOptions": {"fieldNames": ["Outcome"]},
        "destinationConf": only(kind).conf(kept.values),
        "ownershipChallenge": kept.get("firedrill:proof"),
        **changes,
    }


@pytest.mark.parametrize("kind", READABLE)
def test_a_token_is_asked_for_read_over_the_destinations_protocol_kept_and_shown_by_the_job(
    kind: str, cloud: Cloud, cloudflare: Cloudflare, destinations: LocalDestinations
) -> None:
    kept = Kept()
    assert end(kind, cloudflare, destinations, kept) == Met(kind, True, "its token is the secret firedrill:proof now")
    with pytest.raises(FiredrillError, match="ownership_challenge is missing"):
        cloud.create(LOGPUSH_JOB, job(kind, kept, ownershipChallenge=""))
    cloud.create(LOGPUSH_JOB, job(kind, kept))


def test_sumo_logics_token_is_read_by_its_owner_and_handed_over(
    cloud: Cloud, cloudflare: Cloudflare, destinations: LocalDestinations
) -> None:
    kept = Kept()
    end("sumo", cloudflare, destinations, kept)
    met = end("sumo", cloudflare, destinations, kept)
    assert met == Met(
        "sumo",
        False,
        "Cloudflare has written ownership-challenge.txt, which cannot be read here: Sumo Logic shows it in its own"
        " search only (open Live Tail, and ask again); read it there, and hand it over: firedrill challenge"
        " --destination sumo --token-file FILE",
    )
    token = destinations.shown(only("sumo").conf(kept.values))
    (met,) = meet([only("sumo")], cloudflare, kept, lambda *_: token)
    assert met.ok
    cloud.create(LOGPUSH_JOB, job("sumo", kept))


def test_a_token_that_holds_is_not_asked_for_again_unless_asked(
    cloudflare: Cloudflare, destinations: LocalDestinations
) -> None:
    kept = Kept()
    end("s3", cloudflare, destinations, kept)
    (met,) = meet([only("s3")], cloudflare, kept, lambda *_: pytest.fail("it was asked"))
    assert met == Met("s3", True, "firedrill:proof proves it already")
    kept.values["firedrill:proof"] = "of another address"
    assert end("s3", cloudflare, destinations, kept).said == "its token is the secret firedrill:proof now"
    assert end("s3", cloudflare, destinations, kept, again=True).said == "its token is the secret firedrill:proof now"


@pytest.mark.parametrize("token", ["", "guessed", "two words", "x" * 5_000])
def test_what_cloudflare_does_not_take_is_not_kept(token: str, cloudflare: Cloudflare) -> None:
    kept = Kept()
    (met,) = meet([only("s3")], cloudflare, kept, lambda *_: token)
    assert met == Met("s3", False, "what was read is no token that Cloudflare takes for its address")
    assert "firedrill:proof" not in kept.values


def test_what_an_address_needs_besides_is_asked_for_first(cloudflare: Cloudflare) -> None:
    (met,) = meet([only("azure")], cloudflare, Kept({}), lambda *_: pytest.fail("it was asked"))
    assert met == Met("azure", False, "its address needs other secrets first: pulumi config set --secret firedrill:sas")


@pytest.mark.parametrize(
    ("kind", "environment", "told"),
    [
        ("gcs", {}, "GOOGLE_OAUTH_ACCESS_TOKEN is not set: gcloud auth print-access-token prints one"),
        ("azure", {}, "AZURE_STORAGE_SAS_TOKEN is not set: a signature that may read the container"),
        ("gcs", {"STORAGE_EMULATOR_HOST": "127.0.0.1:1"}, "Google Cloud Storage does not answer: URLError"),
        (
            "azure",
            {"AZURE_STORAGE_SAS_TOKEN": "sig=s3cr3t", "AZURE_STORAGE_SERVICE_ENDPOINT": "http://127.0.0.1:1"},
            "Azure does not answer: URLError",
        ),
    ],
)
def test_what_cannot_be_read_is_said_with_what_would_let_it(kind: str, environment: dict[str, str], told: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_token(only(kind).conf(Kept().values), "ownership-challenge.txt", environment)
    assert str(refused.value) == told


def test_a_bucket_that_refuses_its_reader_is_told(destinations: LocalDestinations) -> None:
    conf = only("s3").conf({})
    keys = destinations.variables(conf)
    with pytest.raises(Unreadable, match=r"S3: .*NoSuchBucket.*; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"):
        read_token("s3://nobodys-bucket/a?region=eu-west-1", "ownership-challenge.txt", keys)


def test_no_credential_of_an_address_is_told_when_cloudflare_refuses(cloudflare: Cloudflare) -> None:
    kept = Kept({"firedrill:sas": "sv=1&srt=c&sig=PLANTED"})
    fetch = asked_and_read(cloudflare, lambda *_: pytest.fail("it was read"))
    (met,) = meet([only("azure")], cloudflare, kept, fetch)
    assert not met.ok
    assert "Cloudflare refuses (HTTP 400): 1002 ownership challenge: destination_conf.srt is 'c'" in met.said
    assert "PLANTED" not in met.said
    assert "PLANTED" not in repr(cloudflare)


def test_a_stack_says_which_destinations_are_challenged() -> None:
    both = config("s3", "sumo")
    assert [(each.name, each.key, each.credentials) for each in challenged("dev", both)] == [
        ("s3", "firedrill:proof", ()),
        ("sumo", "firedrill:proof1", ("firedrill:code",)),
    ]
    assert [each.name for each in challenged("dev", both, "sumo")] == ["sumo"]
    assert challenged("dev", StackConfig("shop", {}, ())) == []


def test_mistakes_in_the_config_are_told_in_its_own_words() -> None:
    archive = {"type": "r2", "bucket": "logs", "accessKeyId": "id", "secretAccessKey": "key"}
    for only_one, values, told in (
        ("s4", {}, "there is no destination 's4'; this stack has s3"),
        ("", {"accountId": ""}, "firedrill:accountId is missing; set it in Pulumi.dev.yaml"),
        ("", {"destinations": "[]"}, "firedrill:destinations is not an object"),
        ("archive", {"destinations": json.dumps({"archive": archive})}, "does not challenge the destination 'archive'"),
    ):
        with pytest.raises(FiredrillError) as refused:
            challenged("dev", config("s3", **values), only_one)
        assert told in str(refused.value)
