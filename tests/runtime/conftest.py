from __future__ import annotations

import itertools
import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from firedrill.components.worker import bundle
from firedrill.installed import PACKAGES as REPOSITORY
from firedrill.runtime import Deployment, Request, Worker, deployed
from firedrill.runtime.source_map import sources_of
from firedrill.vendors.cloudflare.trace_items import Invocation

BUNDLE = (Path(__file__).parent / "worker.mjs").read_bytes()
QUOTED = 'a "quoted"\\ text\nwith é'


@pytest.fixture(scope="session")
def deployment() -> Deployment:
    """worker.mjs as somebody would declare it, with an alarm that no take reaches."""
    bindings = [
        {"type": "durable_object_namespace", "name": "COUNTER", "class_name": "Counter"},
        {"type": "plain_text", "name": "NAME", "text": QUOTED},
        {"type": "plain_text", "name": "ALARM_MS", "text": "300000"},
    ]
    return Deployment({"script_name": "tiny", "compatibility_date": "2026-01-01", "bindings": bindings}, BUNDLE)


@pytest.fixture(scope="session")
def worker(deployment: Deployment) -> Iterator[Worker]:
    """One running Worker for all tests: takes do not disturb one another."""
    with deployed(deployment) as running:
        yield running


@pytest.fixture(scope="session")
def increment() -> Callable[[], Request]:
    """A request to an object that no other request goes to."""
    numbers = itertools.count()
    return lambda: Request(path=f"/increment?id=object-{next(numbers)}")


def lines(invocations: tuple[Invocation, ...]) -> list[dict[str, Any]]:
    """What the invocations wrote with console.debug, parsed."""
    logs = [log for invocation in invocations for log in invocation.item["logs"]]
    return [json.loads(log["message"][0]) for log in logs if log["level"] == "debug"]


@pytest.fixture
def read_lines() -> Callable[[tuple[Invocation, ...]], list[dict[str, Any]]]:
    return lines


@pytest.fixture
def eventually() -> Callable[[Callable[[], bool]], bool]:
    """Whether a condition holds within ten seconds: for what another process does in its own time."""

    def wait(condition: Callable[[], bool]) -> bool:
        deadline = time.monotonic() + 10
        while not condition() and time.monotonic() < deadline:
            time.sleep(0.01)
        return condition()

    return wait


@pytest.fixture
def is_gone() -> Callable[[int], bool]:
    """Whether a process has ended."""

    def gone(pid: int) -> bool:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        return False

    return gone


@pytest.fixture
def built(tmp_path: Path) -> Callable[[str], Deployment]:
    """Bundles a module of TypeScript, src/index.ts, as a component does; it binds its class Room, if it has one."""

    def build(source: str) -> Deployment:
        (tmp_path / "node_modules").symlink_to(REPOSITORY / "node_modules")
        (tmp_path / "src").mkdir()
        (tmp_path / "src" / "index.ts").write_text(source)
        classes = ["Room"] if "class Room" in source else []
        path = bundle.build(tmp_path, "chat", "src/index.ts", classes).path
        bindings = [{"type": "durable_object_namespace", "name": "ROOM", "class_name": each} for each in classes]
        script = {"script_name": "chat", "compatibility_date": "2026-01-01", "bindings": bindings}
        return Deployment(script, (tmp_path / path).read_bytes(), sources=sources_of(path, tmp_path))

    return build
