"""Marked values are planted wherever something can be put in, and looked for in everything that comes out."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest

from firedrill.runtime import Deployment, Request, Take, Worker, deployed

pytestmark = pytest.mark.workerd

MARK = "planted"
TOOLS = f"/conversations/{MARK}-conversation/tools"
NAMED = {"tool_name": f"{MARK} name"}
ENTRY = {"tool_use_id": f"{MARK}-tool", **NAMED}
HEADERS = {
    "authorization": f"Bearer {MARK}",
    "cookie": f"session={MARK}",
    "x-request-id": MARK,
    f"x-{MARK}": MARK,
    "user-agent": MARK,
    "content-type": f"application/{MARK}",
}
SECRETS = {"TELEMETRY_SALT": f"{MARK}-salt", "DD_API_KEY": f"{MARK}-key", "OTHER": MARK}
ERROR = {"message": f"cannot read {MARK} at {MARK}.mjs:1", "stack": f"Error: {MARK}\n at {MARK}", "detail": MARK}


def sent(method: str, path: str, body: Any = None, **plan: Any) -> Request:
    text = body if body is None or isinstance(body, str) else json.dumps(body)
    return Request(method, path, {**HEADERS, "x-plan": json.dumps(plan)}, text)


def broken(member: str) -> dict[str, Any]:
    return {"member": member, "error": ERROR}


QUERY = f"?token={MARK}&{MARK}=1#{MARK}"
REQUESTS = {
    "store": sent("PUT", f"{TOOLS}/{MARK}-tool{QUERY}", NAMED),
    "store several": sent("POST", TOOLS, [ENTRY, {**ENTRY, MARK: MARK}]),
    "retrieve": sent("GET", f"{TOOLS}/{MARK}-tool"),
    "retrieve miss": sent("GET", f"{TOOLS}/{MARK}-unknown"),
    "delete": sent("DELETE", f"{TOOLS}/{MARK}-tool", MARK),
    "clear": sent("DELETE", f"{TOOLS}{QUERY}", MARK),
    "no such path": sent("GET", f"/{MARK}{QUERY}"),
    "no such method": sent("PATCH", f"{TOOLS}/{MARK}", MARK),
    "id not allowed": sent("GET", f"{TOOLS}/{MARK}%20{MARK}"),
    "conversation not allowed": sent("GET", f"/conversations/{MARK}%ff/tools/{MARK}"),
    "body not JSON": sent("POST", TOOLS, f'{{"{MARK}'),
    "body of another form": sent("POST", TOOLS, [{MARK: MARK}]),
    "body with a wrong id": sent("POST", TOOLS, {"tool_use_id": f"{MARK} {MARK}", "tool_name": MARK}),
    "body too large": sent("POST", TOOLS, MARK * 10_000),
    "error on the way": sent("GET", f"{TOOLS}/{MARK}-tool", way=[ERROR]),
    "error on the way, retried": sent("GET", f"{TOOLS}/{MARK}-tool", way=[{**ERROR, "retryable": True}] * 3),
    "store again": sent("PUT", f"{TOOLS}/{MARK}-tool", NAMED),
    "storage failing": sent("GET", f"{TOOLS}/{MARK}-tool", storage=broken("exec")),
    "storage failing to clear": sent("DELETE", TOOLS, storage=broken("deleteAll")),
    "refused by the object": sent("PUT", f"{TOOLS}/{MARK}-tool", NAMED, input=True),
}
STATUSES = dict(
    zip(
        REQUESTS,
        (200, 200, 200, 404, 200, 200, 404, 405, 400, 400, 400, 400, 400, 413, 503, 503, 200, 500, 500, 400),
        strict=True,
    )
)
STORED = {"tool_use_id": f"{MARK}-tool", **NAMED}
# Of a Worker whose errors quote what they got. Nobody catches some of them: Cloudflare itself tells of these.
CAUGHT = ("fail", "failLater", "fields")
UNCAUGHT = ("throw", "fetch", "ring")
OWN = {scenario: sent("POST", f"/own/{scenario}/{MARK}{QUERY}", MARK) for scenario in (*CAUGHT, *UNCAUGHT)}
SOCKET = replace(sent("GET", f"/own/socket/{MARK}{QUERY}"), messages=[MARK, f"quote {MARK}"])
ENCODED = [base64.b64encode(MARK.encode()).decode()[:8].lower(), MARK.encode().hex()]


@dataclass(frozen=True)
class Emitted:
    """Everything that came of some requests: Logpush records, what they are in Datadog, what reporters sent."""

    take: Take
    records: list[Any]
    logs: list[Any]
    points: list[Any]
    reported: list[Any]


@pytest.fixture(scope="module")
def emitted(around: Callable[[str], Deployment], stack: Any) -> dict[str, Emitted]:
    """By who emitted it: the deployed Worker, the other one, and the other one where nobody caught its errors."""
    deployment = around("planted.mjs")
    own = {"type": "durable_object_namespace", "name": "OWN", "class_name": "Own"}
    script = {**deployment.script, "bindings": [*deployment.script["bindings"], own]}
    requests = {
        "deployed": [*REQUESTS.values()],
        "own": [OWN[scenario] for scenario in CAUGHT],
        "uncaught": [SOCKET, *(OWN[scenario] for scenario in UNCAUGHT)],
    }
    with deployed(replace(deployment, script=script, bindings={**deployment.bindings, **SECRETS})) as worker:
        return {name: of(worker, stack, each) for name, each in requests.items()}


def of(worker: Worker, stack: Any, requests: Sequence[Request]) -> Emitted:
    take = worker.take(requests, concurrency=1, alarms_within_ms=100)
    assert take.missing == 0
    records = [stack.record(invocation) for invocation in take.invocations]
    (told,) = worker.take([Request("GET", "/told")]).responses
    delivered, logs, points = ([see(each) for each in records] for see in (stack.delivered, stack.log, stack.points))
    return Emitted(take, delivered, logs, points, json.loads(told.body))


def found(written: Any) -> list[str]:
    """What there is of a mark, in clear or encoded, or of a source file, in something written."""
    text = json.dumps(written, ensure_ascii=False).lower()
    return [each for each in (MARK, *ENCODED, ".mjs") if each in text]


def test_every_request_reaches_what_it_is_meant_for(emitted: dict[str, Emitted], tell: Any) -> None:
    """Else nothing could be found, whatever happened."""
    responses = dict(zip(REQUESTS, emitted["deployed"].take.responses, strict=True))
    assert {case: response.status for case, response in responses.items()} == STATUSES
    assert json.loads(responses["retrieve"].body) == STORED
    assert MARK in found([each.item["event"] for each in emitted["deployed"].take.invocations]), "in the address"
    operations = {name: sorted(log.attributes["telemetry"]["op"] for log in of.logs) for name, of in emitted.items()}
    assert operations["own"] == sorted(2 * CAUGHT)
    assert operations["uncaught"] == sorted([*["fetch"] * 5, *["message"] * 2, "close", *["ring"] * 2, "alarm"])
    searched = sum(len(json.dumps([of.records, of.points, of.reported])) for of in emitted.values())
    tell("requests with marks, bytes searched", (sum(len(of.take.responses) for of in emitted.values()), searched))


WORKERS = ("deployed", "own", "uncaught")


@pytest.mark.parametrize("worker", WORKERS)
def test_no_console_line_of_any_level_tells_anything(emitted: dict[str, Emitted], worker: str) -> None:
    lines = [log for invocation in emitted[worker].take.invocations for log in invocation.item["logs"]]
    assert len([each for each in lines if each["level"] == "debug"]) == len(emitted[worker].records)
    assert found(lines) == []


@pytest.mark.parametrize("worker", ["deployed", "own"])
def test_no_exception_is_ours(emitted: dict[str, Emitted], worker: str) -> None:
    assert [each.item["exceptions"] for each in emitted[worker].take.invocations if each.item["exceptions"]] == []


@pytest.mark.parametrize("worker", WORKERS)
def test_no_record_that_is_delivered_tells_anything(emitted: dict[str, Emitted], worker: str) -> None:
    assert found(emitted[worker].records) == []
    assert found([(log.attributes, log.message, log.tags, log.status) for log in emitted[worker].logs]) == []


@pytest.mark.parametrize("worker", WORKERS)
def test_no_metric_has_a_tag_that_tells_anything(emitted: dict[str, Emitted], worker: str) -> None:
    assert all(emitted[worker].points)
    assert found(emitted[worker].points) == []


@pytest.mark.parametrize("worker", WORKERS)
def test_no_reporter_sends_anything_of_it(emitted: dict[str, Emitted], worker: str) -> None:
    by_gateway = sum("durableObjectId" not in each.item for each in emitted[worker].take.invocations)
    posts = [each for each in emitted[worker].reported if isinstance(each, list)]
    assert posts
    assert len(emitted[worker].reported) - len(posts) == by_gateway, "a data point for each"
    assert found(emitted[worker].reported) == []


def test_no_response_tells_more_than_what_was_asked_for(emitted: dict[str, Emitted]) -> None:
    responses = dict(zip(REQUESTS, emitted["deployed"].take.responses, strict=True))
    assert {case for case, response in responses.items() if found(response.body)} == {"retrieve"}


def test_an_object_is_named_by_its_salted_hash_and_nothing_else(emitted: dict[str, Emitted]) -> None:
    items = [invocation.item for invocation in emitted["deployed"].take.invocations]
    (identity,) = {item["durableObjectId"] for item in items if "durableObjectId" in item}
    written = json.dumps([emitted["deployed"].records, emitted["deployed"].points])
    assert hmac.new(SECRETS["TELEMETRY_SALT"].encode(), identity.encode(), hashlib.sha256).hexdigest()[:12] in written
    assert hashlib.sha256(identity.encode()).hexdigest()[:12] not in written
    assert identity not in written
