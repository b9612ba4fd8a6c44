"""The stack as a process of its own: what it prints, how it ends, and what is left of it."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from math import inf, nan
from pathlib import Path

import pytest

from firedrill.declared.collectors import PLATFORM_METRICS
from firedrill.engine.lock import holder
from firedrill.errors import CannotRun
from firedrill.live import control
from firedrill.live.run import run_live
from firedrill.resources import LOGPUSH_JOB, MONITOR, WORKERS_SCRIPT, Resource, dumps
from firedrill.vendors.errors import FiredrillError

pytestmark = pytest.mark.workerd

ROOT = Path(__file__).parents[2]
RUNNING = """
import json, sys
from functools import partial
from pathlib import Path
from firedrill.live.deployable import Program
from firedrill.live.run import run_live
from firedrill.resources import loads
folder = Path(sys.argv[1])
program = Program(json.loads(sys.argv[3]), Path(sys.argv[2]).read_bytes(), folder / "data" / "tiny")
resources = loads((folder / "resources.json").read_text(), "resources")
run_live(resources, [program], folder, "dev", announce=partial(print, flush=True))
"""

Start = Callable[[], "subprocess.Popen[str]"]


@pytest.fixture
def start(tmp_path: Path, resources: list[Resource], script: dict[str, object]) -> Iterator[Start]:
    """Starts the stack in a process of its own."""
    (tmp_path / "resources.json").write_text(dumps(resources))
    worker = str(Path(__file__).with_name("worker.mjs"))
    command = [sys.executable, "-c", RUNNING, str(tmp_path), worker, json.dumps(script)]
    started = []

    def begin() -> subprocess.Popen[str]:
        started.append(subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True))
        return started[-1]

    yield begin
    for process in started:
        with process:
            process.kill()


def next_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline().rstrip("\n")


def is_open(address: str) -> bool:
    host, port = address.split(":")
    with socket.socket() as probe:
        return probe.connect_ex((host, int(port))) == 0


def get(address: str) -> str:
    connection = http.client.HTTPConnection(address, timeout=30)
    connection.request("GET", "/?id=1")
    answer = connection.getresponse().read().decode()
    connection.close()
    return answer


def test_a_stack_says_where_it_is_and_ends_with_control_c(start: Start) -> None:
    process = start()
    address = next_line(process).removeprefix("tiny answers at http://")
    assert [next_line(process) for _ in range(4)] == [
        "simulated time runs 60 times as fast as real time: a window of 5 minutes takes 5 s; "
        "timers of the Worker itself and its latencies are real",
        "watch it with: firedrill watch --stack dev",
        "verify it with: firedrill verify --local --stack dev",
        "make it fail with: firedrill fault storage-failing on --stack dev",
    ]
    assert get(address) == "1"

    process.send_signal(signal.SIGINT)
    printed, _ = process.communicate()
    assert (process.returncode, printed.splitlines()[-1]) == (0, "stopped; the objects keep their data")
    assert not is_open(address)


def test_a_stack_that_was_killed_starts_again_with_what_it_had_stored(
    start: Start, eventually: Callable[[Callable[[], bool]], None]
) -> None:
    killed = start()
    address = next_line(killed).removeprefix("tiny answers at http://")
    assert get(address) == "1"
    killed.kill()
    killed.wait()

    eventually(lambda: not is_open(address))
    assert get(next_line(start()).removeprefix("tiny answers at http://")) == "2"


def with_destination(resources: list[Resource], conf: str) -> list[Resource]:
    """The resources with another job, which delivers there."""
    (job,) = [each for each in resources if each.type == LOGPUSH_JOB]
    inputs = {**job.inputs, "name": "archive", "destinationConf": conf}
    return [*resources, replace(job, name="archive", urn=f"{job.urn}-archive", id="9", inputs=inputs)]


def test_a_stack_is_let_go_of_when_all_is_delivered_and_told(tmp_path: Path, resources: list[Resource]) -> None:
    lock, said = tmp_path / "live" / "dev.lock", {}

    def announce(text: str) -> None:
        said[text] = bool(holder(lock))

    archived = with_destination(resources, "https://logs.example/archive")
    run_live(archived, [], tmp_path, "dev", announce=announce, serving=lambda: control.end(tmp_path, "dev"))
    assert [text for text in said if text.startswith(("0 records of", "stopped"))] == [*said][-3:]
    assert all(said.values())
    assert not holder(lock)


def test_a_stack_that_runs_cannot_be_started_again_and_keeps_what_its_destinations_got(
    tmp_path: Path, resources: list[Resource]
) -> None:
    archived = with_destination(resources, "https://logs.example/archive")
    got, refusals = tmp_path / "sinks" / "dev" / "archive.ndjson", []

    def start_again() -> None:
        got.write_text("{}\n")
        with pytest.raises(CannotRun) as refused:
            run_live(archived, [], tmp_path, "dev")
        refusals.append(str(refused.value))
        control.end(tmp_path, "dev")

    run_live(archived, [], tmp_path, "dev", serving=start_again)
    (refusal,) = refusals
    assert refusal.startswith(f"firedrill up --stack dev (process {os.getpid()}, since ")
    assert refusal.endswith(
        ") runs this stack. End it first, with Ctrl-C or firedrill down; its objects keep their data."
    )
    assert got.read_text() == "{}\n"


@pytest.mark.parametrize(("speed", "shown"), [(0, "0"), (-1, "-1"), (3601, "3601"), (inf, "inf"), (nan, "nan")])
def test_a_speed_that_is_none_is_refused(tmp_path: Path, resources: list[Resource], speed: float, shown: str) -> None:
    with pytest.raises(FiredrillError) as refused:
        run_live(resources, [], tmp_path, "dev", speed=speed)

    assert str(refused.value) == f"the speed is {shown}; give a number above 0 and up to 3600, 1 being real time"


def test_what_keeps_events_from_datadog_is_said_at_once(tmp_path: Path, resources: list[Resource]) -> None:
    said: list[str] = []

    def announce(text: str) -> None:
        said.append(text)
        if text.startswith("make it fail"):
            raise KeyboardInterrupt

    run_live(resources[1:], [], tmp_path, "dev", announce=announce)

    assert (said[0], said[-1]) == (
        "there is no Logpush job to Datadog, so nothing gets there",
        "stopped; the objects keep their data",
    )


def test_a_monitor_that_nothing_here_feeds_is_named(tmp_path: Path, resources: list[Resource]) -> None:
    said: list[str] = []

    def announce(text: str) -> None:
        said.append(text)
        if text.startswith("make it fail"):
            raise KeyboardInterrupt

    query = {"type": "event-v2 alert", "query": 'events("deploy").rollup("count").last("5m") > 1'}
    by_events = [replace(each, inputs=each.inputs | query) if each.type == MONITOR else each for each in resources]
    run_live(by_events, [], tmp_path, "dev", announce=announce)

    assert said[0] == "the monitor 'Operations fail' stays silent: nothing here feeds events"


def test_a_monitor_of_what_a_collector_would_bring_is_left_out_and_named(
    tmp_path: Path, resources: list[Resource]
) -> None:
    said: list[str] = []

    def announce(text: str) -> None:
        said.append(text)
        if text.startswith("make it fail"):
            raise KeyboardInterrupt

    bindings = [{"type": "json", "name": "WORKERS", "json": json.dumps({"tiny": {"prefix": "tiny.", "tags": []}})}]
    component = Resource(PLATFORM_METRICS, "platform", "urn:platform", "1", {})
    collector = Resource(
        WORKERS_SCRIPT, "collector", "urn:c", "2", {"scriptName": "collector", "bindings": bindings}, component.urn
    )
    query = {"query": "sum(last_5m):sum:tiny.platform.collections{*}.as_count() < 1"}
    by_it = [replace(each, inputs=each.inputs | query) if each.type == MONITOR else each for each in resources]
    run_live([*by_it, component, collector], [], tmp_path, "dev", announce=announce)

    assert said[0] == "the monitor 'Operations fail' is left out: nothing here runs the collector"
    assert not [text for text in said if "No Data" in text]
