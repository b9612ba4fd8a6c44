"""An hour in which clients come and go over WebSockets, as captures of production show their ends."""

from __future__ import annotations

import io
from collections import Counter as Counted
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from firedrill.drill.choice import Choice
from firedrill.drill.drill import drill_resources
from firedrill.drill.record import Recorder
from firedrill.drill.result import WorkerResult
from firedrill.drill.stages import Counter, Stages
from firedrill.render import render
from firedrill.resources import Resource
from firedrill.runtime.deployment import Deployment
from firedrill.runtime.take import Take
from firedrill.scenarios.scenario import TakeSpec
from firedrill.vendors.cloudflare.trace_items import Invocation, event_type

ROOT = Path(__file__).resolve().parents[2]
UPGRADE = {"request": {"url": "https://shop.example/room", "method": "GET", "headers": {"upgrade": "websocket"}}}
CLOSED = {"getWebSocketEvent": {"webSocketEventType": "close", "code": 1006, "wasClean": False}}
ENDS: Mapping[str, tuple[tuple[str, str, Mapping[str, Any]], ...]] = {
    "left": (
        ("", "canceled", UPGRADE),
        ("ConversationStateDO", "responseStreamDisconnected", UPGRADE),
        ("ConversationStateDO", "ok", CLOSED),
        ("ConversationStateDO", "canceled", {"rpcMethod": "store"}),
    ),
    "broke off": (("", "exception", UPGRADE),),
}
"""By what happens to a client: the invocations of it, each with its entrypoint, its outcome and its event."""

LIFE_MS = 26_703
"""How long a client, or the caller of an object, lived."""

pytestmark = pytest.mark.workerd


@pytest.fixture
def hour(rendered: list[Resource], recorder: Recorder) -> Callable[[str], WorkerResult]:
    """Drill the declared stack in healthy traffic among which as many clients end in the same way."""

    def run(end: str) -> WorkerResult:
        def record(deployment: Deployment, specs: Iterable[TakeSpec], progress: Counter) -> dict[str, Take]:
            return {name: joined(take, end) for name, take in recorder(deployment, specs, progress).items()}

        choice = Choice(root=ROOT, scenarios=("healthy",))
        stages = Stages(Console(file=io.StringIO()))
        return drill_resources(rendered, choice, stages, record=record).result.workers[0]

    return run


def joined(take: Take, end: str) -> Take:
    """The take with the invocations of a client beside each of a request."""
    more = [
        Invocation(
            {
                "eventTimestamp": there.item["eventTimestamp"],
                "entrypoint": entrypoint,
                "outcome": outcome,
                "event": event,
                "exceptions": [],
                "logs": [],
            },
            wall_ms=there.wall_ms if outcome == "ok" else LIFE_MS,
        )
        for there in take.invocations
        if not there.item.get("entrypoint")
        for entrypoint, outcome, event in ENDS[end]
    ]
    assert more
    return replace(take, invocations=(*take.invocations, *more))


def as_in_production(there: Invocation) -> Invocation:
    """A WebSocket whose client left, and a call whose caller kept the result: open for as long as either lived."""
    kind, of_object = event_type(there.item), bool(there.item.get("entrypoint"))
    if kind == "worker_rpc":
        outcome = "canceled"
    elif kind == "fetch" and "response" not in there.item["event"]:
        outcome = "responseStreamDisconnected" if of_object else "canceled"
    else:
        return there
    return replace(there, item={**there.item, "outcome": outcome}, wall_ms=LIFE_MS)


def test_an_hour_of_chat_rooms_whose_members_come_and_go_notifies_nobody(recorder: Recorder) -> None:
    ended = Counted[str]()

    def record(deployment: Deployment, specs: Iterable[TakeSpec], progress: Counter) -> dict[str, Take]:
        takes = recorder(deployment, specs, progress)
        changed = {
            name: replace(take, invocations=tuple(map(as_in_production, take.invocations)))
            for name, take in takes.items()
        }
        ended.update(each.item["outcome"] for take in changed.values() for each in take.invocations)
        return changed

    choice = Choice(root=ROOT, scenarios=("chat-room/healthy",))
    stages = Stages(Console(file=io.StringIO()))
    (result,) = [
        each
        for each in drill_resources(render("example", ROOT), choice, stages, record=record).result.workers
        if each.worker == "chat-room"
    ]
    assert (result.unexplained, result.proven) == (0, True)
    assert ended.keys() == {"ok", "canceled", "responseStreamDisconnected"}


def test_clients_that_leave_their_web_sockets_notify_nobody(hour: Callable[[str], WorkerResult]) -> None:
    result = hour("left")
    assert result.unexplained == 0
    assert result.proven


def test_requests_that_break_off_without_a_response_do(hour: Callable[[str], WorkerResult]) -> None:
    assert hour("broke off").unexplained > 0
