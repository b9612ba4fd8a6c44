"""A child process that ends with us, however we end."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from firedrill.environment import for_child

_GUARD = 'read -r _; kill -s KILL -- "-$1" 2>/dev/null; shift; rm -rf -- "$@"'
"""Waits for its standard input to close, as it does even when we are killed, and cleans up in our stead."""


@contextmanager
def guarded(process: subprocess.Popen[bytes], *leftovers: Path) -> Iterator[None]:
    """Kill `process`, which leads a group of its own, and all of that group when the block ends or we are killed.

    In the second case its `leftovers`, files or folders, are removed too.
    """
    guard = subprocess.Popen(
        ["/bin/sh", "-c", _GUARD, "guard", str(process.pid), *map(str, leftovers)],
        env=for_child(),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield
    finally:
        if process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        with guard:  # closes its standard input and waits for it
            guard.kill()
