"""A Worker that hangs is given up, and what hangs is named."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from firedrill.errors import CannotRun
from firedrill.runtime import Deployment, Request, deployed, recording, workerd
from firedrill.runtime.profile import endless

pytestmark = pytest.mark.workerd

Built = Callable[[str], Deployment]
LOOP = "const found = [];\n    while (true) {\n      if (found.length) found.pop();\n      found.push(1);\n    }"
OBJECT = """import { DurableObject } from "cloudflare:workers";
export class Room extends DurableObject {
  async join() { await new Promise(() => {}); }
}
export default { async fetch(request, env) { return new Response(await env.ROOM.getByName("a").join()); } };
"""
FEED = """export default {
  fetch() {
    const { readable, writable } = new TransformStream();
    const feed = async (writer) => {
      for (;;) {
        await scheduler.wait(20);
        await writer.write(new TextEncoder().encode("data: 1\\n\\n"));
      }
    };
    feed(writable.getWriter());
    return new Response(readable);
  },
};
"""


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workerd, "START_SECONDS", 3.0)
    monkeypatch.setattr(recording, "PROFILE_S", 1.0)


def failure(deployment: Deployment, *requests: Request) -> str:
    with pytest.raises(CannotRun) as raised, deployed(deployment) as worker:
        worker.take(requests or [Request(path="/one"), Request(path="/two")], limit_s=0.5)
    return str(raised.value)


def test_a_method_that_never_returns_is_named_with_the_request_that_waits(built: Built) -> None:
    assert failure(built(OBJECT)) == "no answer within 0.5 s to GET /one and 1 more: fetch, Room.join have not returned"


def test_a_body_that_never_ends_is_told(built: Built) -> None:
    assert failure(built(FEED), Request(path="/feed")) == (
        "no answer within 0.5 s to GET /feed: every handler has returned, so a body or a WebSocket does not end"
    )


def test_what_was_thrown_before_is_told_with_what_hangs(built: Built) -> None:
    source = OBJECT.replace('a").join()', 'a").fail().catch(() => env.ROOM.getByName("a").join())').replace(
        "  async join", "  fail() { undefinedThing.foo(); }\n  async join"
    )
    assert failure(built(source), Request(path="/one")) == (
        "no answer within 0.5 s to GET /one: fetch, Room.join have not returned;"
        " src/index.ts:3:12: ReferenceError: undefinedThing is not defined; thrown by Room.fail"
    )


def test_a_scheduled_run_that_hangs_is_named_by_its_pattern(built: Built) -> None:
    source = "export default { async scheduled() { await scheduler.wait(60_000); } };"
    assert failure(built(source), Request(scheduled="* * * * *")) == (
        "no answer within 0.5 s to the scheduled run '* * * * *': scheduled has not returned"
    )


def test_a_loop_in_a_handler_is_told_with_its_place(built: Built) -> None:
    told = failure(built(f"export default {{\n  fetch() {{\n    {LOOP}\n  }},\n}};\n"))
    before, line, _ = told.rsplit(":", 2)
    assert before == "the code of the Worker 'chat' does not end: after 0.5 s it still ran at src/index.ts"
    assert 4 <= int(line) <= 7


def test_a_loop_where_the_worker_loads_is_told_with_its_place(built: Built) -> None:
    told = failure(built(f"export default {{ fetch() {{}} }};\n{LOOP}\n"))
    before, line, _ = told.rsplit(":", 2)
    assert before == "the code of the Worker 'chat' does not end: after 3 s it still ran at src/index.ts"
    assert 3 <= int(line) <= 6


def test_a_worker_that_does_end_when_it_is_watched_has_no_place() -> None:
    assert endless(lambda flags: None, b"") is None
