"""Ports of this machine, asked for before anything is done that needs them."""

from __future__ import annotations

import socket
from collections.abc import Sequence

from firedrill.errors import CannotRun

HOST = "127.0.0.1"
LAST = 65_535


def require_free(wanted: Sequence[tuple[int, str]], change: str) -> None:
    """See that each port can be listened at, and that no two programs want the same; 0 is any free port.

    `wanted` has each port with what listens there, `change` says what to do. Raises CannotRun with every problem.
    """
    problems = []
    holders: dict[int, str] = {}
    for port, what in wanted:
        reason = _obstacle(port)
        if port and port in holders:
            problems.append(f"port {port} cannot be used by both {holders[port]} and {what}")
        elif reason:
            problems.append(f"port {port} cannot be used by {what} ({reason})")
        holders[port] = what
    if problems:
        raise CannotRun(f"{'; '.join(problems)}. {change}")


def _obstacle(port: int) -> str:
    """Why nobody can listen at the port, "" when one can; connections that linger do not count, as with servers."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OverflowError:
            return f"the last one is {LAST}"
        except OSError as error:
            return error.strerror or str(error)
    return ""
