"""A stack whose logs go to more than Datadog comes up on this machine, or is refused before anything is deployed."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from firedrill.installed import PACKAGES as REPOSITORY
from firedrill.resources import LOGPUSH_JOB

if TYPE_CHECKING:
    from tests.engine.conftest import Local

pytestmark = [
    pytest.mark.engine,
    pytest.mark.filterwarnings("ignore:.* has been deprecated:DeprecationWarning"),  # when the providers are imported
]

DESTINATIONS: dict[str, dict[str, Any]] = {
    "r2": {"bucket": "trace-events", "accessKeyId": "keyId", "secretAccessKey": "key"},
    "s3": {"bucket": "trace-events", "region": "eu-west-1", "ownershipChallenge": "proof"},
    "gcs": {"bucket": "trace-events", "ownershipChallenge": "proof"},
    "azure": {
        "account": "account1",
        "container": "logs",
        "sharedAccessSignature": "signature",
        "ownershipChallenge": "proof",
    },
    "sumo": {"endpoint": "endpoint1.sumologic.com", "code": "code", "ownershipChallenge": "proof"},
    "splunk": {
        "endpoint": "hec.example.com:8088",
        "channel": "5b1f2d8e-0c9a-4d7e-9a3b-6f1c2e4d8a70",
        "token": "token",
    },
    "https": {"url": "https://logs.example/in", "headerValue": "token"},
    "new-relic": {"licenseKey": "token"},
    "sentinelone": {"endpoint": "ingest.example.net", "token": "token"},
    "ibm-cloud-logs": {"endpoint": "abc-1.ingress.eu-de.logs.cloud.ibm.com", "apiKey": "key"},
    "bigquery": {"project": "project-1", "dataset": "logs", "table": "events", "credentials": "key"},
    "kinesis": {"stream": "events", "region": "eu-west-1", "accessKeyId": "keyId", "secretAccessKey": "key"},
}
SECRETS = ("keyId", "key", "proof", "signature", "code", "token")


def test_a_stack_with_every_kind_of_destination_comes_up_unless_a_sink_refuses_it(
    of: Callable[[Path, str, Path], Local], tmp_path: Path
) -> None:
    local = of(REPOSITORY, "dev", tmp_path)
    local.configure(destinations={kind: {"type": kind, **fields} for kind, fields in DESTINATIONS.items()})
    local.configure_secrets(*SECRETS)

    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    refused = local.run("up", preview=True, sinks={"logs.example": f"http://127.0.0.1:{port}"})
    assert not refused.ok
    assert any("ConnectionRefusedError from the sink of 'logs.example'" in error for error in refused.errors)
    assert not local.entries()

    local.did("up")
    jobs = [entry.inputs["name"] for token, entry in local.entries() if token == LOGPUSH_JOB]
    assert sorted(jobs) == sorted(["conversation-state-dev", *(f"firedrill-dev-{kind}" for kind in DESTINATIONS)])
    assert local.agrees()
