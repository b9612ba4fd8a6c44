"""Commands from elsewhere reach a running stack, and nobody else does."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from firedrill.errors import CannotRun
from firedrill.files import write_atomically
from firedrill.live import control
from firedrill.live.attach import switch_fault, watch_stack
from firedrill.live.control import control_file, served, watch
from firedrill.live.events import Noted, Standing
from firedrill.live.faults import Switch
from firedrill.live.hub import Hub
from firedrill.vendors.errors import FiredrillError

STANDING = Standing(0, "dev", 1.0, {"tiny": "http://127.0.0.1:1"}, (), 0, 0, (), ())

KILLED = {"token": "old", "process": 1, "since": "2026-01-05T10:00:00+00:00"}
"""What a stack that was killed has left of itself, but for its port."""


def apply(order: Switch) -> str:
    if order.worker:
        raise FiredrillError(f"there is no Worker {order.worker!r}")
    return f"{order.name} {order.rate:.0%}"


def wait_for(text: str, printed: StringIO, watching: threading.Thread) -> None:
    """Until the text is printed, by somebody who goes on watching."""
    deadline = time.monotonic() + 20
    while text not in printed.getvalue():
        watching.join(0.01)
        assert watching.is_alive()
        assert time.monotonic() < deadline


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    """What is told to those who watch a stack that is served."""
    found = Hub()
    with served(control_file(tmp_path, "dev"), found, apply):
        yield found


def test_whoever_watches_is_told_everything_until_the_stack_ends(tmp_path: Path) -> None:
    hub = Hub()
    with served(control_file(tmp_path, "dev"), hub, apply):
        events = watch(tmp_path, "dev")
        hub.publish(Noted(1, "before"))
        first = next(events)
        hub.publish(Noted(2, "after"))
        second = next(events)

    assert [first, second, *events] == [Noted(1, "before"), Noted(2, "after")]


def test_watching_prints_lines_where_there_is_no_terminal(tmp_path: Path) -> None:
    hub, printed = Hub(), StringIO()
    with served(control_file(tmp_path, "dev"), hub, apply):
        hub.publish(Noted(0, "[red]a fault[/red]"))
        hub.publish(STANDING)
        watching = threading.Thread(target=watch_stack, args=(tmp_path, "dev", Console(file=printed, width=40)))
        watching.start()
        wait_for("runs in real time\n", printed, watching)
    watching.join()

    assert printed.getvalue().splitlines() == [
        "00:00:00 note   [red]a fault[/red]",
        "00:00:00 stack  stack dev: tiny at http://127.0.0.1:1; simulated time 00:00:00 UTC runs in real time",
        "the stack 'dev' has ended",
    ]


def test_a_terminal_is_left_as_it_was(tmp_path: Path) -> None:
    hub, printed = Hub(), StringIO()
    with served(control_file(tmp_path, "dev"), hub, apply):
        hub.publish(STANDING)
        console = Console(file=printed, width=80, height=20, force_terminal=True)
        watching = threading.Thread(target=watch_stack, args=(tmp_path, "dev", console))
        watching.start()
        wait_for("stack dev", printed, watching)
    watching.join()

    enter, leave = "\x1b[?1049h", "\x1b[?1049l"
    assert printed.getvalue().startswith(enter)
    assert printed.getvalue().rpartition(leave)[2].strip().endswith("the stack 'dev' has ended")


def test_a_terminal_is_not_touched_when_the_stack_does_not_run(tmp_path: Path) -> None:
    printed = StringIO()
    with pytest.raises(CannotRun):
        watch_stack(tmp_path, "dev", Console(file=printed, force_terminal=True))

    assert printed.getvalue() == ""


@pytest.mark.usefixtures("hub")
def test_a_fault_is_switched_and_the_answer_told(tmp_path: Path) -> None:
    assert switch_fault(tmp_path, "dev", Switch("unreachable", 0.5)) == "faults: unreachable 50%"


@pytest.mark.usefixtures("hub")
def test_what_the_stack_refuses_is_told_in_its_words(tmp_path: Path) -> None:
    with pytest.raises(FiredrillError) as refused:
        switch_fault(tmp_path, "dev", Switch("unreachable", 1.0, worker="other"))

    assert str(refused.value) == "there is no Worker 'other'"


@pytest.mark.usefixtures("hub")
@pytest.mark.parametrize("order", ['{"token": "guessed", "do": "watch"}', '{"do": "watch"}', "[]", "", "{"])
def test_without_the_token_nothing_is_told(tmp_path: Path, order: str) -> None:
    port = json.loads(control_file(tmp_path, "dev").read_text())["port"]
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(order.encode() + b"\n")

        assert connection.recv(1000) == b""


@pytest.mark.usefixtures("hub")
def test_the_token_is_its_owners_only(tmp_path: Path) -> None:
    assert control_file(tmp_path, "dev").stat().st_mode & 0o777 == 0o600


def test_a_stack_that_does_not_run_cannot_be_reached(tmp_path: Path, hub: Hub) -> None:
    with pytest.raises(CannotRun) as never_ran:
        switch_fault(tmp_path, "prod", Switch("unreachable", 1.0))

    assert str(never_ran.value) == "the stack 'prod' is not running; start it with: firedrill up --stack prod"


def test_a_stack_that_was_killed_cannot_be_reached(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    write_atomically(control_file(tmp_path, "dev"), json.dumps({**KILLED, "port": port}))

    with pytest.raises(CannotRun) as killed:
        watch_stack(tmp_path, "dev", Console(file=StringIO()))

    assert str(killed.value) == "the stack 'dev' is not running; start it with: firedrill up --stack dev"


@pytest.mark.parametrize("said", [b"", b"HTTP/1.1 400 Bad Request\r\n", b"1\n"])
def test_another_program_at_the_port_of_a_killed_stack_is_no_stack(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: bytes
) -> None:
    monkeypatch.setattr(control, "_PATIENCE_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as listening, ThreadPoolExecutor(1) as other:
        port = listening.getsockname()[1]
        write_atomically(control_file(tmp_path, "dev"), json.dumps({**KILLED, "port": port}))
        listening.settimeout(20)
        accepted = other.submit(lambda: listening.accept()[0])
        other.submit(lambda: accepted.result().sendall(said))
        with pytest.raises(CannotRun) as killed:
            watch_stack(tmp_path, "dev", Console(file=StringIO()))
        accepted.result().close()

    assert str(killed.value) == (
        f"port {port} of this machine, where the stack 'dev' was to be reached, does not answer as a stack does; "
        "if the stack was killed, start it again with: firedrill up --stack dev"
    )


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"port": 1}'])
def test_a_stack_whose_file_is_broken_does_not_run(tmp_path: Path, content: str) -> None:
    write_atomically(control_file(tmp_path, "dev"), content)
    with pytest.raises(CannotRun, match="the stack 'dev' is not running"):
        watch_stack(tmp_path, "dev", Console(file=StringIO()))


def test_nothing_is_left_when_the_stack_has_ended(tmp_path: Path) -> None:
    with served(control_file(tmp_path, "dev"), Hub(), apply):
        assert control_file(tmp_path, "dev").exists()

    assert list((tmp_path / "live").iterdir()) == []
