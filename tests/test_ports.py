"""Ports that cannot be used are told before anything is done."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from firedrill.errors import CannotRun
from firedrill.ports import require_free


@pytest.fixture
def used() -> Iterator[int]:
    """A port at which something listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_every_port_that_cannot_be_used_is_named_with_who_needs_it(used: int) -> None:
    with pytest.raises(CannotRun) as refused:
        require_free([(used, "the Worker 'a'"), (0, "the Worker 'b'"), (65_536, "the Worker 'c'")], "Choose others.")
    assert str(refused.value) == (
        f"port {used} cannot be used by the Worker 'a' (Address already in use);"
        " port 65536 cannot be used by the Worker 'c' (the last one is 65535). Choose others."
    )


def test_any_free_port_may_be_wanted_by_all() -> None:
    require_free([(0, "a"), (0, "b")], "")


def test_a_port_whose_connections_linger_is_free() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            server.accept()[0].close()
    require_free([(port, "a")], "")
