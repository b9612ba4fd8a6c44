"""Which Workers share takes, and what each finds in them of its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from firedrill.drill.record import Recorder
from firedrill.drill.shared_takes import shared_recorder
from firedrill.drill.stages import Counter
from firedrill.runtime.deployment import Deployment
from firedrill.runtime.take import Request, Take
from firedrill.scenarios.scenario import TakeSpec
from firedrill.vendors.cloudflare.trace_items import Invocation

SPEC = TakeSpec("busy", (Request(path="/a"),))
FIRST = Deployment({"script_name": "first", "main_module": "first.mjs", "logpush": True}, b"bundle")
SECOND = Deployment({"script_name": "second", "main_module": "second.mjs", "logpush": True}, b"bundle")


def counted(done: int, of_all: int) -> None:
    pass


@pytest.fixture
def asked() -> list[tuple[str, str]]:
    """Which Worker was recorded, and which take of it."""
    return []


@pytest.fixture
def recorder(asked: list[tuple[str, str]]) -> Recorder:
    def record(deployment: Deployment, specs: Iterable[TakeSpec], progress: Counter) -> dict[str, Take]:
        names = [spec.name for spec in specs]
        asked.extend((deployment.name, name) for name in names)
        items = (
            Invocation({"event": {"request": {"url": f"https://{deployment.name}.workers.dev/a", "method": "GET"}}}),
            Invocation({"event": {"request": {"url": "https://elsewhere.example/a"}}}),
            Invocation({"event": {"rpcMethod": "store"}}),
        )
        return {name: Take(items, (), 0, 1, 0) for name in names}

    return shared_recorder(record)


def test_a_worker_of_the_same_code_and_settings_is_not_recorded_again(
    recorder: Recorder, asked: list[tuple[str, str]]
) -> None:
    recorder(FIRST, [SPEC], counted)
    found = recorder(SECOND, [SPEC, replace(SPEC, name="idle")], counted)
    assert (list(found), asked) == (["busy", "idle"], [("first", "busy"), ("second", "idle")])


def test_its_requests_are_sent_to_its_own_address(recorder: Recorder) -> None:
    recorder(FIRST, [SPEC], counted)
    take = recorder(SECOND, [SPEC], counted)["busy"]
    assert [each.item["event"] for each in take.invocations] == [
        {"request": {"url": "https://second.workers.dev/a", "method": "GET"}},
        {"request": {"url": "https://elsewhere.example/a"}},
        {"rpcMethod": "store"},
    ]


@pytest.mark.parametrize(
    "other",
    [
        replace(SECOND, bundle=b"other"),
        replace(SECOND, script={**SECOND.script, "logpush": False}),
        replace(SECOND, bindings={"LIMIT": "5"}),
        replace(SECOND, beside=(FIRST,)),
    ],
    ids=["code", "setting", "binding", "Worker beside"],
)
def test_a_worker_that_differs_is_recorded(recorder: Recorder, asked: list[tuple[str, str]], other: Deployment) -> None:
    recorder(FIRST, [SPEC], counted)
    recorder(other, [SPEC], counted)
    assert asked == [("first", "busy"), ("second", "busy")]


def test_other_traffic_of_the_same_name_is_recorded(recorder: Recorder, asked: list[tuple[str, str]]) -> None:
    recorder(FIRST, [SPEC], counted)
    recorder(SECOND, [replace(SPEC, concurrency=9)], counted)
    assert asked == [("first", "busy"), ("second", "busy")]
