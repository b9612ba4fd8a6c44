"""A server of ours that answers uploads as its vendor documents, keeps what it accepts, and misbehaves on request."""

from __future__ import annotations

import gzip
import socket
import struct
import threading
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

from firedrill.local_server import QuietHandler, serving
from firedrill.vendors.cloudflare.uploads import TEST


class Request(NamedTuple):
    """What was posted; names of headers are in lower case, `lines` uncompressed."""

    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    lines: bytes


class Answer(NamedTuple):
    """What the vendor answers; what it accepts (a status below 300) is kept: `lines`, else those of the request."""

    status: int
    body: str = ""
    lines: bytes | None = None


class Trouble(NamedTuple):
    """What happens to a request instead of an answer.

    `status` is answered with `headers`; without one the connection is reset, or nobody answers (`silent`) until the
    sender gives up. `keeps` is whether the upload is kept all the same.
    """

    status: int = 0
    headers: Mapping[str, str] = {}
    silent: bool = False
    keeps: bool = False


Rule = Callable[[Request], Answer]
Schedule = Callable[[int], Trouble | None]
"""What goes wrong with the request of that number, the first one being 0; None for nothing."""


class Receiver:
    """What a server accepts goes to `file`, uploads one after the other."""

    def __init__(self, rule: Rule, file: Path, schedule: Schedule = lambda _: None) -> None:
        self.file, self._rule, self._schedule = file, rule, schedule
        self._lock, self._requests, self._taken = threading.Lock(), 0, 0
        self._ending = threading.Event()
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"")

    def kept(self) -> Iterator[bytes]:
        """What was accepted so far."""
        with self._lock:
            yield self.file.read_bytes()

    @property
    def taken(self) -> int:
        """How many requests were taken, whatever came of them."""
        with self._lock:
            return self._taken

    @contextmanager
    def serving(self, port: int = 0) -> Iterator[str]:
        """Listen at a port, any free one by default, until the block ends; gives the address."""
        answer = self.answer

        class Handler(QuietHandler):
            def do_POST(self) -> None:  # noqa: N802 - its name there
                with suppress(OSError):  # who has asked is gone
                    answer(self)

        self._ending.clear()
        with serving(Handler, port) as address:
            try:
                yield address
            finally:
                self._ending.set()

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Take one request and answer it."""
        with self._lock:
            number, self._requests = self._requests, self._requests + 1
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        trouble = self._schedule(number)
        answer = self._accepted(handler, body) if trouble is None or trouble.keeps else Answer(trouble.status)
        with self._lock:
            self._taken += 1
        if trouble is None:
            _send(handler, answer.status, answer.body)
        elif trouble.silent:
            self._ending.wait()
        elif trouble.status:
            _send(handler, trouble.status, "", trouble.headers)
        else:
            _reset(handler)

    def _accepted(self, handler: BaseHTTPRequestHandler, body: bytes) -> Answer:
        url = urlsplit(handler.path)
        headers = {name.lower(): _as_utf8(value) for name, value in handler.headers.items()}
        try:
            lines = gzip.decompress(body) if headers.get("content-encoding") == "gzip" else body
        except (OSError, EOFError, zlib.error):
            return Answer(400, "the body is no gzip")
        query = dict(parse_qsl(url.query, keep_blank_values=True))
        answer = self._rule(Request(url.path, query, headers, lines))
        if answer.status < 300 and lines != TEST:
            with self._lock, self.file.open("ab") as file:
                file.write(lines if answer.lines is None else answer.lines)
        return answer


def _as_utf8(value: str) -> str:
    """A header's value, which the library has read byte by byte."""
    return value.encode("latin-1").decode(errors="replace")


def _send(handler: BaseHTTPRequestHandler, status: int, body: str, headers: Mapping[str, str] = {}) -> None:
    handler.send_response(status)
    for name, value in {"Content-Length": str(len(body.encode())), "Connection": "close", **headers}.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body.encode())


def _reset(handler: BaseHTTPRequestHandler) -> None:
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()
