"""A small stack that runs: a Worker, a job, a pipeline, two metrics, a monitor, and a clock that is set by hand."""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import pytest

from firedrill.declared.declaration import declared_in
from firedrill.live.deployable import Program
from firedrill.live.events import Event
from firedrill.live.hub import Hub, Watcher
from firedrill.live.run import up
from firedrill.live.stack import LiveStack
from firedrill.organisation import compile_organisation
from firedrill.resources import LOGPUSH_JOB, LOGS_METRIC, LOGS_PIPELINE, MONITOR, Resource

E = TypeVar("E", bound=Event)
START_MS = 1_767_571_200_000  # Monday 2026-01-05 at 00:00 UTC
DEADLINE_S = 120.0
SCRIPT = {
    "script_name": "tiny",
    "logpush": True,
    "compatibility_date": "2026-01-01",
    "bindings": [{"type": "durable_object_namespace", "name": "COUNTER", "class_name": "Counter"}],
    "migrations": {"new_sqlite_classes": ["Counter"]},
}


@dataclass
class SetClock:
    """Stands still until it is set; what happens, happens at its time."""

    time_ms: int = START_MS

    def now_ms(self) -> int:
        return self.time_ms

    def at(self, real_ms: int) -> int:
        return self.time_ms

    def seconds_until(self, simulated_ms: int) -> float:
        return 0.01  # for real time to pass in which something may arrive


@dataclass
class Running:
    """A stack that runs, and everything that it told."""

    live: LiveStack
    clock: SetClock
    folder: Path
    watcher: Watcher
    told: list[Event] = field(default_factory=list)

    @property
    def address(self) -> str:
        return next(iter(self.live.addresses.values()))

    def of(self, kind: type[E]) -> list[E]:
        """The events of a kind so far."""
        while not self.watcher.empty():
            event = self.watcher.get_nowait()
            assert event
            self.told.append(event)
        return [event for event in self.told if isinstance(event, kind)]

    def until(self, reached: Callable[[], bool]) -> None:
        """Take steps until something is so."""
        deadline = time.monotonic() + DEADLINE_S
        while not reached():
            assert time.monotonic() < deadline, f"waited in vain; told so far: {self.told[-20:]}"
            self.live.step()

    def send(self, count: int, *, first: int = 0, at_once: int = 4) -> None:
        """Requests that are told apart by their ids, at the address that was announced; `at_once` divides 8."""
        host = self.address.removeprefix("http://")

        def some(numbers: range) -> None:
            connection = http.client.HTTPConnection(host, timeout=DEADLINE_S)
            for number in numbers:
                connection.request("GET", f"/?id={number}")
                connection.getresponse().read()
            connection.close()

        with ThreadPoolExecutor(at_once) as senders:
            list(senders.map(some, [range(first + n, first + count, at_once) for n in range(at_once)]))

    def minutes(self, count: int, requests: int = 0) -> None:
        """Let simulated minutes pass, with so many requests at the beginning of each and all that follows from them."""
        for _ in range(count):
            if requests:
                before = self.live.standing().events
                self.send(requests)
                self.until(lambda before=before: self.live.standing().events == before + 2 * requests)  # type: ignore[misc]
            for _ in range(2):
                self.clock.time_ms += 30_000
                self.live.step()


@pytest.fixture(scope="session")
def script() -> dict[str, Any]:
    return SCRIPT


@pytest.fixture
def eventually() -> Callable[[Callable[[], bool]], None]:
    """Waits for what another process does in its own time."""

    def wait(reached: Callable[[], bool]) -> None:
        deadline = time.monotonic() + DEADLINE_S
        while not reached():
            assert time.monotonic() < deadline
            time.sleep(0.01)

    return wait


@pytest.fixture(scope="session")
def bundle() -> bytes:
    return Path(__file__).with_name("worker.mjs").read_bytes()


def resource(token: str, name: str, inputs: dict[str, Any]) -> Resource:
    return Resource(token, name, f"urn:pulumi:test::tiny::{token}::{name}", str(sum(map(ord, name))), inputs)


def select(name: str, target: str, wanted: str, value: str) -> dict[str, Any]:
    return {
        "arrayProcessor": {
            "name": name,
            "isEnabled": True,
            "operation": {"select": {"source": "Logs", "target": target, "filter": wanted, "valueToExtract": value}},
        }
    }


@pytest.fixture
def resources() -> list[Resource]:
    """What is deployed beside the Worker: monitors of failures, of silence, and of both."""
    destination = "datadog://http-intake.logs.datadoghq.com/api/v2/logs?header_DD-API-KEY=[secret]&ddsource=tiny"
    processors = [
        {"dateRemapper": {"name": "date", "isEnabled": True, "sources": ["EventTimestampMs"]}},
        select("line", "text", "Level:debug", "Message"),
        {"stringBuilderProcessor": {"name": "line", "isEnabled": True, "template": "%{text}", "target": "line"}},
        {
            "grokParser": {
                "name": "telemetry",
                "isEnabled": True,
                "source": "line",
                "samples": [],
                "grok": {"matchRules": "telemetry %{data:telemetry:json}", "supportRules": ""},
            }
        },
        {"messageRemapper": {"name": "message", "isEnabled": True, "sources": ["line"]}},
    ]
    monitor = {
        "type": "query alert",
        "message": "{{#is_alert}}{{value}} failed{{/is_alert}}{{#is_recovery}}over{{/is_recovery}} @on-call",
        "requireFullWindow": False,
        "onMissingData": "default",
        "tags": ["service:counter", "class:counter", "monitor:failures"],
    }
    by_result = [{"path": "@telemetry.result", "tagName": "result"}]
    return [
        resource(
            LOGPUSH_JOB,
            "job",
            {
                "name": "tiny job",
                "dataset": "workers_trace_events",
                "enabled": True,
                "accountId": "acc",
                "destinationConf": destination + "&service=counter",
                "outputOptions": {"fieldNames": ["EventTimestampMs", "Outcome", "WallTimeMs", "Logs"]},
            },
        ),
        resource(
            LOGS_PIPELINE,
            "pipeline",
            {
                "name": "tiny",
                "isEnabled": True,
                "filters": [{"query": "source:tiny"}],
                "processors": processors,
            },
        ),
        resource(
            LOGS_METRIC,
            "operations",
            {
                "name": "tiny.operations",
                "compute": {"aggregationType": "count"},
                "filter": {"query": "@telemetry.at:object"},
                "groupBies": by_result,
            },
        ),
        resource(
            LOGS_METRIC,
            "latency",
            {
                "name": "tiny.latency",
                "compute": {"aggregationType": "distribution", "path": "@WallTimeMs", "includePercentiles": True},
                "filter": {"query": "@telemetry.at:object"},
            },
        ),
        resource(
            MONITOR,
            "failures",
            {
                **monitor,
                "name": "Operations fail",
                "query": "sum(last_5m):sum:tiny.operations{result:error}.as_count() > 3",
            },
        ),
    ]


@pytest.fixture
def run(tmp_path: Path, resources: list[Resource], bundle: bytes) -> Callable[..., Any]:
    """Runs a stack until the block ends: the small one, or what is given."""
    small = Program(SCRIPT, bundle, tmp_path / "data" / "tiny")

    @contextmanager
    def running(*programs: Program, resources: list[Resource] = resources) -> Iterator[Running]:
        clock, hub = SetClock(), Hub()
        live = LiveStack("dev", compile_organisation(declared_in(resources)), clock, hub, 60.0)
        watcher = hub.watch()
        with up(live, programs or [small], hub, tmp_path):
            yield Running(live, clock, tmp_path, watcher)

    return running
