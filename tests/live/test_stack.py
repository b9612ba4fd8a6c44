"""A running stack from requests to logs, metrics, monitors and notifications."""

from __future__ import annotations

import http.client
import json
import os
import signal
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from firedrill.errors import CannotRun
from firedrill.live.attach import switch_fault
from firedrill.live.deployable import Program
from firedrill.live.events import LogSeen, MetricValue, MonitorState, Noted, Notified, StateChanged
from firedrill.live.faults import Switch
from firedrill.vendors.errors import FiredrillError

pytestmark = pytest.mark.workerd

Run = Callable[..., Any]


def get(stack: Any, id_: str) -> str:
    return ask(stack.address, id_)


def ask(address: str, id_: str) -> str:
    connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=30)
    connection.request("GET", f"/?id={id_}")
    answer = connection.getresponse().read().decode()
    connection.close()
    return answer


def test_a_thousand_requests_are_a_thousand_logs_none_lost_and_none_twice(run: Run) -> None:
    with run() as stack:
        stack.send(1_000, at_once=8)
        stack.until(lambda: stack.live.standing().events >= 2_000)
        stack.minutes(3)

        lines = [json.loads(log.message) for log in stack.of(LogSeen)]
        seen = Counter((line["at"], int(line["id"])) for line in lines)
        assert seen == {(at, number): 1 for at in ("gateway", "object") for number in range(1_000)}


def test_a_fault_that_is_switched_on_alerts_and_recovers_when_it_is_switched_off(run: Run) -> None:
    with run() as stack:
        stack.minutes(3, requests=4)
        assert stack.of(Notified) == []

        assert switch_fault(stack.folder, "dev", Switch("storage-failing", 1.0)) == "faults: storage-failing 100%"
        stack.minutes(3, requests=4)
        assert switch_fault(stack.folder, "dev", Switch("storage-failing", 0.0)) == "faults: none is on"
        stack.minutes(7, requests=4)

        changes = [(each.service, each.monitor, each.before, each.state) for each in stack.of(StateChanged)]
        assert changes == [
            ("counter", "counter/failures", "No Data", "OK"),
            ("counter", "counter/failures", "OK", "Alert"),
            ("counter", "counter/failures", "Alert", "OK"),
        ]
        assert [(each.title, each.handles) for each in stack.of(Notified)] == [
            ("[Triggered] Operations fail", ("@on-call",)),
            ("[Recovered] Operations fail", ("@on-call",)),
        ]
        assert [each.text for each in stack.of(Noted)] == ["faults: storage-failing 100%", "faults: none is on"]


def test_how_things_stand_says_what_monitors_and_metrics_show(run: Run) -> None:
    with run() as stack:
        stack.minutes(3, requests=4)
        stack.minutes(1)  # what Logpush takes to deliver
        standing = stack.live.standing()

        assert (standing.events, standing.logs, standing.faults) == (24, 24, ())
        assert standing.monitors == (MonitorState("counter", "counter/failures", "OK", "", 0.0, "> 3", 1),)
        operations, latency = sorted(standing.metrics, key=lambda metric: metric.name, reverse=True)
        assert operations == MetricValue("tiny.operations", "sum", 12.0)
        assert (latency.name, latency.aggregated) == ("tiny.latency", "p95")


def test_what_objects_have_stored_is_there_after_a_restart(run: Run) -> None:
    with run() as stack:
        first = get(stack, "1")
    with run() as stack:
        assert (first, get(stack, "1")) == ("1", "2")


def test_a_workerd_that_is_killed_ends_the_stack_with_its_reason(run: Run) -> None:
    with run() as stack:
        os.killpg(stack.live.workers[0].workerd.process.pid, signal.SIGKILL)
        with pytest.raises(CannotRun) as ended:
            stack.until(lambda: False)

    assert str(ended.value) == "workerd was killed by SIGKILL"


def test_a_fault_strikes_the_worker_that_is_named(run: Run) -> None:
    with run() as stack:
        order = Switch("worker-throws", 0.5, worker="tiny")
        assert switch_fault(stack.folder, "dev", order) == "faults: worker-throws 50%"
        assert [get(stack, "1") for _ in range(4)].count("1") == 1


def test_workers_of_one_stack_are_apart(run: Run, script: dict[str, Any], bundle: bytes, tmp_path: Path) -> None:
    programs = [Program({**script, "script_name": name}, bundle, tmp_path / "data" / name) for name in ("one", "two")]
    with run(*programs) as stack:
        said = switch_fault(stack.folder, "dev", Switch("worker-throws", 1.0, worker="two"))
        answers = {name: ask(address, "1") for name, address in stack.live.addresses.items()}

        assert said == "faults: two: worker-throws 100%"
        assert (answers["one"], answers["two"]) == ("1", "Internal Server Error")
        stack.until(lambda: stack.live.standing().events == 3)


def test_a_fault_of_a_worker_that_there_is_not_is_refused(run: Run) -> None:
    with run() as stack, pytest.raises(FiredrillError) as refused:
        switch_fault(stack.folder, "dev", Switch("worker-throws", 1.0, worker="other"))

    assert str(refused.value) == "there is no Worker 'other'; this stack runs tiny: choose one of them"


def test_nothing_arrives_from_a_worker_without_logpush(
    run: Run, script: dict[str, Any], bundle: bytes, tmp_path: Path
) -> None:
    with run(Program({**script, "logpush": False}, bundle, tmp_path / "data")) as stack:
        stack.send(3)
        stack.until(lambda: stack.live.standing().events == 6)
        stack.minutes(2)

        assert stack.live.standing().logs == 0
