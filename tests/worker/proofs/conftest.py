"""The deployed bundle with planned failures, and what the rendered dev stack makes of its trace items."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from firedrill.declared.declaration import declared_in
from firedrill.organisation import Organisation, compile_organisation
from firedrill.resources import WORKERS_SCRIPT, Resource, of_type
from firedrill.runtime import Deployment, Worker, deployed
from firedrill.vendors.cloudflare import from_pulumi
from firedrill.vendors.cloudflare.trace_items import Invocation, Record, Script, record
from firedrill.vendors.datadog.intake import receive
from firedrill.vendors.datadog.log import Log

ROOT = Path(__file__).parents[3]
MODULES = Path(__file__).parent / "modules"
ESBUILD = next(ROOT.glob("node_modules/@esbuild/*/bin/esbuild"))
PREFIX = "conversation_state.dev."
BINDINGS = {"TELEMETRY_SALT": "salt-planted-by-the-tests", "RETRY_BASE_MS": "1"}
CPU_MS = 2  # workerd measures none
DEADLINE_S = 60.0
DELIVERED_MS = 30_000  # after an event


@dataclass(frozen=True)
class Stack:
    """The dev stack, compiled. A point is its metric with its tags, in one text, and its value."""

    script: Mapping[str, Any]
    organisation: Organisation

    def record(self, invocation: Invocation) -> Record:
        """All fields of Logpush's record."""
        return {**record(invocation, Script(self.script["script_name"])), "CPUTimeMs": CPU_MS}

    def delivered(self, full: Record) -> Record:
        """What the Logpush job sends of a record."""
        sent = self.organisation.jobs[0].prepare(full)
        assert sent is not None
        return sent

    def log(self, full: Record) -> Log:
        """A record as it is in Datadog after the pipeline."""
        parameters = self.organisation.jobs[0].destination.parameters
        received_ms = full["EventTimestampMs"] + DELIVERED_MS
        (log,) = receive([self.delivered(full)], params=parameters, received_ms=received_ms).logs
        return self.organisation.logging.pipelines.process(log)

    def points(self, full: Record) -> list[tuple[str, float]]:
        """The points that a record becomes."""
        points = self.organisation.logging.metrics.points(self.log(full), full["EventTimestampMs"] + DELIVERED_MS)
        return [(" ".join((point.metric.removeprefix(PREFIX), *point.tags)), point.value) for point in points]


@pytest.fixture(scope="session")
def stack(rendered: list[Resource]) -> Stack:
    (script,) = of_type(rendered, WORKERS_SCRIPT)
    return Stack(from_pulumi.workers_script(script.inputs), compile_organisation(declared_in(rendered)))


def bundle(module: str, *more: str) -> bytes:
    flags = [
        "--bundle",
        "--format=esm",
        "--target=es2022",
        "--external:cloudflare:workers",
        "--external:workerd:unsafe",
    ]
    command = [str(ESBUILD), str((MODULES / module).relative_to(ROOT)), *flags, "--log-level=warning", *more]
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout


@pytest.fixture(scope="session")
def around(stack: Stack) -> Callable[[str], Deployment]:
    """What the stack deploys, with a test module around its bundle."""
    alias = f"--alias:deployed={ROOT / stack.script['content_file']}"
    return lambda module: Deployment(stack.script, bundle(module, alias), BINDINGS)


@pytest.fixture(scope="session")
def planned(around: Callable[[str], Deployment]) -> Iterator[Worker]:
    """The deployed Worker, whose requests say what shall go wrong in them."""
    with deployed(around("planned.mjs")) as worker:
        yield worker


@dataclass(frozen=True)
class Driver:
    """Plays what modules/driver.mjs can play; `storage` is the folder of the objects' databases, by their ids."""

    worker: Worker

    @property
    def storage(self) -> Path:
        return self.worker.workerd.folder / "storage" / "ConversationStateDO"

    def play(self, name: str, **order: Any) -> tuple[list[Any], list[dict[str, Any]]]:
        """The answers to the calls, and the trace items of everything that they caused."""
        port = self.worker.workerd.ports["harness"]
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=DEADLINE_S)
        try:
            connection.request("POST", "/", json.dumps({"play": name, **order}))
            answer = connection.getresponse()
            text = answer.read()
            assert answer.status == 200, text
            played = json.loads(text)
            return played["answers"], played["items"]
        finally:
            connection.close()


@pytest.fixture(scope="session")
def driver(around: Callable[[str], Deployment], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Driver]:
    harness = tmp_path_factory.mktemp("driver") / "driver.mjs"
    harness.write_bytes(bundle("driver.mjs"))
    with deployed(around("inspected.mjs"), harness=harness) as worker:
        yield Driver(worker)


@pytest.fixture
def tell(record_property: Callable[[str, object], None], capsys: pytest.CaptureFixture[str]) -> Callable[..., None]:
    """Reports a figure: in JUnit's file, and where one looks on."""

    def write(name: str, value: object) -> None:
        record_property(name, value)
        with capsys.disabled():
            sys.stdout.write(f"\n{name}: {value}\n")

    return write
