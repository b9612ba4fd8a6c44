"""What never ends by itself, or not while a take lasts, does not keep a take from ending."""

from __future__ import annotations

from pathlib import Path

import pytest

from firedrill.runtime.deployment import Deployment
from firedrill.runtime.recording import deployed
from firedrill.runtime.take import Faults, Request, Take
from firedrill.vendors.cloudflare.trace_items import Invocation, event_type

pytestmark = pytest.mark.workerd
ROOT = Path(__file__).resolve().parents[2]
CALM = Faults()
SCRIPT = {
    "script_name": "ends",
    "compatibility_date": "2026-01-01",
    "bindings": [{"type": "durable_object_namespace", "name": "ROOMS", "class_name": "Room"}],
    "migrations": {"new_tag": "v1", "new_sqlite_classes": ["Room"]},
}
ROOM = """
import { DurableObject } from "cloudflare:workers";
export class Room extends DurableObject {
  fetch() {
    const [client, server] = Object.values(new WebSocketPair());
    this.ctx.acceptWebSocket(server);
    return new Response(null, { status: 101, webSocket: client });
  }
  webSocketMessage(socket, message) { socket.send(`echo ${message}`); }
  HANDLERS
}
"""
TO_ROOM = "export default { fetch: (request, env) => env.ROOMS.getByName(request.url).fetch(request) };"


def taken(fetch: str, *requests: Request, handlers: str = "", faults: Faults = CALM) -> Take:
    bundle = ROOM.replace("HANDLERS", handlers) + fetch
    with deployed(Deployment(SCRIPT, bundle.encode(), root=ROOT)) as worker:
        take = worker.take(requests, faults=faults)
        assert worker.take([]).invocations == ()  # and nothing of it is left for the next one
    assert take.missing == 0
    assert take.running == ()
    return take


def kinds(take: Take) -> list[str]:
    def kind(each: Invocation) -> str:
        return str(event_type(each.item))

    return sorted(map(kind, take.invocations))


MESSAGES = Request(path="/room", messages=("a", "b"))


def test_a_socket_whose_close_nobody_handles() -> None:
    take = taken(TO_ROOM, MESSAGES)
    assert take.responses[0].body == '["echo a","echo b"]'
    assert kinds(take) == ["fetch", "fetch", *["hibernatable_web_socket"] * 3]
    assert take.open == 0


def test_a_socket_whose_close_is_handled_by_doing_nothing() -> None:
    take = taken(TO_ROOM, MESSAGES, handlers="webSocketClose() {}")
    assert kinds(take) == ["fetch", "fetch", *["hibernatable_web_socket"] * 3]


def test_a_client_stays_until_the_slow_answer_comes() -> None:
    take = taken(TO_ROOM, MESSAGES, faults=Faults(storage_slow=1, storage_slow_ms=400))
    assert take.responses[0].body == '["echo a","echo b"]'
    assert take.thrown == ()


def test_a_socket_that_the_server_closes_first() -> None:
    closes = """
export default { fetch() {
  const [client, server] = Object.values(new WebSocketPair());
  server.accept();
  server.close(1011, "no");
  return new Response(null, { status: 101, webSocket: client });
} };"""
    take = taken(closes, MESSAGES)
    assert (take.responses[0].status, take.responses[0].body) == (101, "[]")
    assert kinds(take) == ["fetch"]


def test_a_timer_that_is_pending() -> None:
    pending = "export default { fetch() { setTimeout(() => {}, 60000); return new Response('done'); } };"
    take = taken(pending, Request())
    assert take.responses[0].body == "done"
    assert len(take.invocations) + take.open == 1


def test_work_that_outlives_the_take() -> None:
    outlives = (
        "export default { fetch(request, env, ctx) {"
        " ctx.waitUntil(new Promise((done) => setTimeout(done, 60000))); return new Response('done'); } };"
    )
    take = taken(outlives, Request())
    assert (take.responses[0].body, take.open) == ("done", 1)


@pytest.mark.parametrize("every_ms", [20, 60000], ids=["that goes on", "that says nothing more"])
def test_a_stream_of_events_is_left(every_ms: int) -> None:
    stream = f"""
export default {{ fetch() {{
  const {{ readable, writable }} = new TransformStream();
  const writer = writable.getWriter();
  const say = async () => {{
    for (;;) {{
      await writer.write(new TextEncoder().encode("data: 1\\n\\n"));
      await scheduler.wait({every_ms});
    }}
  }};
  say().catch(() => {{}});
  return new Response(readable, {{ headers: {{ "content-type": "text/event-stream" }} }});
}} }};"""
    take = taken(stream, Request())
    assert take.responses[0].status == 200
    assert take.responses[0].body.startswith("data: 1\n\n")
    assert len(take.invocations) + take.open == 1


def test_a_workflow_that_waits_for_an_event() -> None:
    waits = b"""
import { WorkflowEntrypoint } from "cloudflare:workers";
export class Approval extends WorkflowEntrypoint {
  async run(event, step) {
    await step.waitForEvent("approval", { type: "approved", timeout: "60 minutes" });
  }
}
export default { async fetch(request, env) { return new Response((await env.APPROVALS.create()).id); } };
"""
    approvals = {"type": "workflow", "name": "APPROVALS", "workflow_name": "approval", "class_name": "Approval"}
    script = {"script_name": "waits", "compatibility_date": "2026-01-01", "bindings": [approvals]}
    with deployed(Deployment(script, waits, root=ROOT)) as worker:
        take = worker.take([Request()])
    assert (take.responses[0].status, take.missing) == (200, 0)
    assert take.reached["binding"] == {"APPROVALS": 1}


def test_what_a_workflow_calls_after_its_take_is_no_part_of_any_take() -> None:
    code = """
import { DurableObject, WorkflowEntrypoint } from "cloudflare:workers";
export class Room extends DurableObject { step(name) {} }
export class Order extends WorkflowEntrypoint {
  async run(event, step) {
    for (const name of ["paid", "sent"]) {
      await this.env.ROOMS.getByName(event.payload).step(name);
      await scheduler.wait(300);
    }
  }
}
export default {
  async fetch({ url }, env) {
    await env.ORDERS.create({ params: url });
    return new Response("ordered");
  },
};"""
    orders = {"type": "workflow", "name": "ORDERS", "workflow_name": "orders", "class_name": "Order"}
    script = {**SCRIPT, "bindings": [*SCRIPT["bindings"], orders]}
    with deployed(Deployment(script, code.encode(), root=ROOT)) as worker:
        takes = [worker.take([Request(path=path)]) for path in ("/a", "/b")]
        takes.append(worker.take([Request(path="/c")], faults=Faults(storage_slow=1, storage_slow_ms=400)))
    for take in takes:
        assert [each.what for each in take.deeds] == ["fetch", "step"]
        assert kinds(take) == ["fetch", "worker_rpc"]
        assert take.reached["peer"] == {"Room": 1}
        assert take.missing == 0


def test_a_client_stays_while_a_message_is_worked_on_whatever_else_it_hears() -> None:
    code = """
import { DurableObject } from "cloudflare:workers";
export class Room extends DurableObject {
  fetch() {
    const [client, server] = Object.values(new WebSocketPair());
    this.ctx.acceptWebSocket(server);
    server.send("welcome");
    return new Response(null, { status: 101, webSocket: client });
  }
  async webSocketMessage(socket, message) {
    await scheduler.wait(100);
    socket.send(`echo ${message}`);
  }
}
"""
    with deployed(Deployment(SCRIPT, (code + TO_ROOM).encode(), root=ROOT)) as worker:
        take = worker.take([Request(path="/room", messages=("a",))])
    assert take.responses[0].body == '["welcome","echo a"]'
    assert [each.item["outcome"] for each in take.invocations] == ["ok"] * len(take.invocations)
    assert [each.item["exceptions"] for each in take.invocations] == [[]] * len(take.invocations)


def test_what_threw_while_a_timer_goes_on() -> None:
    closes = """
  constructor(ctx, env) { super(ctx, env); setInterval(() => {}, 3000); }
  webSocketClose() { throw new Error(1); }"""
    take = taken(TO_ROOM, MESSAGES, handlers=closes)
    assert take.open > 0
    assert [(each.what, each.text) for each in take.thrown] == [("Room.webSocketClose", "Error: 1")]


def test_what_an_object_ends_in_a_later_take_is_none_of_that() -> None:
    leaves = "webSocketClose() { this.ctx.waitUntil(scheduler.wait(2500)); }"
    bundle = (ROOM.replace("HANDLERS", leaves) + TO_ROOM).encode()
    with deployed(Deployment(SCRIPT, bundle, root=ROOT)) as worker:
        first = worker.take([MESSAGES])
        again = worker.take([MESSAGES], faults=Faults(storage_slow=1, storage_slow_ms=500))
    assert first.open == 1
    assert {each.item["eventTimestamp"] >= again.started_ms for each in again.invocations} == {True}


def test_a_body_that_the_object_does_not_read_and_an_answer_that_the_worker_does_not() -> None:
    sends = """
export default { async fetch(request, env) {
  const answer = await env.ROOMS.getByName("x").fetch("https://room/", { method: "POST", body: "{}" });
  return new Response(null, { status: answer.status });
} };
export class Room { fetch() { return new Response("no", { status: 404 }); } }
"""
    with deployed(Deployment(SCRIPT, sends.encode(), root=ROOT)) as worker:
        take = worker.take([Request()])
    assert (kinds(take), take.open) == (["fetch", "fetch"], 0)


def test_an_answer_that_is_read_long_after_its_request_has_returned() -> None:
    reads = """
export default { async fetch(request, env, ctx) {
  const answer = await env.ROOMS.getByName("x").fetch("https://room/", { method: "POST", body: "{}" });
  ctx.waitUntil(scheduler.wait(50).then(() => answer.text()).then(console.log));
  return new Response();
} };
export class Room { fetch() { return new Response("read") ; } }
"""
    with deployed(Deployment(SCRIPT, reads.encode(), root=ROOT)) as worker:
        take = worker.take([Request()])
    (said,) = [each["message"] for of in take.invocations for each in of.item["logs"]]
    assert said == ["read"]
