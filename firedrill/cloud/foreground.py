"""`firedrill cloud`: the local cloud for plain `pulumi up`, until Ctrl-C."""

from __future__ import annotations

import signal
import socket
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TextIO

from firedrill.cloud.cloud import Cloud
from firedrill.cloud.ownership_api import VARIABLE, serving_api
from firedrill.cloud.server import serving
from firedrill.cloud.sinks import parse_sinks
from firedrill.cloud.store import Store
from firedrill.errors import CannotRun
from firedrill.sinks.local import LocalDestinations
from firedrill.sinks.programs import Programs

_ONE_FOR_ALL = ("s3://", "gs://")
"""What one program stands for, whatever the address; Azurite has one for each account."""


def run_cloud(
    state_file: Path,
    root: Path,
    ports: tuple[int, int],
    sinks: Sequence[str],
    out: TextIO,
    *,
    api_port: int = 0,
    stand_in: bool = False,
    buckets: bool = False,
) -> None:
    """Serve the cloud of `state_file` on `ports`, and print to `out` what to export; returns when interrupted.

    `root` is the Pulumi project's folder, `sinks` are of the form `host=http://127.0.0.1:PORT`, `stand_in` is as in
    Cloud, `api_port` that of Cloudflare's HTTP API (0: any free one). With `buckets`, real services stand for
    destinations. Raises FiredrillError for another form, CannotRun for a port that is in use.
    """
    given, place = parse_sinks(sinks), state_file.parent.parent / "sinks" / "cloud"
    with ExitStack() as ends:
        programs = Programs(root, ends, place, given)
        destinations = LocalDestinations(programs) if buckets else None
        cloud = Cloud(Store(state_file), root=root, sinks=given, stand_in=stand_in, destinations=destinations)
        with cloud.store.reading():
            pass  # a state that cannot be read is refused before anybody counts on it
        stop, variables = ends.enter_context(_interrupted()), ends.enter_context(serving(cloud, ports))
        variables[VARIABLE] = ends.enter_context(serving_api(cloud, api_port))
        if destinations:
            for conf in _ONE_FOR_ALL:
                with suppress(CannotRun):  # which is told where a job needs it
                    variables |= destinations.variables(conf)
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
