"""One workerd process on loopback, gone without a trace when its block ends, however it ends."""

from __future__ import annotations

import json
import os
import platform
import select
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from firedrill.environment import for_child
from firedrill.errors import CannotRun
from firedrill.guard import guarded
from firedrill.installed import from_npm, how_to_set_up

NEEDED_BYTES = 64 * 1024 * 1024
LEFT_BYTES = 1024 * 1024
"""Below this, the storage times of Durable Objects would measure this disk."""
START_SECONDS = 10.0
"""Far above the 0.1 s that a start takes, so that a loaded machine does not fail."""
INSPECTOR = "inspector"
_FOLDER = "--directory-path="

_MEMORY_FOLDER = Path("/dev/shm")  # noqa: S108 - storage in memory: Durable Objects wait for the disk otherwise
_NOISE = ("warning:", 'Worker "harness"')
"""In lines that only follow from the line that tells what is wrong."""


class Silent(CannotRun):
    """workerd runs and says nothing for `after_s`: code that does not end lets nothing else run."""

    def __init__(self, message: str, after_s: float) -> None:
        """Tell `message`."""
        self.after_s = after_s
        super().__init__(message)


@dataclass(frozen=True)
class Workerd:
    """A running workerd: its process, its folder, and the loopback port of each socket by name."""

    process: subprocess.Popen[bytes]
    folder: Path
    ports: Mapping[str, int]

    def check(self) -> None:
        """Raise CannotRun when the process has ended, with what it last said, or when its disk is full."""
        if self.process.poll() is not None:
            raise CannotRun(_ended(self.process, self.folder))
        _require(self.folder, LEFT_BYTES)


def binary(root: Path) -> Path:
    """The native workerd that the project in `root` has from npm; raises CannotRun when there is none."""
    system = "darwin" if platform.system() == "Darwin" else "linux"
    machine = "arm64" if platform.machine().lower() in ("arm64", "aarch64") else "64"
    package = f"@cloudflare/workerd-{system}-{machine}"
    path = from_npm(root, f"{package}/bin/workerd")
    if path is None:
        raise CannotRun(
            f"workerd is not installed (there is no {package} in node_modules); install it with: {how_to_set_up(root)}"
        )
    return path


@contextmanager
def serve(
    files: Mapping[str, bytes],
    sockets: Sequence[str],
    *,
    program: Path,
    arguments: Sequence[str] = ("config.capnp",),
    start_s: float | None = None,
    inspected: bool = False,
) -> Iterator[Workerd]:
    """Run `program`, which is workerd, on `files` (config.capnp and what it names) until the block ends.

    `arguments` say which of them it reads, and how. The folders that it is told to write to are made.

    It waits for all `sockets` to listen.
    With `inspected`, V8's inspector listens too, as the socket INSPECTOR.
    Raises CannotRun when it is missing, does not start, or there is no room for its folder; Silent when it does not
    listen within `start_s`, START_SECONDS unless given.
    """
    command = [str(program), "serve", "--experimental", *arguments]  # for the harness's own flags
    if inspected:
        command.append("--inspector-addr=127.0.0.1:0")
        sockets = [*sockets, INSPECTOR]
    with ExitStack() as stack:
        folder = _folder()
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        _write(folder, files, ["storage", *(each.split("=")[2] for each in arguments if each.startswith(_FOLDER))])
        process, control = _start(command, folder)
        stack.callback(os.close, control)
        stack.enter_context(guarded(process, folder))
        yield Workerd(process, folder, _listening(process, folder, control, sockets, start_s or START_SECONDS))


def _folder() -> Path:
    parent = _MEMORY_FOLDER if os.access(_MEMORY_FOLDER, os.W_OK) else Path(tempfile.gettempdir())
    try:
        _require(parent, NEEDED_BYTES)
        return Path(tempfile.mkdtemp(prefix="firedrill-", dir=parent))
    except OSError as error:
        raise CannotRun(f"cannot make a folder in {parent}: {error.strerror}; fix that, or set TMPDIR") from error


def _write(folder: Path, files: Mapping[str, bytes], folders: Sequence[str]) -> None:
    try:
        for name in folders:
            (folder / name).mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / name).write_bytes(content)
    except OSError as error:
        raise CannotRun(f"cannot write to {folder}: {error.strerror}; fix that, or set TMPDIR") from error


def _require(folder: Path, needed: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise CannotRun(
            f"{folder} has {free / 2**20:.1f} MiB left and {needed / 2**20:.0f} MiB are needed: free some space"
        )


def _start(command: Sequence[str], folder: Path) -> tuple[subprocess.Popen[bytes], int]:
    """The process, in a group of its own, and the pipe on which it announces its sockets."""
    control, control_end = os.pipe()
    try:
        with (folder / "stderr").open("wb") as errors:
            process = subprocess.Popen(
                [*command, f"--control-fd={control_end}"],
                cwd=folder,
                env=for_child(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                pass_fds=[control_end],
                start_new_session=True,
            )
    except OSError as error:
        os.close(control)
        raise CannotRun(f"cannot start {command[0]}: {error.strerror}; install it again") from error
    finally:
        os.close(control_end)
    return process, control


def _listening(
    process: subprocess.Popen[bytes], folder: Path, control: int, sockets: Sequence[str], start_s: float
) -> dict[str, int]:
    """The port of each socket, once workerd has announced all of them on its control pipe."""
    deadline = time.monotonic() + start_s
    announced = b""
    while True:
        ports = {
            event.get("socket", INSPECTOR): event["port"]
            for event in map(json.loads, announced.splitlines()[: announced.count(b"\n")])
            if event["event"] in ("listen", "listen-inspector")
        }
        if ports.keys() >= set(sockets):
            return ports
        if not select.select([control], [], [], max(0.0, deadline - time.monotonic()))[0]:
            raise Silent(f"workerd did not listen within {start_s:g} s{_last_words(folder)}", start_s)
        chunk = os.read(control, 4096)
        if not chunk:
            process.wait()
            raise CannotRun(_ended(process, folder))
        announced += chunk


def _ended(process: subprocess.Popen[bytes], folder: Path) -> str:
    code = process.returncode
    how = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
    return f"workerd {how}{_last_words(folder)}"


def _last_words(folder: Path) -> str:
    lines = "\n".join(map(_plain, (folder / "stderr").read_text(errors="replace").splitlines())).splitlines()
    telling = [line for line in lines if not any(noise in line for noise in _NOISE)][-5:]
    return "; it last said:\n  " + "\n  ".join(telling) if telling else ""


def _plain(line: str) -> str:
    """What a line says; Miniflare's configuration has workerd write its lines as JSON."""
    try:
        told = json.loads(line)
    except ValueError:
        return line
    return str(told.get("message", line)) if isinstance(told, dict) else line
