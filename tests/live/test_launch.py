"""What is asked for before a stack is deployed to be run."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from firedrill.errors import CannotRun
from firedrill.live.launch import require_ports

ROOT = Path(__file__).parents[2]


def test_each_port_that_the_workers_of_a_stack_would_take_has_to_be_free() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        used = server.getsockname()[1]
        with pytest.raises(CannotRun) as refused:
            require_ports("example", ROOT, used - 1)
    assert f"port {used} cannot be used by the Worker 'chat-room' (Address already in use)" in str(refused.value)
    assert str(refused.value).endswith(
        ". Nothing was deployed. End what listens there, give another --port, or none for any."
    )


def test_any_ports_need_no_asking(tmp_path: Path) -> None:
    require_ports("none", tmp_path, 0)
