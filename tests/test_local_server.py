"""HTTP servers of ours on this machine."""

from __future__ import annotations

import socket
import urllib.request

from firedrill.local_server import QuietHandler, serving


def test_an_answer_does_not_wait_for_the_reader_to_confirm_its_headers() -> None:
    waits = []

    class Handler(QuietHandler):
        def do_GET(self) -> None:  # noqa: N802 - its name there
            waits.append(not self.connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            self.send_json(200, {})

    with serving(Handler) as address, urllib.request.urlopen(address) as answer:  # noqa: S310 - ours
        assert answer.read() == b"{}"
    assert waits == [False]
