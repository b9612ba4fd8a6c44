"""Each type of destination with values that have to be escaped, and with a mistake that is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from firedrill.components.destination_settings import KINDS
from firedrill.sinks.azure import signed
from firedrill.vendors.cloudflare.rules.destinations.build import datadog_conf

ACCOUNT = "0123456789abcdef0123456789abcdef"
HOSTILE = 'PLANTED +&=%#? "\\/:,é=='
"""A credential that would end or change an address, a query or a header if it were not escaped."""
KEY_ID, KEY = "PLANTEDID1", "PLANTED/wJalr+K7MDENG=="
"""An access key as Amazon makes them."""
FOLDER = "é+&=%,:"
_SIGNED = {"sv": "2022-11-02", "ss": "b", "srt": "o", "sp": "wc", "se": "2099-01-01T00:00:00Z", "spr": "https,http"}
SAS = signed("account1", _SIGNED)
CHANNEL = "01234567-89ab-cdef-0123-456789abcdef"
ROLE = "arn:aws:iam::123456789012:role/logs"
TAGS = ("team:a b", "env:é&=+")


@dataclass(frozen=True)
class Case:
    """A destination: its fields in the config, the `means` of its parameters, a part to change, and what is told then.

    Secrets are by the names of their config keys. `wrong` is put in the place of `right` in the address.
    """

    fields: Mapping[str, Any]
    means: Mapping[str, str]
    right: str
    wrong: str
    told: str
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    path: str = ""
    """What is in the path, decoded."""


_KEYS = {"keyId": KEY_ID, "key": KEY}
_WITH_KEYS = {"accessKeyId": "keyId", "secretAccessKey": "key"}
_BY_KEYS = {"access-key-id": KEY_ID, "secret-access-key": KEY}

CASES: Mapping[str, Case] = {
    "datadog": Case(
        {},
        {"header_DD-API-KEY": HOSTILE, "ddsource": "my source", "service": "a&b", "ddtags": ",".join(TAGS)},
        "logs.datadoghq.com",
        "logs.datadoghq.org",
        "destination_conf.site is 'datadoghq.org'",
        {"apiKey": HOSTILE},
    ),
    "r2": Case(
        {"bucket": "matrix-r2", "path": FOLDER, **_WITH_KEYS},
        {"account-id": ACCOUNT, **_BY_KEYS},
        "matrix-r2",
        "Matrix",
        "destination_conf.bucket is 'Matrix'",
        _KEYS,
        FOLDER,
    ),
    "r2-managed": Case(
        {"bucket": "matrix-own", "path": FOLDER, "jurisdiction": "eu"},
        {"region": "auto", "endpoint": f"{ACCOUNT}.eu.r2.cloudflarestorage.com", **_BY_KEYS},
        "matrix-own",
        "-own",
        "destination_conf.bucket is '-own'",
        _BY_KEYS,
        FOLDER,
    ),
    "s3": Case(
        {"bucket": "matrix-s3", "path": FOLDER, "region": "eu-west-1", "ownershipChallenge": "proof"},
        {"region": "eu-west-1"},
        "region=eu-west-1",
        "region=",
        "destination_conf.region is missing",
        path=FOLDER,
    ),
    "s3-compatible": Case(
        {"bucket": "matrix-s3c", "path": FOLDER, "region": "auto", "endpoint": "s3.example:9000", **_WITH_KEYS},
        {"region": "auto", "endpoint": "s3.example:9000", **_BY_KEYS},
        "endpoint=",
        "endpoint=https%3A%2F%2F",
        "destination_conf.endpoint is 'https://s3.example:9000'",
        _KEYS,
        FOLDER,
    ),
    "gcs": Case(
        {"bucket": "matrix-gs", "path": FOLDER, "ownershipChallenge": "proof"},
        {},
        "matrix-gs",
        "lo",
        "destination_conf.bucket is 'lo'",
        path=FOLDER,
    ),
    "azure": Case(
        {
            "account": "account1",
            "container": "matrix",
            "path": FOLDER,
            "sharedAccessSignature": "sas",
            "ownershipChallenge": "proof",
        },
        {"spr": "https,http", "se": "2099-01-01T00:00:00Z"},
        "srt=o",
        "srt=co",
        "destination_conf.srt is 'co'",
        {"sas": f"?{SAS}"},
        FOLDER,
    ),
    "sumo": Case(
        {"endpoint": "endpoint1.sumologic.com", "code": "code", "ownershipChallenge": "proof"},
        {},
        "/receiver/v1/http/",
        "/receiver/v2/http/",
        "destination_conf.path is not that of a hosted HTTP collector",
        {"code": HOSTILE},
        HOSTILE,
    ),
    "splunk": Case(
        {"endpoint": "hec.example.com:8088", "channel": CHANNEL, "token": "token"},
        {"header_Authorization": f"Splunk {HOSTILE}", "sourcetype": "cloudflare:json", "channel": CHANNEL},
        "/services/collector/raw",
        "/services/collector",
        "destination_conf.path is '/services/collector'",
        {"token": HOSTILE},
    ),
    "https": Case(
        {"url": "https://logs.example/in?team=a%20b", "header": "X-Key", "headerValue": "token"},
        {"header_X-Key": HOSTILE, "team": "a b"},
        "header_X-Key",
        "header_X%20Key",
        "destination_conf.header is 'X Key'",
        {"token": HOSTILE},
    ),
    "new-relic": Case(
        {"region": "eu", "licenseKey": "token"},
        {"Api-Key": HOSTILE, "format": "cloudflare"},
        "/log/v1",
        "/log/v2",
        "error uploading (HTTP 400 {} from the sink of 'log-api.eu.newrelic.com')",
        {"token": HOSTILE},
    ),
    "sentinelone": Case(
        {"endpoint": "ingest.example.net", "token": "token"},
        {"header_Authorization": f"Bearer {HOSTILE}", "sourcetype": "cloudflare:json"},
        "/services/collector/raw",
        "/in",
        "destination_conf.path is '/in'",
        {"token": HOSTILE},
    ),
    "ibm-cloud-logs": Case(
        {"endpoint": "abc-1.ingress.eu-de.logs.cloud.ibm.com", "apiKey": "token"},
        {"ibm_api_key": HOSTILE},
        ".ingress.",
        ".api.",
        "destination_conf.host is 'abc-1.api.eu-de.logs.cloud.ibm.com'",
        {"token": HOSTILE},
    ),
    "bigquery": Case(
        {"project": "project-1", "dataset": "logs", "table": "events", "credentials": "token"},
        {"credentials": f"base64:{HOSTILE}"},
        "/datasets/logs",
        "",
        "destination_conf.address is 'projects/project-1/tables/events'",
        {"token": HOSTILE},
    ),
    "kinesis": Case(
        {"stream": "matrix", "region": "eu-west-1", **_WITH_KEYS},
        {"region": "eu-west-1", **_BY_KEYS},
        "secret-access-key",
        "secret-key",
        "destination_conf.secret-access-key is missing",
        _KEYS,
    ),
    "kinesis-role": Case(
        {"stream": "matrix-role", "region": "eu-west-1", "role": ROLE, "externalId": "token"},
        {"sts-assume-role-arn": ROLE, "sts-external-id": HOSTILE},
        "arn%3Aaws",
        "aws",
        "destination_conf.sts-assume-role-arn is",
        {"token": HOSTILE},
    ),
}


def conf(kind: str, secrets: Mapping[str, str] | None = None) -> str:
    """The address of a case, with its own secrets or others."""
    case = CASES[kind]
    given = case.secrets if secrets is None else secrets
    if kind == "datadog":
        return datadog_conf("datadoghq.com", given["apiKey"], "my source", "a&b", TAGS)
    return KINDS[kind].model_validate(case.fields).conf(ACCOUNT, given)


def output(kind: str) -> Mapping[str, Any]:
    """What the job's output needs besides fields, as the API writes it."""
    options: Mapping[str, Any] = {} if kind == "datadog" else KINDS[kind].model_validate(CASES[kind].fields).job
    return dict(options.get("output_options", {}))
