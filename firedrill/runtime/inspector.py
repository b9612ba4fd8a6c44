"""Exceptions that the Worker catches itself, seen by V8's inspector (chromedevtools.github.io/devtools-protocol)."""

from __future__ import annotations

import base64
import json
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import IO, Any

from firedrill.errors import CannotRun

PATIENCE_S = 10.0
_THROWN = ("exception", "promiseRejection")
_SWITCHED_ON = 2
_RESUME = 3


@contextmanager
def exceptions_of(port: int, service: str) -> Iterator[list[str]]:
    """Note each exception that the service throws while the block lasts, caught or not: its text and its stack.

    `port` is that of workerd's inspector on 127.0.0.1. Raises CannotRun when it does not answer.
    """
    found: list[str] = []
    with ExitStack() as stack:
        try:
            connection = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S))
            frames = stack.enter_context(connection.makefile("rb"))
            _open(connection, frames, service)
            _send(connection, 1, "Debugger.enable")
            _send(connection, _SWITCHED_ON, "Debugger.setPauseOnExceptions", state="all")
            while _message(frames).get("id", 0) < _SWITCHED_ON:
                pass
        except OSError as error:
            raise CannotRun(f"the inspector of workerd does not answer: {error}") from error
        connection.settimeout(None)
        watching = threading.Thread(target=_watch, args=(connection, frames, found), daemon=True)
        watching.start()
        try:
            yield found
        finally:
            with suppress(OSError):  # workerd may have gone before us
                connection.shutdown(socket.SHUT_RDWR)
            watching.join()


def _watch(connection: socket.socket, frames: IO[bytes], found: list[str]) -> None:
    """Let the Worker go on after each exception, until the connection is closed."""
    try:
        while True:
            message = _message(frames)
            if message.get("method") == "Debugger.paused":
                told = message["params"]
                if told["reason"] in _THROWN and told.get("data", {}).get("description"):
                    found.append(told["data"]["description"])
                _send(connection, _RESUME, "Debugger.resume")
    except OSError:
        return


def _open(connection: socket.socket, frames: IO[bytes], service: str) -> None:
    key = base64.b64encode(os.urandom(16)).decode()
    headers = f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}"
    connection.sendall(f"GET /{service} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}\r\n\r\n".encode())
    status = frames.readline()
    if b" 101 " not in status:
        raise OSError(status.decode(errors="replace").strip() or "it closed the connection")
    while frames.readline().strip():
        pass


def _send(connection: socket.socket, number: int, method: str, **params: str) -> None:
    """A message as one masked WebSocket frame (RFC 6455); the mask of zeros does not change it."""
    content = json.dumps({"id": number, "method": method, "params": params}).encode()
    connection.sendall(bytes([0x81, 0x80 | len(content), 0, 0, 0, 0]) + content)


def _message(frames: IO[bytes]) -> dict[str, Any]:
    """The next message; raises ConnectionError when there will be no more."""
    header = frames.read(2)
    length = header[1] & 0x7F if len(header) == 2 else 0
    if length >= 126:
        length = int.from_bytes(frames.read(2 if length == 126 else 8), "big")
    content = frames.read(length)
    if not length or len(content) < length:
        raise ConnectionError("the connection was closed")
    parsed: dict[str, Any] = json.loads(content)
    return parsed
