"""HTTP servers of ours on this machine, which are gone when their block ends."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from firedrill.ports import HOST

_POLL_S = 0.05
"""How long the end of a block may wait for its server."""


class QuietHandler(BaseHTTPRequestHandler):
    """Writes no line about each request."""

    disable_nagle_algorithm = True  # else a body waits some 40 ms for the reader to confirm the headers

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - its name there
        """Nothing."""

    def send_json(self, status: int, body: Any) -> None:
        """Answer a value as JSON."""
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128  # the default is 5: what a burst drops is sent again seconds later


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler], port: int = 0) -> Iterator[str]:
    """Answer at a port, any free one by default, until the block ends; gives the address: http://127.0.0.1:PORT."""
    with _Server((HOST, port), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": _POLL_S}, daemon=True)
        thread.start()
        try:
            yield f"http://{HOST}:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
