"""A stack in the background: what starts it, what tells of it, and what ends it, with real processes."""

from __future__ import annotations

import ast
import http.client
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from io import StringIO
from pathlib import Path

import pytest

from firedrill.engine.lock import exclusive
from firedrill.environment import for_python
from firedrill.errors import CannotRun
from firedrill.installed import PACKAGES
from firedrill.live import control
from firedrill.live.attach import end_stack, print_logs
from firedrill.live.control import control_file, log_file, served
from firedrill.live.detached import Detached, launch
from firedrill.live.events import LogSeen, MonitorState, Notified, Standing, StateChanged
from firedrill.live.hub import Hub
from firedrill.live.status import lines, statuses, to_json
from firedrill.resources import Resource, dumps
from firedrill.vendors.errors import FiredrillError
from tests.json_schemas import as_its_schema_says

SERVING = """
import json, sys
from pathlib import Path
from firedrill.live.deployable import Program
from firedrill.live.detached import serve
from firedrill.live.run import run_live
from firedrill.resources import loads
folder = Path(sys.argv[1])
program = Program(json.loads(sys.argv[3]), Path(sys.argv[2]).read_bytes(), folder / "data" / "tiny")
resources = loads((folder / "resources.json").read_text(), "resources")
def run(announce, serving):
    run_live(resources, [program], folder, "dev", announce=announce, serving=serving)
sys.exit(serve(int(sys.argv[4]), run))
"""
MONITORS = (
    MonitorState("shop", "errors", "Alert", "op:store", 12.0, "> 5", 2),
    MonitorState("chat", "silence", "OK", "", None, "", 1),
)
STANDING = Standing(60_000, "dev", 60.0, {"shop-dev": "http://127.0.0.1:1"}, ("unreachable 50%",), 9, 8, MONITORS, ())


@pytest.fixture
def start(tmp_path: Path, resources: list[Resource], script: dict[str, object]) -> Iterator[Callable[[], Detached]]:
    """Starts the small stack in the background."""
    (tmp_path / "resources.json").write_text(dumps(resources))
    worker = str(Path(__file__).with_name("worker.mjs"))
    command = [sys.executable, "-c", SERVING, str(tmp_path), worker, json.dumps(script)]
    started = []

    def begin() -> Detached:
        started.append(launch(command, log_file(tmp_path, "dev")))
        return started[-1]

    yield begin
    for each in started:
        each.process.kill()
        each.process.wait()


@pytest.mark.workerd
def test_a_stack_in_the_background_serves_tells_and_ends(start: Callable[[], Detached], tmp_path: Path) -> None:
    (tmp_path / "Pulumi.dev.yaml").write_text("config: {}\n")
    folder = tmp_path
    detached = start()
    address = detached.said[0].removeprefix("tiny answers at http://")
    assert os.getsid(detached.process.pid) == detached.process.pid != os.getsid(0)
    connection = http.client.HTTPConnection(address, timeout=30)
    connection.request("GET", "/?id=1")
    assert connection.getresponse().read() == b"1"
    connection.close()
    with closing(control.watch(folder, "dev")) as events:
        assert any(isinstance(event, LogSeen) for event in events)

    (found,) = statuses(tmp_path, folder, tmp_path / "state")
    assert (found.stack, found.process) == ("dev", detached.process.pid)
    assert found.standing is not None
    out = StringIO()
    print_logs(folder, "dev", out)
    assert " log    counter " in out.getvalue()

    with pytest.raises(CannotRun, match="runs this stack"):
        start()
    assert end_stack(folder, "dev")
    assert detached.process.wait(30) == 0
    assert log_file(folder, "dev").exists()
    assert not end_stack(folder, "dev")
    assert statuses(tmp_path, folder, tmp_path / "state")[0].standing is None


def child(tmp_path: Path, code: str) -> Detached:
    """A process in the background that does what the code says; `report` is the number of the file to report in."""
    lead = "import sys\nfrom firedrill.live.detached import serve\nreport = int(sys.argv[1])\n"
    return launch([sys.executable, "-c", lead + code], log_file(tmp_path, "dev"))


def test_what_the_process_says_until_it_serves_is_handed_over(tmp_path: Path) -> None:
    code = "def run(announce, serving):\n  announce('one'); serving(); announce('two')\nsys.exit(serve(report, run))"
    detached = child(tmp_path, code)
    assert detached.said == ("one",)
    assert detached.process.wait(30) == 0
    assert log_file(tmp_path, "dev").read_text() == "one\ntwo\n"
    assert log_file(tmp_path, "dev").stat().st_mode & 0o777 == 0o600


def test_a_mistake_in_the_background_reaches_whoever_started_it(tmp_path: Path) -> None:
    code = (
        "from firedrill.vendors.errors import FiredrillError\n"
        "def run(announce, serving):\n  raise FiredrillError('port 80 is taken')\nsys.exit(serve(report, run))"
    )
    with pytest.raises(CannotRun) as ended:
        child(tmp_path, code)
    assert str(ended.value) == "port 80 is taken"


def test_a_process_that_ends_without_a_word_is_told_with_its_code(tmp_path: Path) -> None:
    with pytest.raises(CannotRun) as ended:
        child(tmp_path, "sys.exit(3)")
    assert str(ended.value) == "the process in the background ended with code 3 and said nothing"


def test_the_process_in_the_background_ends_cleanly_when_the_system_asks_it_to(tmp_path: Path) -> None:
    code = (
        "import threading\n"
        "def run(announce, serving):\n"
        "  try:\n    serving(); threading.Event().wait()\n"
        "  except KeyboardInterrupt:\n    announce('over')\n"
        "sys.exit(serve(report, run))"
    )
    detached = child(tmp_path, code)
    detached.process.terminate()
    assert detached.process.wait(30) == 0
    assert log_file(tmp_path, "dev").read_text() == "over\n"


def test_the_process_in_the_background_finds_what_a_python_finds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "planted")
    code = "import os\nsys.exit(serve(report, lambda announce, serving: (announce(repr(dict(os.environ))), serving())))"
    detached = child(tmp_path, code)
    detached.process.wait(30)
    (said,) = detached.said
    of_python = "LC_CTYPE"  # a Python whose locale is C sets it by itself
    assert {**ast.literal_eval(said), of_python: ""} == {**for_python(PACKAGES), of_python: ""}


def test_a_stack_goes_on_when_the_command_that_started_it_was_killed(tmp_path: Path) -> None:
    readable, writable = os.pipe()
    os.close(readable)
    code = (
        "import sys\nfrom firedrill.live.detached import serve\n"
        "def run(announce, serving):\n  serving(); announce('on')\n"
        f"sys.exit(serve({writable}, run))"
    )
    command, environment = [sys.executable, "-c", code], for_python(PACKAGES)
    done = subprocess.run(command, env=environment, pass_fds=(writable,), capture_output=True, text=True, check=False)
    os.close(writable)
    assert (done.returncode, done.stdout, done.stderr) == (0, "on\n", "")


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    """A stack `dev` of the project in the folder, which is served; .firedrill is its workspace."""
    (tmp_path / "Pulumi.dev.yaml").write_text("config: {}\n")
    found = Hub()
    with served(control_file(tmp_path / ".firedrill", "dev"), found, lambda order: ""):
        yield found


def state_of(root: Path, stack: str, *types: str) -> None:
    """Pulumi's state of a stack."""
    file = root / "state" / ".pulumi" / "stacks" / "tiny" / f"{stack}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    latest = {"resources": [{"type": each} for each in types]}
    file.write_text(json.dumps({"version": 3, "checkpoint": {"latest": latest}}))


def test_every_stack_is_told_with_what_is_wrong_with_it(tmp_path: Path, hub: Hub) -> None:
    hub.publish(STANDING)
    (tmp_path / "Pulumi.prod.yaml").write_text("config: {}\n")
    state_of(tmp_path, "dev", "pulumi:pulumi:Stack", "datadog:index/monitor:Monitor")
    state_of(tmp_path, "gone", "datadog:index/monitor:Monitor")
    state_of(tmp_path, "prod", "pulumi:pulumi:Stack", "pulumi:providers:datadog")
    found = statuses(tmp_path, tmp_path / ".firedrill", tmp_path / "state")
    since = control.reached(tmp_path / ".firedrill", "dev")["since"]
    assert list(lines(found)) == [
        f"dev   running since {since} (process {os.getpid()})",
        "  shop-dev answers at http://127.0.0.1:1",
        "  fault: unreachable 50%",
        "  Alert: shop errors [op:store] and 1 more, 12 against > 5",
        "gone  deployed, not running; run it with: firedrill up --stack gone",
        "prod  not deployed",
    ]


def test_a_project_without_stacks_is_told_what_a_stack_is(tmp_path: Path) -> None:
    assert [*lines(statuses(tmp_path, tmp_path / ".firedrill", tmp_path / "state"))] == [
        "the project has no stacks; a stack is a file Pulumi.<stack>.yaml beside Pulumi.yaml"
    ]


def test_monitors_that_were_not_evaluated_are_not_called_ok(tmp_path: Path, hub: Hub) -> None:
    hub.publish(replace(STANDING, monitors=(), faults=()))
    *_, last = lines(statuses(tmp_path, tmp_path / ".firedrill", tmp_path / "state"))
    assert last == "  no monitor has been evaluated"


def test_the_status_for_machines_has_a_version(tmp_path: Path, hub: Hub) -> None:
    hub.publish(STANDING)
    document = as_its_schema_says("status", to_json(statuses(tmp_path, tmp_path / ".firedrill", tmp_path / "state")))
    (dev,) = document.pop("stacks")
    assert document == {"version": 1}
    assert dev.pop("since")
    assert dev.pop("monitors")[0]["state"] == "Alert"
    assert dev == {
        "stack": "dev",
        "deployed": False,
        "running": True,
        "process": os.getpid(),
        "addresses": {"shop-dev": "http://127.0.0.1:1"},
        "speed": 60.0,
        "faults": ["unreachable 50%"],
        "traceEvents": 9,
        "logs": 8,
    }


def test_the_last_logs_can_be_those_of_one_worker(tmp_path: Path, hub: Hub) -> None:
    hub.publish(LogSeen(1_000, "shop", "info", "sold"))
    hub.publish(LogSeen(2_000, "chat", "error", "lost"))
    hub.publish(StateChanged(3_000, "shop", "errors", "", "OK", "Alert", 12.0, "> 5"))
    hub.publish(Notified(3_000, "[Triggered] errors", ("@ops",)))
    hub.publish(STANDING)
    out, some = StringIO(), StringIO()
    print_logs(tmp_path / ".firedrill", "dev", out)
    print_logs(tmp_path / ".firedrill", "dev", some, worker="shop")
    assert some.getvalue().splitlines() == [
        "00:00:01 log    shop info sold",
        "00:00:03 state  shop errors: OK -> Alert (12 against > 5)",
    ]
    assert len(out.getvalue().splitlines()) == 4


def test_logs_of_a_worker_that_there_is_not_are_refused_with_those_there_are(tmp_path: Path, hub: Hub) -> None:
    hub.publish(STANDING)
    with pytest.raises(FiredrillError) as refused:
        print_logs(tmp_path / ".firedrill", "dev", StringIO(), worker="shpo")
    assert str(refused.value) == "there is no Worker 'shpo' (did you mean 'shop'?); this stack has chat, shop"


def test_logs_are_followed_until_the_stack_ends(tmp_path: Path) -> None:
    class Ending(StringIO):
        """Has the stack go on once its last log is printed, and end after the next one."""

        def write(self, text: str) -> int:
            if "first" in text:
                told.publish(LogSeen(2_000, "shop", "info", "second"))
                told.close()
            return super().write(text)

    told, out = Hub(), Ending()
    told.publish(LogSeen(1_000, "shop", "info", "first"))
    told.publish(STANDING)
    with served(control_file(tmp_path, "dev"), told, lambda order: ""):
        print_logs(tmp_path, "dev", out, follow=True)
    assert [text.split()[-1] for text in out.getvalue().splitlines()] == ["first", "second"]


def test_a_stack_that_does_not_run_is_ended_already(tmp_path: Path) -> None:
    assert not end_stack(tmp_path, "dev")


def test_a_stack_that_holds_its_lock_and_does_not_answer_is_named_and_left_alone(tmp_path: Path) -> None:
    lock = tmp_path / "live" / "dev.lock"
    with exclusive(lock, "firedrill up", datetime(2026, 1, 5, 10, 0)), pytest.raises(CannotRun) as refused:
        end_stack(tmp_path, "dev")
    assert str(refused.value) == (
        f"firedrill up (process {os.getpid()}, since 10:00:00) runs this stack and cannot be reached; "
        "if it does not begin to serve, end it"
    )


def test_a_stack_that_does_not_exist_is_not_called_ended(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.dev.yaml").write_text("config: {}\n")
    with pytest.raises(FiredrillError, match=r"there is no stack 'dve' \(did you mean 'dev'\?\)"):
        end_stack(tmp_path / ".firedrill", "dve")
