"""What can go wrong with the process, and that nothing of it is left behind."""

from __future__ import annotations

import dataclasses
import errno
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections import namedtuple
from collections.abc import Callable
from pathlib import Path

import pytest

from firedrill.errors import CannotRun
from firedrill.installed import PACKAGES
from firedrill.runtime import Deployment, Request, deployed, workerd
from firedrill.vendors.errors import FiredrillError

Eventually = Callable[[Callable[[], bool]], bool]
IsGone = Callable[[int], bool]

MAIN_MODULE = b"export default { async fetch() { return new Response('ok'); } };"
STAYING = """
import sys
from pathlib import Path
from firedrill.installed import PACKAGES
from firedrill.runtime import Deployment, Request, deployed
bundle = Path(sys.argv[1]).read_bytes()
with deployed(Deployment({"script_name": "tiny", "compatibility_date": "2026-01-01"}, bundle)) as worker:
    print(worker.workerd.process.pid, worker.workerd.folder, flush=True)
    worker.take([Request(path="/")])
"""
HANGING = b"export default { async fetch() { await scheduler.wait(60000); } };"


def start(deployment: Deployment, port: int = 0, program: Path | None = None) -> None:
    with deployed(deployment, port=port, program=program) as worker:
        worker.take([Request(path="/")])


def failure(deployment: Deployment, port: int = 0, program: Path | None = None) -> str:
    with pytest.raises(FiredrillError) as raised:
        start(deployment, port, program)
    return str(raised.value)


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which workerd's own is made, empty at first."""
    monkeypatch.setattr(workerd, "_MEMORY_FOLDER", tmp_path / "none")
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.mark.workerd
def test_the_process_and_its_folder_are_gone_after_the_block(
    deployment: Deployment, temporary: Path, is_gone: IsGone
) -> None:
    with deployed(deployment) as worker:
        assert [worker.workerd.folder] == list(temporary.iterdir())
    assert is_gone(worker.workerd.process.pid)
    assert list(temporary.iterdir()) == []


@pytest.mark.workerd
def test_they_are_gone_after_an_error_in_the_block(deployment: Deployment, temporary: Path, is_gone: IsGone) -> None:
    with pytest.raises(KeyboardInterrupt), deployed(deployment) as worker:
        raise KeyboardInterrupt
    assert is_gone(worker.workerd.process.pid)
    assert list(temporary.iterdir()) == []


@pytest.mark.workerd
@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_they_are_gone_after_a_signal_to_the_drill(
    stop: signal.Signals, tmp_path: Path, is_gone: IsGone, eventually: Eventually
) -> None:
    bundle = tmp_path / "worker.mjs"
    bundle.write_bytes(HANGING)
    drill = subprocess.Popen(
        [sys.executable, "-c", STAYING, str(bundle)],
        cwd=PACKAGES,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert drill.stdout is not None
    pid, folder = drill.stdout.readline().split()
    drill.send_signal(stop)
    drill.communicate(timeout=10)
    assert drill.returncode == -stop
    assert eventually(lambda: is_gone(int(pid)) and not Path(folder).exists())


@pytest.mark.workerd
def test_a_workerd_that_is_killed_between_takes_is_told(deployment: Deployment, temporary: Path) -> None:
    with deployed(deployment) as worker:
        worker.workerd.process.kill()
        with pytest.raises(CannotRun) as raised:
            worker.take([Request(path="/name")])
    assert str(raised.value) == "workerd was killed by SIGKILL"
    assert list(temporary.iterdir()) == []


@pytest.mark.workerd
def test_a_workerd_that_is_killed_within_a_take_is_told(deployment: Deployment) -> None:
    with deployed(deployment) as worker:
        killer = subprocess.Popen(["/bin/sh", "-c", f"sleep 0.2; kill -9 {worker.workerd.process.pid}"])
        with pytest.raises(CannotRun) as raised:
            worker.take([Request(path="/later")])
        killer.wait()
    assert str(raised.value) == "workerd was killed by SIGKILL"


@pytest.mark.workerd
def test_a_port_in_use_is_named(deployment: Deployment) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert failure(deployment, port=port) == (
            f"port {port} cannot be used by the Worker 'tiny' (Address already in use)."
            " Choose another, or 0 for any that is free."
        )


@pytest.mark.workerd
def test_a_port_beyond_the_last_one_is_named(deployment: Deployment) -> None:
    with pytest.raises(CannotRun) as raised, deployed(deployment, port=65_536):
        pass
    assert str(raised.value) == (
        "port 65536 cannot be used by the Worker 'tiny' (the last one is 65535)."
        " Choose another, or 0 for any that is free."
    )


def test_the_gateway_listens_on_the_chosen_port(deployment: Deployment) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with deployed(deployment, port=port) as worker:
        assert worker.workerd.ports["gateway"] == port


@pytest.mark.workerd
def test_a_bundle_that_does_not_load_is_told_with_its_place(deployment: Deployment, temporary: Path) -> None:
    broken = dataclasses.replace(deployment, bundle=b"export default {{")
    assert failure(broken) == ("the Worker 'tiny' does not start: worker.mjs:1:16: SyntaxError: Unexpected token '{'")
    assert list(temporary.iterdir()) == []


@pytest.mark.workerd
def test_a_class_that_the_bundle_does_not_export_is_named(deployment: Deployment) -> None:
    assert failure(dataclasses.replace(deployment, bundle=MAIN_MODULE)) == (
        "WorkersScript 'tiny': bindings.COUNTER.class_name is 'Counter'; allowed: a class that the code exports"
        " (exported: default); export the class, or correct its name."
    )


def test_a_missing_workerd_is_told_with_the_way_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed = workerd.binary(PACKAGES).as_posix()
    monkeypatch.setattr("firedrill.installed.PACKAGES", tmp_path)
    with pytest.raises(CannotRun) as raised:
        workerd.binary(tmp_path)
    package = "/".join(installed.split("/")[-4:-2])
    assert str(raised.value) == (
        f"workerd is not installed (there is no {package} in node_modules); install it with: firedrill setup"
    )


def test_a_workerd_that_cannot_be_started_is_told(deployment: Deployment, temporary: Path) -> None:
    program = temporary.parent / "workerd"
    program.write_text("no program")
    assert failure(deployment, program=program) == (f"cannot start {program}: Permission denied; install it again")
    assert list(temporary.iterdir()) == []


def test_a_missing_temporary_folder_is_told(deployment: Deployment, temporary: Path) -> None:
    temporary.rmdir()
    assert failure(deployment) == (
        f"cannot make a folder in {temporary}: No such file or directory; fix that, or set TMPDIR"
    )


def test_a_disk_without_room_is_told_before_the_start(
    deployment: Deployment, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(3 * 2**20))
    assert failure(deployment) == f"{temporary} has 3.0 MiB left and 64 MiB are needed: free some space"


def test_a_disk_that_fills_while_writing_is_told(
    deployment: Deployment, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Path, content: bytes) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_bytes", full)
    message = failure(deployment)
    assert message.startswith(f"cannot write to {temporary}{os.sep}firedrill-")
    assert message.endswith(": No space left on device; fix that, or set TMPDIR")
    assert list(temporary.iterdir()) == []


@pytest.mark.workerd
def test_a_disk_that_fills_in_a_take_is_told(
    deployment: Deployment, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "free")
    with deployed(deployment) as worker:
        monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(0))
        with pytest.raises(CannotRun) as raised:
            worker.take([Request(path="/name")])
    assert str(raised.value) == f"{worker.workerd.folder} has 0.0 MiB left and 1 MiB are needed: free some space"
