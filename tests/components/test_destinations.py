"""Destinations besides Datadog: what each kind's `destination_conf` looks like, and what the config refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from firedrill.components import config
from firedrill.components.destination_fields import OBSERVED_FIELDS
from firedrill.components.destination_services import Https
from firedrill.components.destination_settings import KINDS, R2
from firedrill.components.log_delivery.job import job_inputs
from firedrill.components.problems import DeclarationError, Problem
from firedrill.components.settings import Settings
from firedrill.vendors.cloudflare.rules.destinations.address import KEYS
from firedrill.vendors.cloudflare.rules.destinations.check import destination_breaches

SHIPPED = config.of_project(Path(__file__).resolve().parents[2])
PLANTED = "PLANTED/KEY+0123456789"
SECRETS = {
    "access-key-id": "token",
    "secret-access-key": "hash",
    "keyId": "id/1",
    "key": "k+2",
    "proof": "jwt",
    "sas": "?sv=1&sig=a%2Fb",
}
NAMED = ("keyId", "key", "proof", "sas")
"""Those that config keys hold."""
BUCKET = {"bucket": "logs"}
WITH_KEYS = {**BUCKET, "accessKeyId": "keyId", "secretAccessKey": "key"}
CHANNEL = "01234567-89ab-cdef-0123-456789abcdef"
HEC = "splunk.example:8088"
CONFS: dict[str, tuple[dict[str, Any], str]] = {
    "r2": (
        WITH_KEYS,
        "r2://logs/workers-trace-events/{DATE}?account-id=acc&access-key-id=id%2F1&secret-access-key=k%2B2",
    ),
    "r2-managed": (
        {**BUCKET, "deleteAfterDays": 90},
        "r2://logs/workers-trace-events/{DATE}?account-id=acc&access-key-id=token&secret-access-key=hash",
    ),
    "s3": (
        {**BUCKET, "region": "eu-west-1", "ownershipChallenge": "proof"},
        "s3://logs/workers-trace-events/{DATE}?region=eu-west-1",
    ),
    "s3-compatible": (
        {**WITH_KEYS, "path": "a/b", "region": "auto", "endpoint": "s3.example"},
        "s3://logs/a/b/{DATE}?region=auto&access-key-id=id%2F1&secret-access-key=k%2B2&endpoint=s3.example",
    ),
    "gcs": ({**BUCKET, "ownershipChallenge": "proof"}, "gs://logs/workers-trace-events/{DATE}"),
    "azure": (
        {"account": "acct1", "container": "logs", "sharedAccessSignature": "sas", "ownershipChallenge": "proof"},
        "azure://acct1.blob.core.windows.net/logs/workers-trace-events/{DATE}?sv=1&sig=a%2Fb",
    ),
    "sumo": (
        {"endpoint": "endpoint1.sumologic.com", "code": "key", "ownershipChallenge": "proof"},
        "sumo://endpoint1.sumologic.com/receiver/v1/http/k%2B2",
    ),
    "splunk": (
        {"endpoint": HEC, "channel": CHANNEL, "token": "key"},
        f"splunk://{HEC}/services/collector/raw?channel={CHANNEL}&insecure-skip-verify=false"
        "&sourcetype=cloudflare%3Ajson&header_Authorization=Splunk%20k%2B2",
    ),
    "new-relic": (
        {"region": "eu", "licenseKey": "key"},
        "https://log-api.eu.newrelic.com/log/v1?Api-Key=k%2B2&format=cloudflare",
    ),
    "sentinelone": (
        {"endpoint": "ingest.example.net", "token": "key"},
        "sentinelone://ingest.example.net/services/collector/raw?sourcetype=cloudflare%3Ajson"
        "&header_Authorization=Bearer%20k%2B2",
    ),
    "ibm-cloud-logs": (
        {"endpoint": "abc-1.ingress.eu-de.logs.cloud.ibm.com", "apiKey": "key"},
        "ibmcl://abc-1.ingress.eu-de.logs.cloud.ibm.com/logs/v1/singles?ibm_api_key=k%2B2",
    ),
    "bigquery": (
        {"project": "project-1", "dataset": "logs", "table": "events", "credentials": "key"},
        "bq://projects/project-1/datasets/logs/tables/events?credentials=base64%3Ak%2B2",
    ),
    "kinesis": (
        {"stream": "events", "region": "eu-west-1", "accessKeyId": "keyId", "secretAccessKey": "key"},
        "kinesis://events?region=eu-west-1&access-key-id=id%2F1&secret-access-key=k%2B2",
    ),
    "kinesis-role": (
        {"stream": "events", "region": "eu-west-1", "role": "arn:aws:iam::123456789012:role/logs", "externalId": "key"},
        "kinesis://events?region=eu-west-1&sts-assume-role-arn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Flogs"
        "&sts-external-id=k%2B2",
    ),
    "https": (
        {"url": "https://logs.example/in?team=a", "header": "Api-Key", "headerValue": "key"},
        "https://logs.example/in?team=a&header_Api-Key=k%2B2",
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_writes_what_cloudflare_documents(kind: str) -> None:
    fields, conf = CONFS[kind]
    assert KINDS[kind].model_validate(fields).conf("acc", SECRETS) == conf


@pytest.mark.parametrize("kind", KINDS)
def test_what_the_config_takes_cloudflare_takes(kind: str) -> None:
    _, conf = CONFS[kind]
    assert not [*destination_breaches(conf)]


@pytest.mark.parametrize(
    ("kind", "field", "value", "conf"),
    [
        ("r2", "bucket", "b", "r2://b/f?account-id=a&access-key-id=a&secret-access-key=a"),
        ("s3", "bucket", "-logs", "s3://-logs/f?region=eu"),
        ("gcs", "bucket", "lo", "gs://lo/f"),
        ("gcs", "path", "../f", "gs://logs/../f"),
        ("s3-compatible", "region", "EU", "s3://logs/f?region=EU"),
        ("s3-compatible", "endpoint", "https://x", "s3://logs/f?region=eu&endpoint=https://x"),
        ("azure", "account", "ab", "azure://ab.blob.core.windows.net/logs/f?sig=a"),
        ("azure", "container", "c", "azure://acct.blob.core.windows.net/c/f?sig=a"),
        ("azure", "container", "a--b", "azure://acct.blob.core.windows.net/a--b/f?sig=a"),
        ("kinesis", "stream", "a b", "kinesis://a b?region=eu&access-key-id=a&secret-access-key=a"),
        ("bigquery", "project", "P", "bq://projects/P/datasets/d/tables/t?credentials=base64:a"),
        ("bigquery", "table", "a.b", "bq://projects/project-1/datasets/d/tables/a.b?credentials=base64:a"),
        ("splunk", "channel", "1", f"splunk://{HEC}/services/collector/raw?header_Authorization=a&channel=1"),
    ],
)
def test_a_wrong_part_is_refused_in_the_same_words_in_the_config_and_in_a_conf(
    kind: str, field: str, value: str, conf: str
) -> None:
    (breach,) = destination_breaches(conf)
    assert (breach.field, breach.value) == (f"destination_conf.{field}", repr(value))
    entry = {"type": kind, **CONFS[kind][0], field: value}
    told = f"firedrill:destinations.archive.{field} is {breach.value}\n  allowed: {breach.allowed}\n"
    assert told in refusal({"archive": entry}, **dict.fromkeys(NAMED, PLANTED))


def test_a_port_that_splunk_does_not_answer_at_is_refused_in_the_same_words_everywhere() -> None:
    (breach,) = destination_breaches(CONFS["splunk"][1].replace("8088", "8089"))
    text = refusal({"archive": {"type": "splunk", **CONFS["splunk"][0], "endpoint": "splunk.example:8089"}}, key="k")
    assert f"endpoint is {breach.value}\n  allowed: {breach.allowed}\n" in text


@pytest.mark.parametrize("value", ["abc", "a-c", "a" * 63])
def test_what_the_text_of_a_refusal_allows_is_taken(value: str) -> None:
    azure = {"type": "azure", **CONFS["azure"][0], "container": value}
    assert load({"archive": azure}, sas="s", proof="p").destinations


def test_a_secret_that_a_wrong_destination_names_is_not_to_be_removed() -> None:
    text = refusal({"archive": {"type": "splnk", **CONFS["splunk"][0]}}, key=PLANTED)
    assert text.splitlines()[:2] == [
        "The config of stack 'test' has 1 problem.",
        "firedrill:destinations.archive.type is 'splnk' (did you mean 'splunk'?)",
    ]


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"workers": ["no-such"]}, "firedrill:destinations.archive.workers is not a Worker"),
        ({"outcomes": ["ok"], "withoutOutcomes": ["canceled"]}, "firedrill:destinations.archive.withoutOutcomes is"),
        ({"eventTypes": ["fetch"], "withoutEventTypes": ["alarm"]}, "destinations.archive.withoutEventTypes is"),
        ({"outcomes": ["OK"]}, "allowed: a list of ok, exception, exceededCpu"),
        ({"eventTypes": ["rpc"]}, "allowed: a list of fetch, scheduled, alarm"),
        ({"sample": 0}, "allowed: above 0 and at most 1"),
        ({"sample": 1.5}, "allowed: above 0 and at most 1"),
    ],
)
def test_records_that_nobody_can_choose_so_are_refused(fields: dict[str, Any], told: str) -> None:
    entry = {"type": "r2", **CONFS["r2"][0], **fields}
    assert told in refusal({"archive": entry}, **dict.fromkeys(NAMED, PLANTED))


def test_a_destination_says_what_it_needs_of_its_job() -> None:
    known = {kind: KINDS[kind].model_validate(fields).job for kind, (fields, _) in CONFS.items()}
    assert {kind: job for kind, job in known.items() if job} == {
        "new-relic": {"max_upload_bytes": 5_000_000},
        "ibm-cloud-logs": {
            "output_options": {
                "batch_prefix": "[",
                "batch_suffix": "]",
                "record_suffix": "}",
                "record_delimiter": ",",
            }
        },
    }
    inputs = job_inputs("job", ["worker"], ["Outcome"], known["ibm-cloud-logs"])
    assert inputs["output_options"]["batch_prefix"] == "["
    assert inputs["output_options"]["field_names"] == ["Outcome"]
    assert job_inputs("job", ["worker"], ["Outcome"], known["new-relic"])["max_upload_bytes"] == 5_000_000


@pytest.mark.parametrize(
    ("conf", "field"),
    [
        ("azure://acct.blob.core.windows.net/logs/f?ss=b&srt=co&sig=a", "destination_conf.srt"),
        ("azure://acct.blob.core.windows.net/logs/f?ss=bf&srt=o&sig=a", "destination_conf.ss"),
        ("kinesis://a?region=eu&sts-assume-role-arn=role", "destination_conf.sts-assume-role-arn"),
        ("kinesis://a?region=eu&access-key-id=a", "destination_conf.secret-access-key"),
        ("bq://projects/project-1/tables/t?credentials=base64:a", "destination_conf.address"),
        ("bq://projects/project-1/datasets/d/tables/t", "destination_conf.credentials"),
        ("sentinelone://a.example/in?header_Authorization=Bearer%20a", "destination_conf.path"),
        ("sentinelone://a.example/services/collector/raw", "destination_conf.header_Authorization"),
        ("ibmcl://a.example/logs/v1/singles?ibm_api_key=a", "destination_conf.host"),
        ("ibmcl://a.ingress.eu-de.logs.cloud.ibm.com/logs?ibm_api_key=a", "destination_conf.path"),
        ("ibmcl://a.ingress.eu-de.logs.cloud.ibm.com/logs/v1/singles", "destination_conf.ibm_api_key"),
    ],
)
def test_what_is_wrong_with_an_address_is_named(conf: str, field: str) -> None:
    assert [breach.field for breach in destination_breaches(conf)] == [field]


def test_an_address_without_a_query_gets_one() -> None:
    https = Https.model_validate({"url": "https://logs.example", "headerValue": "key"})
    assert https.conf("acc", SECRETS) == "https://logs.example?header_Authorization=k%2B2"


def test_a_kind_knows_its_secrets_and_whether_cloudflare_asks_whose_it_is() -> None:
    known = {kind: KINDS[kind].model_validate(fields) for kind, (fields, _) in CONFS.items()}
    assert known["azure"].secrets == ("sas", "proof")
    assert (known["r2-managed"].secrets, known["r2-managed"].own_secrets) == ((), KEYS)
    assert {kind for kind, each in known.items() if each.challenge} == {"s3", "gcs", "azure", "sumo"}


def given(destinations: Any, **secrets: str) -> dict[str, str]:
    values = {
        "environment": "test",
        "accountId": "0" * 32,
        "workersSubdomain": "sub",
        "telemetrySalt": "salt",
        "datadogApiKey": "key",
        "destinations": json.dumps(destinations),
        **secrets,
    }
    return {f"firedrill:{key}": value for key, value in values.items()}


def load(destinations: Any, **secrets: str) -> Settings:
    encrypted = [f"firedrill:{name}" for name in ("telemetrySalt", "datadogApiKey", *secrets)]
    return config.load(given(destinations, **secrets), encrypted.__contains__, "test", SHIPPED)[0]


def refusal(destinations: Any, **secrets: str) -> str:
    with pytest.raises(DeclarationError) as error:
        load(destinations, **secrets)
    return str(error.value)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "r2-managed"])
def test_each_credential_that_a_destination_names_has_to_be_encrypted(kind: str) -> None:
    fields, _ = CONFS[kind]
    named = KINDS[kind].model_validate(fields).secrets
    values = given({"archive": {"type": kind, **fields}}, **dict.fromkeys(named, PLANTED))
    with pytest.raises(DeclarationError) as refused:
        config.load(values, ["firedrill:telemetrySalt", "firedrill:datadogApiKey"].__contains__, "test", SHIPPED)
    told = str(refused.value)
    assert PLANTED not in told
    for name in named:
        assert (
            f"firedrill:{name} is not encrypted\n  allowed: a secret, encrypted by Pulumi\n"
            f"  change:  run: pulumi config set --secret firedrill:{name} --stack test"
        ) in told
    assert told.count(" is not encrypted") == len(named)


def test_a_stack_has_destinations_by_name_and_their_secrets_elsewhere() -> None:
    settings = load({"archive": {"type": "r2", **WITH_KEYS}}, keyId=PLANTED, key=PLANTED)
    assert settings.destinations == {"archive": R2.model_validate(WITH_KEYS)}
    assert settings.destinations["archive"].fields == OBSERVED_FIELDS
    assert PLANTED not in repr(settings)


def test_a_destination_may_have_fields_of_its_own() -> None:
    archive = {"type": "r2", **WITH_KEYS, "fields": ["Outcome", "ScriptTags"]}
    settings = load({"archive": archive}, keyId=PLANTED, key=PLANTED)
    assert settings.destinations["archive"].fields == ("Outcome", "ScriptTags")


def test_a_secret_that_a_destination_names_has_to_be_there() -> None:
    assert refusal({"archive": {"type": "r2", **WITH_KEYS}}, key=PLANTED) == (
        "The config of stack 'test' has 1 problem.\n"
        "firedrill:keyId is missing\n"
        "  allowed: a secret, encrypted by Pulumi\n"
        "  change:  run: pulumi config set --secret firedrill:keyId --stack test"
    )


def test_everything_that_is_wrong_with_destinations_is_told_at_once_and_no_credential() -> None:
    text = refusal(
        {
            "Archive": {"type": "r2", **WITH_KEYS},
            "no-type": {},
            "other": {"type": "kafka"},
            "text": PLANTED,
            "bucket": {"type": "r2", "bucket": "Logs", "secretAccessKey": PLANTED, "fields": ["Outcomes"], "regoin": 1},
        },
        keyId=PLANTED,
        key=PLANTED,
    )
    kinds = ", ".join(KINDS)
    credential = (
        "the name of a config key that holds the secret: at most 32 letters and digits, beginning with a"
        " lowercase letter"
    )
    assert [line for line in text.splitlines() if not line.startswith("  change:")] == [
        "The config of stack 'test' has 9 problems.",
        "firedrill:destinations.Archive is not a valid name",
        "  allowed: at most 63 lowercase letters, digits and dashes, beginning with a letter and not ending with"
        " a dash",
        "firedrill:destinations.no-type.type is missing",
        f"  allowed: one of {kinds}",
        "firedrill:destinations.other.type is 'kafka'",
        f"  allowed: one of {kinds}",
        "firedrill:destinations.text is not an object",
        f"  allowed: an object: a type ({kinds}) and its fields",
        "firedrill:destinations.bucket.fields[0] is 'Outcomes'",
        "  allowed: a field of the dataset workers_trace_events: CPUTimeMs, DispatchNamespace, Entrypoint, Event,"
        " EventTimestampMs, EventType, Exceptions, Logs, Outcome, ScriptName, ScriptTags, ScriptVersion, WallTimeMs",
        "firedrill:destinations.bucket.bucket is 'Logs'",
        "  allowed: 3 to 63 lowercase letters, digits and dashes, beginning and ending with a letter or digit",
        "firedrill:destinations.bucket.accessKeyId is missing",
        f"  allowed: {credential}",
        "firedrill:destinations.bucket.secretAccessKey is not a valid name",
        f"  allowed: {credential}",
        "firedrill:destinations.bucket.regoin is not a field of such a destination",
        "  allowed: one of fields, workers, outcomes, withoutOutcomes, eventTypes, withoutEventTypes, sample,"
        " residency, bucket, path, accessKeyId, secretAccessKey",
    ]
    assert PLANTED not in text


def test_two_addresses_cannot_share_the_token_that_proves_them() -> None:
    gcs = {"type": "gcs", **BUCKET, "ownershipChallenge": "proof"}
    assert len(load({"a": gcs, "b": {**gcs, "fields": ["Outcome"]}}, proof="p").destinations) == 2
    assert refusal({"a": gcs, "b": {**gcs, "bucket": "other"}}, proof="p").startswith(
        "The config of stack 'test' has 1 problem.\n"
        "firedrill:destinations.b.ownershipChallenge is 'proof'\n"
        "  allowed: a config key of its own, since a token holds for one address\n"
    )


def test_destinations_are_an_object() -> None:
    text = refusal(PLANTED)
    assert "firedrill:destinations is not an object\n  allowed: an object: names of destinations" in text
    assert PLANTED not in text


def test_a_password_in_an_address_is_not_shown() -> None:
    told = str(Problem("firedrill:destinations.a.url", "'https://user:s3cr3t@logs.example/x'", "an https address", ""))
    assert told.startswith("firedrill:destinations.a.url is 'https://***@logs.example/x'")
