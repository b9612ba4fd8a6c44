"""`firedrill cloud`: the local cloud for plain `pulumi up`, until Ctrl-C."""

from __future__ import annotations

import signal
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from firedrill.cloud.cloud import Cloud
from firedrill.cloud.server import serving
from firedrill.cloud.sinks import parse_sinks
from firedrill.cloud.store import Store


def run_cloud(
    state_file: Path, root: Path, ports: tuple[int, int], sinks: Sequence[str], out: TextIO, *, stand_in: bool = False
) -> None:
    """Serve the cloud of `state_file` on `ports`, and print to `out` what to export; returns when interrupted.

    `root` is the Pulumi project's folder, `sinks` are of the form `host=http://127.0.0.1:PORT`, `stand_in` is as in
    Cloud. Raises FiredrillError for another form, CannotRun for a port that is in use.
    """
    cloud = Cloud(Store(state_file), root=root, sinks=parse_sinks(sinks), stand_in=stand_in)
    with cloud.store.reading():
        pass  # a state that cannot be read is refused before anybody counts on it
    with _interrupted() as stop, serving(cloud, ports) as variables:
        out.write("".join(f"export {name}={value}\n" for name, value in variables.items()))
        out.write(f"# Export this where pulumi runs. {state_file} holds what is deployed; Ctrl-C ends the cloud.\n")
        out.flush()
        stop.recv(1)


@contextmanager
def _interrupted() -> Iterator[socket.socket]:
    """A socket that has something to read after Ctrl-C, or when the process is asked to end.

    A queue or an event would miss a signal that comes right before one waits for it.
    """
    stop, waker = socket.socketpair()
    waker.setblocking(False)
    numbers = (signal.SIGINT, signal.SIGTERM)
    with stop, waker:
        before = {number: signal.signal(number, lambda *_: None) for number in numbers}
        former = signal.set_wakeup_fd(waker.fileno())
        try:
            yield stop
        finally:
            signal.set_wakeup_fd(former)
            for number, handler in before.items():
                signal.signal(number, handler)
