"""What is asked for before a stack is deployed to be run."""

from __future__ import annotations

import os
import socket
from datetime import datetime
from pathlib import Path

import pytest

from firedrill.engine.lock import RUNS, exclusive
from firedrill.engine.workspace import Workspace
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


def test_a_stack_that_runs_is_named_before_its_own_port_is_called_taken(tmp_path: Path) -> None:
    running = exclusive(Workspace.of(tmp_path).running("dev"), "firedrill up", datetime(2026, 1, 5, 10, 0))
    with running, pytest.raises(CannotRun) as refused:
        require_ports("dev", tmp_path, 8787)
    assert str(refused.value) == f"firedrill up (process {os.getpid()}, since 10:00:00) {RUNS}"


def test_any_ports_need_no_asking(tmp_path: Path) -> None:
    require_ports("none", tmp_path, 0)
