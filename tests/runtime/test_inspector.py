"""The connection to V8's inspector, where it fails."""

from __future__ import annotations

import socket
import threading

import pytest

from firedrill.errors import CannotRun
from firedrill.runtime.inspector import exceptions_of


@pytest.mark.parametrize(
    ("answer", "reason"),
    [(b"HTTP/1.1 404 Not Found\r\n\r\n", "HTTP/1.1 404 Not Found"), (b"", "it closed the connection")],
)
def test_an_inspector_that_does_not_answer_is_told(answer: bytes, reason: str) -> None:
    def serve(server: socket.socket) -> None:
        connection, _ = server.accept()
        with connection:
            connection.recv(4096)
            connection.sendall(answer)

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=serve, args=(server,), daemon=True).start()
        with pytest.raises(CannotRun) as raised, exceptions_of(server.getsockname()[1], "worker"):
            pass
    assert str(raised.value) == f"the inspector of workerd does not answer: {reason}"
