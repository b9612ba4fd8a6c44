"""`firedrill cloud`: the local cloud for plain `pulumi up`, until Ctrl-C."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from typing import TextIO

from firedrill.cloud.cloud import Cloud
from firedrill.cloud.server import serving
from firedrill.cloud.store import Store
from firedrill.vendors.errors import FiredrillError

_SINK = re.compile(r"(?P<host>[^=]+)=(?P<address>http://(127\.0\.0\.1|localhost|\[::1\]):\d{1,5})/?")


def run_cloud(state_file: Path, root: Path, ports: tuple[int, int], sinks: Sequence[str], out: TextIO) -> None:
    """Serve the cloud of `state_file` on `ports`, and print to `out` what to export; returns when interrupted.

    `root` is the Pulumi project's folder, `sinks` are of the form `host=http://127.0.0.1:PORT`. Raises FiredrillError
    for another form, CannotRun for a port that is in use.
    """
    store = Store(state_file)
    with store.reading():
        pass  # a state that cannot be read is refused before anybody counts on it
    with _interrupted() as stop, serving(Cloud(store, root=root, sinks=parse_sinks(sinks)), ports) as variables:
        out.write("".join(f"export {name}={value}\n" for name, value in variables.items()))
        out.write(f"# Export this where pulumi runs. {state_file} holds what is deployed; Ctrl-C ends the cloud.\n")
        out.flush()
        stop.get()


def parse_sinks(sinks: Sequence[str]) -> Mapping[str, str]:
    """The local address that stands for each host. Raises FiredrillError for one that is not of this machine."""
    parsed = {}
    for sink in sinks:
        match = _SINK.fullmatch(sink)
        if match is None:
            raise FiredrillError(f"The sink is {sink!r}; it must be <host>=http://127.0.0.1:<port>.")
        parsed[match["host"]] = match["address"]
    return parsed


@contextmanager
def _interrupted() -> Iterator[SimpleQueue[None]]:
    """A queue that gets something by Ctrl-C, or when the process is asked to end.

    No event: its lock is held for moments of waiting, and a handler that strikes then would wait for ever.
    """
    stop: SimpleQueue[None] = SimpleQueue()
    before = {number: signal.signal(number, lambda *_: stop.put(None)) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
