"""Takes of stubs.mjs: what code does with handlers and stubs works in the drill as it does without."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from firedrill.runtime import Deployment, Faults, Request, Worker, deployed

pytestmark = pytest.mark.workerd

DEPLOYMENT = Deployment(
    {
        "script_name": "stubs",
        "compatibility_date": "2026-11-01",
        "bindings": [{"type": "durable_object_namespace", "name": "ROOM", "class_name": "Room"}],
    },
    (Path(__file__).parent / "stubs.mjs").read_bytes(),
)
UNREACHABLE = Faults(unreachable=1)
LOST = {"name": "Error", "message": "Network connection lost.", "retryable": True}


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with deployed(DEPLOYMENT) as running:
        yield running


def done(worker: Worker, what: str, faults: Faults | None = None) -> Any:
    """What the Worker answers, without an exception anywhere."""
    take = worker.take([Request(path=f"/{what}")], faults=faults or Faults())
    assert [each for invocation in take.invocations for each in invocation.item["exceptions"]] == []
    return json.loads(take.responses[0].body)


def test_handlers_may_be_methods_of_a_frozen_instance(worker: Worker) -> None:
    assert done(worker, "") == "at your service"


@pytest.mark.parametrize(
    ("what", "result"),
    [
        ("awaited", ["hello from one", "hello from third"]),
        ("property", [3, 3, 2]),
        ("pipelined", 3),
        ("className", "Room"),
        ("sent", "hello from other"),
        ("described", ["one", "one", "[object DurableObject]", "DurableObject", "no promise"]),
    ],
)
def test_objects_and_their_stubs_are_what_they_are_without_the_drill(worker: Worker, what: str, result: Any) -> None:
    assert done(worker, what) == result


@pytest.mark.parametrize("what", ["awaited", "pipelined", "sent"])
def test_a_call_of_an_unreachable_object_fails_however_it_is_made(worker: Worker, what: str) -> None:
    assert done(worker, what, UNREACHABLE) == LOST
