"""What a Worker and its objects fetch from outside gets the drill file's answers, and nothing else does."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from typing import Any

import pytest

from firedrill.runtime import Deployment, Request, Worker, deployed

pytestmark = pytest.mark.workerd

CODE = b"""
import { DurableObject } from "cloudflare:workers";
const early = fetch;
async function ask(how, url, method) {
  try {
    const response = await how(url, { method });
    return [response.status, await response.text(), response.headers.get("x-kind")];
  } catch (error) {
    return ["failed", error.remote ?? false];
  }
}
export class Room extends DurableObject {
  ask(url, method) {
    return ask(fetch, url, method);
  }
}
export default {
  async fetch(request, env) {
    const url = new URL(request.url).searchParams.get("url");
    const mine = await ask(fetch, url, request.method);
    const object = await env.ROOMS.getByName(request.url).ask(url, request.method);
    return Response.json({ mine, object, early: (await ask(early, url, request.method))[0] });
  },
};
"""
ROOMS = {"type": "durable_object_namespace", "name": "ROOMS", "class_name": "Room"}
SCRIPT = {
    "script_name": "outbound",
    "compatibility_date": "2026-01-01",
    "bindings": [ROOMS],
    "migrations": {"new_tag": "v1", "new_sqlite_classes": ["Room"]},
}
SIMULATED = {**SCRIPT, "bindings": [ROOMS, {"type": "kv_namespace", "name": "KV", "namespace_id": "kv"}]}


def answer(url: str, method: str = "", status: int = 200, body: str = "", **headers: str) -> dict[str, Any]:
    return {"method": method, "url": url, "status": status, "headers": headers, "body": body}


ANSWERS = (
    answer("https://api.example.com/v1/x", "POST", 201, "made", **{"x-kind": "exact"}),
    answer("https://api.example.com/v1/gone", status=204),
    answer("https://api.example.com/v1/*", body="any"),
)


@pytest.fixture(scope="module", params=[SCRIPT, SIMULATED], ids=["workerd alone", "Miniflare"])
def worker(request: pytest.FixtureRequest) -> Iterator[Worker]:
    with deployed(Deployment(request.param, CODE, answers=ANSWERS)) as running:
        yield running


def asked(worker: Worker, url: str, method: str = "GET") -> tuple[dict[str, Any], dict[str, Any]]:
    """What was answered, and what the take says that nothing answered."""
    take = worker.take([Request(method=method, path=f"/?url={url}")])
    return json.loads(take.responses[0].body), dict(take.reached.get("outside", {}))


@pytest.mark.parametrize(
    ("method", "url", "answered"),
    [
        ("POST", "https://api.example.com/v1/x", [201, "made", "exact"]),
        ("GET", "https://api.example.com/v1/x", [200, "any", None]),
        ("GET", "https://API.example.com:443/v1/other%3Fa=1", [200, "any", None]),
        ("DELETE", "https://api.example.com/v1/gone", [204, "", None]),
    ],
)
def test_the_most_specific_answer_is_got(worker: Worker, method: str, url: str, answered: list[Any]) -> None:
    assert asked(worker, url, method) == ({"mine": answered, "object": answered, "early": answered[0]}, {})


@pytest.mark.parametrize("url", ["http://api.example.com/v1/x", "https://api.example.com/v2"])
def test_what_no_answer_names_fails_as_no_other_worker_does(worker: Worker, url: str) -> None:
    failed = ["failed", False]
    answers, _ = asked(worker, url)
    assert answers == {"mine": failed, "object": failed, "early": "failed"}


def test_a_take_tells_what_nothing_answered_without_its_query(worker: Worker) -> None:
    assert asked(worker, "https://push.example.com/send%3Fkey=secret")[1] == {"GET https://push.example.com/send": 3}
    assert asked(worker, "https://api.example.com/v1/x")[1] == {}


def test_takes_of_other_answers_are_others() -> None:
    deployment = Deployment(SCRIPT, CODE, answers=ANSWERS)
    assert deployment != dataclasses.replace(deployment, answers=())
