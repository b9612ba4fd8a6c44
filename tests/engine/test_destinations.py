"""A stack whose logs go to more than Datadog comes up on this machine, or is refused before anything is deployed."""

from __future__ import annotations

import http.client
import itertools
import json
import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
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
from firedrill.live.delivering import Courier, couriers
from firedrill.live.hub import Hub
from firedrill.live.launch import deployed_programs
from firedrill.live.run import up
from firedrill.live.stack import LiveStack
from firedrill.organisation import compile_organisation
from firedrill.resources import LOGPUSH_JOB
from firedrill.sinks.local import LocalDestinations
from firedrill.sinks.sink import Refused
from firedrill.vendors.cloudflare.delivery import Batch
from firedrill.vendors.cloudflare.uploads import is_test, records_in

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
"""Each calls an object once."""
FIELDS = ["Entrypoint", "EventTimestampMs", "Logs", "Outcome", "ScriptName"]
MORE = [*FIELDS, "WallTimeMs"]
DATADOG = "conversation-state-dev"
"""The job to Datadog."""


def test_a_stack_with_every_kind_of_destination_comes_up_and_delivers_all_once_also_while_it_is_changed(
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
        answered = _deliver_a_thousand(local, tmp_path / "first")
        answered += _deliver_during_a_redeployment(local, tmp_path / "second", answered, there)
        _deliver(local, tmp_path / "third", range(answered, answered + 50), MORE)
    local.did("destroy")
    assert not local.entries()


def _jobs(local: Local) -> list[dict[str, Any]]:
    return [entry.inputs for token, entry in local.entries() if token == LOGPUSH_JOB]


def _shows_its_token(job: dict[str, Any], cloud: Cloud) -> bool:
    return cloud.is_met(f"accounts/{job['accountId']}", job["destinationConf"], job.get("ownershipChallenge") or "")


@dataclass
class Serving:
    """A stack that runs, with what goes to each destination."""

    live: LiveStack
    ways: Mapping[str, Courier]
    told: list[str]

    def send(self, numbers: Iterable[int]) -> int:
        """A request of each number, which is its id; returns how many were answered."""
        connection = http.client.HTTPConnection(next(iter(self.live.addresses.values())).partition("//")[2], timeout=60)
        answered = 0
        for number in numbers:
            path = f"/conversations/c{number % 20}/tools/t{number}"
            connection.request("PUT", path, '{"tool_name": "search"}', {"x-request-id": f"{number:016x}"})
            response = connection.getresponse()
            response.read()
            assert response.status == 200
            answered += 1
        connection.close()
        return answered

    def finish(self, events: int) -> None:
        """Take steps until so many events have come, and hand all over."""
        while self.live.standing().events < events:
            self.live.step()
        self.live.end()


@contextmanager
def _serving(local: Local, folder: Path) -> Iterator[Serving]:
    """Run what is deployed; when the block ends, all that was handed over is uploaded."""
    cloud, root = local.stack.workspace.cloud, local.stack.workspace.root
    resources = with_destinations(deployed_resources(local.stack), cloud)
    programs = deployed_programs(local.stack, resources)
    organisation, hub, told = compile_organisation(declared_in(resources)), Hub(), list[str]()
    with couriers(organisation.uploading, root, folder / "files", 60.0, told.append) as ways:
        live = LiveStack("dev", organisation, FastClock(60.0), hub, 60.0, ways)
        with up(live, programs, hub, folder / "live"):
            yield Serving(live, ways, told)
        while any(each.arrived + each.lost < each.sent for each in ways.values() if each.sink):
            threading.Event().wait(0.02)
        _read_back(ways)
        assert told == []
    for each in ways.values():
        if each.sink:
            with pytest.raises(Refused):  # nothing is left running
                each.sink.put(each.job.upload(0, Batch(0, [])))


_READ: dict[str, list[dict[str, Any]]] = {}


def _read_back(ways: Mapping[str, Courier]) -> None:
    _READ.clear()
    for name, way in ways.items():
        if way.sink:
            _READ[name] = [each for lines in way.sink.arrived() for each in records_in(lines) if not is_test(each)]


def _each_arrived_once(numbers: Iterable[int], fields: Sequence[str] = FIELDS) -> None:
    """Each destination has what the gateway and the object have written for each request, once."""
    wanted = {(place, f"{number:016x}") for number in numbers for place in ("gateway", "object")}
    assert _READ.keys() >= {DATADOG, *(f"firedrill-dev-{kind}" for kind in ("https", "splunk", "bigquery"))}
    for name, records in _READ.items():
        lines = [json.loads(line["Message"][0]) for each in records for line in each["Logs"]]
        found = Counter((line["at"], line["request"]) for line in lines)
        assert (name, len(records), len(found), found.total()) == (name, *[len(wanted)] * 3)
        assert found.keys() == wanted
        assert name == DATADOG or all([*each] == [*fields] for each in records)


def _deliver(local: Local, folder: Path, numbers: range, fields: Sequence[str] = FIELDS) -> int:
    """Run the stack, send requests, and read two records of each back from each destination, none twice."""
    with _serving(local, folder) as serving:
        answered = serving.send(numbers)
        serving.finish(2 * answered)
        obstacles = {way.obstacle for way in serving.ways.values() if not way.sink}
    _each_arrived_once(numbers, fields)
    if obstacles:
        pytest.skip("; ".join(sorted(obstacles)))
    return answered


def _deliver_a_thousand(local: Local, folder: Path) -> int:
    return _deliver(local, folder, range(REQUESTS))


def _deliver_during_a_redeployment(local: Local, folder: Path, first: int, there: LocalDestinations) -> int:
    """Change the stack while requests flow: what runs goes on, and loses nothing."""
    wider = {kind: {"type": kind, **fields, "fields": MORE} for kind, fields in DESTINATIONS.items()}
    answered, ending = [0], threading.Event()
    with _serving(local, folder) as serving:

        def flow() -> None:
            for number in itertools.count(first):
                if ending.is_set():
                    return
                answered[0] += serving.send([number])

        def deliver() -> None:
            while not ending.is_set():
                serving.live.step()

        threads = [threading.Thread(target=each) for each in (flow, deliver)]
        for each in threads:
            each.start()
        local.configure(destinations=wider)
        changed = local.did("up", destinations=there, prepare=meet_locally, rotate=("telemetrySalt",))
        ending.set()
        for each in threads:
            each.join()
        serving.finish(2 * answered[0])
    assert changed["update"] >= len(DESTINATIONS)
    assert answered[0] > 0
    _each_arrived_once(range(first, first + answered[0]))
    return answered[0]
