"""How other commands reach a running stack: lines of JSON over a loopback connection, with a token that a file holds.

The file (`live/<stack>.json`, readable by its owner only) is there while the stack runs. A connection begins with one
order: {"token", "do": "watch"}, answered by an event a line until the stack ends; {"token", "do": "fault", ...},
answered by {"said"} or {"error"}; or {"token", "do": "end"}, answered by {"said"} before the stack ends.
"""

from __future__ import annotations

import json
import os
import secrets
import socket
import socketserver
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any

from firedrill.errors import CannotRun
from firedrill.files import write_atomically
from firedrill.live.events import Event, from_json, to_json
from firedrill.live.faults import Switch
from firedrill.live.hub import Hub
from firedrill.project import stacks
from firedrill.vendors.errors import FiredrillError
from firedrill.vendors.rules.suggestions import hint

_LONGEST_ORDER = 10_000
_LONGEST_ANSWER = 10_000_000
_PATIENCE_S = 10.0
_KNOWN = {"port", "process", "since", "token"}

Apply = Callable[[Switch], str]
"""Switches a fault, and says what is on now."""


def control_file(folder: Path, stack: str) -> Path:
    """Where a stack that runs says how it can be reached."""
    return folder / "live" / f"{stack}.json"


def log_file(folder: Path, stack: str) -> Path:
    """Where a stack that runs in the background writes what it says."""
    return folder / "live" / f"{stack}.log"


def reached(folder: Path, stack: str) -> dict[str, Any]:
    """What a stack that runs says of itself: `port`, `token`, `process` and since when (ISO 8601) it runs.

    `api` is the address of the vendors' APIs, to which the token is every credential; `archives` are the environment
    variables by which the buckets of jobs are read, by the name of the job.

    Raises OSError or ValueError when it does not run.
    """
    found = json.loads(control_file(folder, stack).read_text(encoding="utf-8"))
    if not isinstance(found, dict) or not found.keys() >= _KNOWN:
        raise ValueError(f"{found!r} is not what a stack says of itself")
    return found


def new_token() -> str:
    """What whoever reaches a stack has to know."""
    return secrets.token_hex(16)


@contextmanager
def served(
    file: Path, hub: Hub, apply: Apply, end: Callable[[], None] | None = None, *, token: str = "", **more: Any
) -> Iterator[None]:
    """Answer orders until the block ends, which ends everybody's watching too; `end` ends the stack (else watching).

    `token` is a new one by default; `more` is said of the stack, too: see `reached`.
    """
    token = token or new_token()

    class Orders(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            with suppress(OSError):  # whoever asked has gone
                _answer(self, token, hub, apply, end or hub.close)

    with _Server(("127.0.0.1", 0), Orders) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        since = datetime.now().astimezone().isoformat(timespec="seconds")
        known = {"port": server.server_address[1], "token": token, "process": os.getpid(), "since": since, **more}
        write_atomically(file, json.dumps(known))
        try:
            yield
        finally:
            file.unlink(missing_ok=True)
            hub.close()
            server.shutdown()


def watch(folder: Path, stack: str) -> Generator[Event, None, None]:
    """The events of a running stack, the last ones first, until it ends. Raises CannotRun when it does not run."""
    with _answered(folder, stack, {"do": "watch"}) as lines, suppress(ConnectionResetError):  # the stack was killed
        yield from map(from_json, lines)


def switch(folder: Path, stack: str, order: Switch) -> str:
    """Switch a fault of a running stack; returns what is on now.

    Raises CannotRun when the stack does not run, FiredrillError for what it refuses.
    """
    with _answered(folder, stack, {"do": "fault", **asdict(order)}) as lines:
        answer = json.loads(next(lines))
    if "error" in answer:
        raise FiredrillError(answer["error"])
    said: str = answer["said"]
    return said


def end(folder: Path, stack: str) -> None:
    """Tell a running stack to end. Raises CannotRun when it does not run."""
    with _answered(folder, stack, {"do": "end"}):
        pass


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False


def _answer(
    request: socketserver.StreamRequestHandler, token: str, hub: Hub, apply: Apply, end: Callable[[], None]
) -> None:
    try:
        order = json.loads(request.rfile.readline(_LONGEST_ORDER))
        known = secrets.compare_digest(order.pop("token"), token)
    except (ValueError, KeyError, AttributeError, TypeError):
        return
    if not known:
        return
    do = order.pop("do")
    if do == "watch":
        _tell(request, hub)
        return
    if do == "end":
        end()
        request.wfile.write(b'{"said": "ending"}\n')
        return
    try:
        answer = {"said": apply(Switch(**order))}
    except FiredrillError as error:
        answer = {"error": str(error)}
    request.wfile.write(json.dumps(answer).encode() + b"\n")


def _tell(request: socketserver.StreamRequestHandler, hub: Hub) -> None:
    watcher = hub.watch()
    try:
        while event := watcher.get():
            request.wfile.write(to_json(event) + b"\n")
    finally:
        hub.leave(watcher)


@contextmanager
def _answered(folder: Path, stack: str, order: dict[str, Any]) -> Iterator[Iterator[bytes]]:
    """The lines that a running stack answers to an order, the first of which has come.

    A stack that was killed leaves its file, and another program may have its port by now.
    """
    try:
        known = reached(folder, stack)
        connection = socket.create_connection(("127.0.0.1", known["port"]), timeout=_PATIENCE_S)
    except (OSError, ValueError) as error:
        known_stacks = stacks(folder.parent)
        if known_stacks and stack not in known_stacks:
            there = f"there is no stack {stack!r}{hint(stack, known_stacks)}"
            raise FiredrillError(f"{there}; stacks: {', '.join(known_stacks)}") from error
        raise CannotRun(f"the stack {stack!r} is not running; start it with: firedrill up --stack {stack}") from error
    with connection, connection.makefile("rb") as lines:
        try:
            connection.sendall(json.dumps({"token": known["token"], **order}).encode() + b"\n")
            first = lines.readline(_LONGEST_ANSWER)
            answered = isinstance(json.loads(first), dict)
        except (OSError, ValueError):
            answered = False
        if not answered:
            raise CannotRun(
                f"port {known['port']} of this machine, where the stack {stack!r} was to be reached, does not answer "
                f"as a stack does; if the stack was killed, start it again with: firedrill up --stack {stack}"
            )
        connection.settimeout(None)
        yield chain([first], lines)
