"""What traffic can be besides requests: calls by RPC, batches of queues, bytes, paced messages, captured values."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from firedrill.runtime.deployment import Deployment
from firedrill.runtime.recording import Worker, deployed, with_address
from firedrill.runtime.take import Request
from firedrill.vendors.errors import FiredrillError

pytestmark = pytest.mark.workerd
ROOT = Path(__file__).resolve().parents[2]
CODE = b"""
import { WorkerEntrypoint } from "cloudflare:workers";
export class Admin extends WorkerEntrypoint {
  grant(one, other) {
    if (one === other) throw new Error("the same");
    return { granted: one + other };
  }
}
export default class extends WorkerEntrypoint {
  fetch(request) {
    if (request.headers.has("upgrade")) return this.#echo();
    return request.method === "POST" ? this.#told(request) : new Response(request.url);
  }
  #echo() {
    const [client, server] = Object.values(new WebSocketPair());
    server.accept();
    server.addEventListener("message", ({ data }) => server.send(data));
    return new Response(null, { status: 101, webSocket: client });
  }
  async #told(request) {
    const bytes = [...new Uint8Array(await request.arrayBuffer())];
    const [colo, agent] = [request.cf?.colo, request.headers.get("user-agent")];
    const told = { id: 7, rooms: [{ name: "lobby" }], bytes, colo, agent };
    return Response.json(told, { headers: { location: "/there" } });
  }
  hello(name) {
    return `hello ${name}`;
  }
  queue({ queue, messages }) {
    if (messages.some(({ body }) => body.broken)) throw new Error("broken");
    console.log(queue, messages.length);
  }
}
"""
SCRIPT = {"script_name": "heard", "compatibility_date": "2026-01-01", "bindings": []}
SIMULATED = {**SCRIPT, "bindings": [{"type": "kv_namespace", "name": "CACHE", "namespace_id": "cache"}]}


@pytest.fixture(scope="module", params=[SCRIPT, SIMULATED], ids=["by workerd", "by Miniflare's plan"])
def worker(request: pytest.FixtureRequest) -> Iterator[Worker]:
    with deployed(Deployment(request.param, CODE, root=ROOT, entrypoints=("Admin",))) as running:
        yield running


def test_a_method_of_the_default_entrypoint_is_called_by_rpc(worker: Worker) -> None:
    take = worker.take([Request(rpc="hello", args=["ada"])])
    assert (take.responses[0].status, take.responses[0].body) == (200, '"hello ada"')
    assert (take.reached["handler"], take.missing) == ({"hello": 1}, 0)


def test_a_method_of_a_named_entrypoint_is_called_by_rpc(worker: Worker) -> None:
    take = worker.take([Request(rpc="Admin.grant", args=[1, 2]), Request(rpc="Admin.grant", args=[1, 1])])
    assert [(each.status, each.body) for each in take.responses] == [(200, '{"granted":3}'), (500, "Error: the same")]
    assert ([each.what for each in take.thrown], take.missing) == (["Admin.grant"], 0)


def test_a_batch_goes_to_the_consumer_of_a_queue(worker: Worker) -> None:
    take = worker.take([Request(queue="jobs", batch=[{}, {}]), Request(queue="jobs", batch=[{"broken": True}])])
    assert [(each.status, each.body) for each in take.responses] == [(200, "ok"), (500, "exception")]
    assert [each.item["logs"][0]["message"] for each in take.invocations if each.item["logs"]] == [["jobs", 2]]


def test_bodies_and_messages_can_be_bytes(worker: Worker) -> None:
    take = worker.take([Request(method="POST", binary="AAH/"), Request(messages=("a", {"binary": "AAH/"}))])
    assert '"bytes":[0,1,255]' in take.responses[0].body
    assert take.responses[1].body == '["a",{"binary":"AAH/"}]'


def test_each_client_has_an_address_of_its_own() -> None:
    one, other = (with_address({"a": "b"}, session) for session in ("ada", "bob"))
    assert one == with_address({"a": "b"}, "ada")
    assert one != other
    assert one["cf-connecting-ip"].startswith("2001:db8:")
    given = {"CF-Connecting-IP": "192.0.2.1"}
    assert with_address(given, "ada") == given


def test_headers_and_cf_are_sent(worker: Worker) -> None:
    take = worker.take([Request(method="POST", headers={"user-agent": "drill"}, cf={"colo": "AMS"})])
    assert '"colo":"AMS","agent":"drill"' in take.responses[0].body


def test_paced_messages_on_many_sockets_are_all_answered(worker: Worker) -> None:
    take = worker.take([Request(messages=("a", "b", "c"), every_ms=5)] * 16, concurrency=16)
    assert {each.body for each in take.responses} == {'["a","b","c"]'}


def test_a_pattern_finds_a_part_of_an_answer(worker: Worker) -> None:
    wanted = {
        "whole": "body/[0-9]+,[0-9,]+/",
        "group": 'body/"bytes":.([0-9])/',
        "none": "body/nowhere/",
        "no": "json.no/a/",
    }
    take = worker.take(
        [
            Request(method="POST", binary="AAH/", session="one", capture=wanted),
            Request(rpc="hello", args=["{whole} {group}"], session="one"),
        ]
    )
    assert "0,1,255 0" in take.responses[1].body
    assert [name for _, name in take.uncaptured] == ["none", "no"]


def test_values_of_an_answer_stand_in_what_its_session_sends_later(worker: Worker) -> None:
    wanted = {"id": "json.id", "room": "json.rooms.0.name", "there": "headers.Location", "none": "json.none.at.all"}
    take = worker.take(
        [
            Request(method="POST", session="one", capture=wanted),
            Request(path="/{id}/{room}{there}/{none}", session="one"),
            Request(rpc="hello", args=["{room}"], session="one"),
            Request(path="/{id}", session="other"),
        ]
    )
    assert take.responses[1].body == "https://heard.workers.dev/7/lobby/there/nothing"
    assert take.responses[2].body == '"hello lobby"'
    assert take.responses[3].body == "https://heard.workers.dev/%7Bid%7D"
    assert [name for _, name in take.uncaptured] == ["none"]


def test_an_entrypoint_that_is_not_exported_is_refused_by_name() -> None:
    told = "the drill file calls the entrypoint 'Admn', which the bundle of 'heard' does not export; it exports Admin"
    with (
        pytest.raises(FiredrillError, match=told),
        deployed(Deployment(SCRIPT, CODE, root=ROOT, entrypoints=("Admn",))),
    ):
        pass
