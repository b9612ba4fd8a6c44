"""Programs that stand for destinations: started when the first sink needs them, ended with the block."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import IO

from firedrill.environment import for_python
from firedrill.errors import CannotRun
from firedrill.extras import require
from firedrill.guard import guarded
from firedrill.installed import PACKAGES
from firedrill.ports import HOST


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

    @cached_property
    def aws(self) -> str:
        """The address of S3 and Kinesis. Raises CannotRun when moto is not installed or does not start."""
        for library in ("moto", "flask"):
            require(library)
        command = [sys.executable, "-P", "-m", "firedrill.sinks.aws_server"]
        return f"http://{HOST}:{_first_line(self._start(command, for_python(PACKAGES)), 'moto')}"

    def _start(self, command: Sequence[str], environment: Mapping[str, str]) -> IO[bytes]:
        """Start a program that ends with us, however we end; returns what it prints."""
        process = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        output = process.stdout
        assert output
        self.ends.callback(output.close)
        self.ends.enter_context(guarded(process))
        return output


def _first_line(output: IO[bytes], name: str) -> str:
    line = output.readline().decode().strip()
    if not line:
        raise CannotRun(f"{name}, which stands for destinations of logs on this machine, has ended while it started")
    return line
