"""Programs that stand for destinations: started when the first sink needs them, ended with the block."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import IO

from firedrill.environment import for_child, for_python
from firedrill.errors import CannotRun
from firedrill.extras import require
from firedrill.guard import guarded
from firedrill.installed import PACKAGES, from_npm, is_checkout
from firedrill.ports import HOST

FROM_SINKS = Path(".firedrill", "sinks")
"""Where `make sinks` installs npm packages."""
_AZURITE = "azurite/dist/src/blob/main.js"
_GCS = "fake-gcs-server"


@dataclass(frozen=True)
class Programs:
    """Those that run for the sinks of one project, whose folder is `root`, until `ends` are closed.

    Receivers of ours keep what they get in `folder`. `sinks` are programs of somebody else, by the host of a
    destination that they stand for.
    """

    root: Path
    ends: ExitStack
    folder: Path
    sinks: Mapping[str, str] = field(default_factory=dict)
    _accounts: dict[str, str] = field(default_factory=dict)

    @cached_property
    def aws(self) -> str:
        """The address of S3 and Kinesis. Raises CannotRun when moto is not installed or does not start."""
        for library in ("moto", "flask"):
            require(library)
        command = [sys.executable, "-P", "-m", "firedrill.sinks.aws_server"]
        return f"http://{HOST}:{_announced(self._start(command, for_python(PACKAGES)), '', 'moto')}"

    @cached_property
    def gcs(self) -> str:
        """The address of Google Cloud Storage. Raises CannotRun when fake-gcs-server is not there or does not start."""
        program = self._found(Path(".firedrill", "bin", _GCS)) or shutil.which(_GCS)
        if program is None:
            raise CannotRun(_missing(_GCS))
        with socket.create_server((HOST, 0)) as free:  # it does not tell which port it has taken
            port = free.getsockname()[1]
        address = f"http://{HOST}:{port}"
        options = {"scheme": "http", "host": HOST, "port": port, "backend": "memory", "public-host": HOST}
        command = [str(program), *(f"-{name}={value}" for name, value in options.items())]
        _announced(self._start(command, for_child()), "server started at", _GCS)
        return address

    def azure(self, account: str, key: str) -> str:
        """The address of Azure's blobs with one account. Raises CannotRun when Azurite is not there."""
        if account not in self._accounts:
            self._accounts[account] = self._azurite(account, key)
        return self._accounts[account]

    def _azurite(self, account: str, key: str) -> str:
        program = self._found(FROM_SINKS / "node_modules" / _AZURITE) or from_npm(self.root, _AZURITE)
        node = shutil.which("node", path=str(Path(sys.executable).parent)) or shutil.which("node")
        if program is None or node is None:
            raise CannotRun(_missing("Azurite" if program is None else "Node, for Azurite,"))
        options = ("--blobHost", HOST, "--blobPort", "0", "--inMemoryPersistence", "--skipApiVersionCheck")
        command = [node, str(program), *options, "--disableTelemetry"]
        output = self._start(command, {**for_child(), "AZURITE_ACCOUNTS": f"{account}:{key}"})
        return _announced(output, "successfully listens on", "Azurite").rpartition(" ")[2]

    def _found(self, path: Path) -> Path | None:
        """A file of the project, or of the checkout that Firedrill runs from."""
        return next((place / path for place in (self.root, PACKAGES) if (place / path).is_file()), None)

    def _start(self, command: Sequence[str], environment: Mapping[str, str]) -> IO[bytes]:
        """Start a program that ends with us, however we end; returns what it prints."""
        process = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        output = process.stdout
        assert output
        self.ends.enter_context(guarded(process))
        return output


def _announced(output: IO[bytes], text: str, name: str) -> str:
    """The first line that a program prints with a text in it; what it prints later is nobody's."""
    line = ""
    while text not in line or not line:
        printed = output.readline()
        line = printed.decode().strip()
        if not printed:
            output.close()
            raise CannotRun(
                f"{name}, which stands for destinations of logs on this machine, has ended while it started"
            )
    threading.Thread(target=_drain, args=(output,), daemon=True).start()
    return line


def _drain(output: IO[bytes]) -> None:
    """Read on: a pipe that is full would stop the program."""
    with output:
        while output.read(1 << 16):
            pass


def _missing(name: str) -> str:
    how = "make sinks" if is_checkout() else "see docs/how-to/send-logs-elsewhere.md"
    return f"{name} is not on this machine; to install it: {how}"
