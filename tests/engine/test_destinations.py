"""A stack whose logs go to more than Datadog comes up on this machine, or is refused before anything is deployed."""

from __future__ import annotations

import http.client
import socket
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from firedrill.challenge.challenged import challenged
from firedrill.challenge.local import meet_locally
from firedrill.challenge.secrets import StackSecrets
from firedrill.cloud.cloud import Cloud
from firedrill.cloud.contents import with_destinations
from firedrill.cloud.values import revealed
from firedrill.declared.declaration import declared_in
from firedrill.engine.commands import local_destinations
from firedrill.engine.operations import LocalStack
from firedrill.engine.process import Engine
from firedrill.engine.stack_resources import deployed_resources
from firedrill.installed import PACKAGES as REPOSITORY
from firedrill.live.clock import FastClock
from firedrill.live.delivering import couriers
from firedrill.live.hub import Hub
from firedrill.live.launch import deployed_programs
from firedrill.live.run import up
from firedrill.live.stack import LiveStack
from firedrill.organisation import compile_organisation
from firedrill.resources import LOGPUSH_JOB
from firedrill.sinks.sink import Refused
from firedrill.vendors.cloudflare.delivery import Batch
from firedrill.vendors.cloudflare.uploads import records_in

if TYPE_CHECKING:
    from tests.engine.conftest import Local

pytestmark = [
    pytest.mark.engine,
    pytest.mark.filterwarnings("ignore:.* has been deprecated:DeprecationWarning"),  # when the providers are imported
]

DESTINATIONS: dict[str, dict[str, Any]] = {
    "r2": {"bucket": "trace-events", "accessKeyId": "keyId", "secretAccessKey": "key"},
    "s3": {"bucket": "trace-events", "region": "eu-west-1", "ownershipChallenge": "proof1"},
    "gcs": {"bucket": "trace-events", "ownershipChallenge": "proof2"},
    "azure": {
        "account": "account1",
        "container": "logs",
        "sharedAccessSignature": "signature",
        "ownershipChallenge": "proof3",
    },
    "sumo": {"endpoint": "endpoint1.sumologic.com", "code": "code", "ownershipChallenge": "proof4"},
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
    "kinesis-role": {
        "stream": "by-role",
        "region": "eu-west-1",
        "role": "arn:aws:iam::123456789012:role/logs",
        "externalId": "key",
    },
    "r2-managed": {"bucket": "of-the-stack"},
    "s3-compatible": {
        "bucket": "trace-events-too",
        "region": "auto",
        "endpoint": "s3.example",
        "accessKeyId": "keyId",
        "secretAccessKey": "key",
    },
}
PROOFS = ("proof1", "proof2", "proof3", "proof4")
SECRETS = ("keyId", "key", *PROOFS, "signature", "code", "token")

REQUESTS = 1_000
FIELDS = ["Event", "EventTimestampMs", "Outcome", "ScriptName"]
DATADOG = "conversation-state-dev"
"""The job to Datadog."""


def test_a_stack_with_every_kind_of_destination_comes_up_and_delivers_unless_a_sink_refuses_it(
    of: Callable[[Path, str, Path], Local], tmp_path: Path
) -> None:
    local = of(REPOSITORY, "dev", tmp_path)
    local.configure(
        destinations={kind: {"type": kind, "fields": FIELDS, **fields} for kind, fields in DESTINATIONS.items()}
    )
    local.configure_secrets(*SECRETS)

    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    refused = local.run("up", preview=True, sinks={"logs.example": f"http://127.0.0.1:{port}"})
    assert not refused.ok
    assert any("ConnectionRefusedError from the sink of 'logs.example'" in error for error in refused.errors)
    assert not local.entries()

    with local_destinations(local.stack.workspace, {}) as there:
        asked: list[str] = []

        def ask_only(stack: LocalStack, cloud: Cloud, engine: Engine) -> None:
            secrets = StackSecrets(engine, stack.name)
            for each in challenged(stack.name, stack.config):
                conf = each.conf({key: secrets.get(key) for key in each.credentials})
                if there.has(conf):
                    asked.append(each.name)
                    cloud.challenge(f"accounts/{each.account_id}", conf)

        wrong = local.run("up", preview=True, destinations=there, prepare=ask_only)
        assert any("ownership_challenge is not that of the destination" in error for error in wrong.errors)
        assert not local.entries()
        local.did("up", destinations=there, prepare=meet_locally)
        jobs = _jobs(local)
        assert sorted(job["name"] for job in jobs) == sorted(
            [DATADOG, *(f"firedrill-dev-{kind}" for kind in DESTINATIONS)]
        )
        assert len(asked) >= 2
        assert sum(_shows_its_token(revealed(job), local.stack.cloud) for job in jobs) == len(asked)
        assert local.agrees()
        local.did("up", destinations=there, prepare=meet_locally)
        assert [revealed(job) for job in _jobs(local)] == [revealed(job) for job in jobs]
    _deliver_a_thousand(local, tmp_path)
    local.did("destroy")
    assert not local.entries()


def _jobs(local: Local) -> list[dict[str, Any]]:
    return [entry.inputs for token, entry in local.entries() if token == LOGPUSH_JOB]


def _shows_its_token(job: dict[str, Any], cloud: Cloud) -> bool:
    return cloud.is_met(f"accounts/{job['accountId']}", job["destinationConf"], job.get("ownershipChallenge") or "")


def _deliver_a_thousand(local: Local, folder: Path) -> None:
    """Run the stack, send 1,000 requests, and read 1,000 records back from each destination, none twice."""
    cloud, root = local.stack.workspace.cloud, local.stack.workspace.root
    resources = with_destinations(deployed_resources(local.stack), cloud)
    programs = deployed_programs(local.stack, resources)
    organisation, hub, told = compile_organisation(declared_in(resources)), Hub(), list[str]()
    with couriers(organisation.uploading, root, folder / "files", 60.0, told.append) as ways:
        live = LiveStack("dev", organisation, FastClock(60.0), hub, 60.0, ways)
        with up(live, programs, hub, folder / "live"):
            host = live.addresses[programs[0].name].removeprefix("http://")
            connection = http.client.HTTPConnection(host, timeout=60)
            for number in range(REQUESTS):
                connection.request("GET", f"/?number={number}")
                connection.getresponse().read()
            connection.close()
            while live.standing().events < REQUESTS:
                live.step()
            live.end()
        delivering = {name: way for name, way in ways.items() if way.sink}
        while any(way.arrived + way.lost < way.sent for way in delivering.values()):
            threading.Event().wait(0.02)
        there = {
            name: [each for lines in way.sink.arrived() for each in records_in(lines)]
            for name, way in delivering.items()
            if way.sink
        }
    assert told == []
    assert len(there.pop(DATADOG)) == REQUESTS
    for name, records in there.items():
        urls = Counter(each["Event"]["Request"]["URL"] for each in records if [*each] == FIELDS)
        assert (name, len(urls), urls.total()) == (name, REQUESTS, REQUESTS)
    for way in delivering.values():
        assert way.sink
        with pytest.raises(Refused):  # nothing is left running
            way.sink.put(way.job.upload(0, Batch(0, [])))
    assert delivering.keys() >= {f"firedrill-dev-{kind}" for kind in ("https", "splunk", "bigquery", "ibm-cloud-logs")}
    if len(there) < len(DESTINATIONS):
        told_of = {way.obstacle for way in ways.values() if not way.sink}
        pytest.skip("; ".join(sorted(told_of)))
