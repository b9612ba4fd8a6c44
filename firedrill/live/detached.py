"""A stack that runs in the background: in a session of its own, with a log, and waited for until it serves.

Run as a module it is that process: `python -m firedrill.live.detached STACK ROOT PORT SPEED [SINK]... REPORT`, REPORT
being the number of an open file in which it says, as one line of JSON, that it serves.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from firedrill.environment import for_python
from firedrill.errors import CannotRun
from firedrill.files import OWNER_ONLY
from firedrill.installed import PACKAGES
from firedrill.live.control import log_file
from firedrill.vendors.errors import FiredrillError

_LAST_LINES = 20
_FAILED = 2


@dataclass(frozen=True)
class Detached:
    """A process that serves in the background, and what it said when it began to."""

    process: subprocess.Popen[bytes]
    said: tuple[str, ...]


def start(stack: str, root: Path, folder: Path, *, port: int, speed: float, sinks: Sequence[str] = ()) -> Detached:
    """Run what a stack has deployed in the background; see `launch` and `serve_stack`."""
    module = [sys.executable, "-P", "-m", "firedrill.live.detached"]
    command = [*module, stack, str(root.resolve()), str(port), str(speed), *sinks]
    return launch(command, log_file(folder, stack))


def launch(command: Sequence[str], log: Path) -> Detached:
    """Start a process that outlives us, with its output in `log`, and wait until it serves.

    The command gets the number of the file to report in as its last argument. Raises CannotRun, with what the process
    has said, when it ends without serving.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    readable, writable = os.pipe()
    try:
        with os.fdopen(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ONLY), "wb") as out:
            process = subprocess.Popen(
                [*command, str(writable)],
                env=for_python(PACKAGES),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
                pass_fds=(writable,),
            )
    finally:
        os.close(writable)
    with os.fdopen(readable, encoding="utf-8") as reports:
        try:
            report = reports.readline()
        except KeyboardInterrupt:
            process.terminate()
            process.wait()
            raise
    if report:
        return Detached(process, tuple(json.loads(report)))
    process.wait()
    told = "\n".join(log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-_LAST_LINES:])
    raise CannotRun(told or f"the process in the background ended with code {process.returncode} and said nothing")


def serve(report: int, run: Callable[[Callable[[str], None], Callable[[], None]], None]) -> int:
    """Be that process: `run` is given what announces a line and what says that it serves; returns the exit code.

    SIGTERM ends it as Ctrl-C does.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    said: list[str] = []

    def announce(text: str) -> None:
        said.append(text)
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()

    def serving() -> None:
        # Whoever has started us may have been killed meanwhile.
        with suppress(BrokenPipeError), os.fdopen(report, "w", encoding="utf-8") as out:
            out.write(json.dumps(said) + "\n")

    try:
        run(announce, serving)
    except FiredrillError as error:
        sys.stderr.write(f"{error}\n")
        return _FAILED
    except KeyboardInterrupt:  # before it served
        return _FAILED
    return 0


def _main(stack: str, root: str, port: str, speed: str, *sinks_and_report: str) -> int:
    from firedrill.live.launch import serve_stack

    *sinks, report = sinks_and_report
    return serve(
        int(report),
        lambda announce, serving: serve_stack(
            stack, Path(root), port=int(port), speed=float(speed), sinks=sinks, announce=announce, serving=serving
        ),
    )


if __name__ == "__main__":
    sys.exit(_main(*sys.argv[1:]))
