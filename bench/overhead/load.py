"""A client that keeps a few connections busy, and a sink that takes what is sent to it: one event loop, no threads."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from firedrill.errors import CannotRun

CONNECTIONS = 8
OBJECTS, COUNTERS = 16, 8
_TAKEN = b"HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
_LENGTH = re.compile(rb"^content-length: *(\d+)", re.IGNORECASE | re.MULTILINE)


@dataclass
class Sink:
    """Where telemetry is sent to: its port on 127.0.0.1, and what has arrived."""

    port: int = 0
    requests: int = 0
    bytes: int = 0


async def send(port: int, count: int) -> float:
    """Send `count` requests to 127.0.0.1:`port`, on each connection one at a time; returns the seconds that it took.

    The connections are new: workerd closes one that is idle for 5 s. Raises CannotRun for an answer other than 200.
    """
    paths = iter([f"/object-{number % OBJECTS}/counter-{number % COUNTERS}" for number in range(count)])
    connections = [await asyncio.open_connection("127.0.0.1", port) for _ in range(CONNECTIONS)]
    began = time.perf_counter()
    await asyncio.gather(*(_call(reader, writer, paths) for reader, writer in connections))
    seconds = time.perf_counter() - began
    for _, writer in connections:
        writer.close()
    return seconds


@asynccontextmanager
async def listening() -> AsyncIterator[Sink]:
    """A sink that answers 202 to everything, until the block ends and the last client has gone."""
    sink = Sink()
    clients: set[asyncio.Task[None] | None] = set()

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        clients.add(asyncio.current_task())
        while head := await _head(reader):
            sink.requests += 1
            sink.bytes += len(await _body(reader, head))
            writer.write(_TAKEN)
        writer.close()

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    sink.port = server.sockets[0].getsockname()[1]
    try:
        yield sink
    finally:
        server.close()
        await asyncio.gather(*filter(None, clients))


async def _call(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, paths: Iterator[str]) -> None:
    for path in paths:
        writer.write(f"GET {path} HTTP/1.1\r\nHost: counter\r\n\r\n".encode())
        head = await _head(reader)
        body = await _body(reader, head)
        if not head.startswith(b"HTTP/1.1 200 "):
            raise CannotRun(f"the Worker answered {(head + body).decode(errors='replace')!r} to {path}")


async def _head(reader: asyncio.StreamReader) -> bytes:
    """The head of the next message, b"" at the end of the connection."""
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return b""


async def _body(reader: asyncio.StreamReader, head: bytes) -> bytes:
    length = _LENGTH.search(head)
    return await reader.readexactly(int(length[1])) if length else b""
