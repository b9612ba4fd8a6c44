"""What the Worker's own code throws is told with its text and the place in the user's source."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from firedrill.errors import CannotRun
from firedrill.runtime import Deployment, Request, Take, deployed
from firedrill.runtime.caught import refused
from firedrill.runtime.failures import LONGEST, Thrown, failures
from firedrill.runtime.source_map import Sources

pytestmark = pytest.mark.workerd

Built = Callable[[str], Deployment]
REQUESTS = [Request(path="/one"), Request(path="/two")]
UNDEFINED = "ReferenceError: undefinedThing is not defined"
CALLS = 'export default { async fetch(request, env) { return new Response(await env.ROOM.getByName("a").join()); } };'


def handler(body: str) -> str:
    return f"export default {{\n  async fetch(request: Request, env, ctx) {{\n    {body}\n  }},\n}};\n"


def room(*members: str) -> str:
    """A class whose members begin in its second line, and a handler that calls `join`."""
    return f"""import {{ DurableObject }} from "cloudflare:workers"; export class Room extends DurableObject {{
{chr(10).join(members)}
}}
{CALLS}
"""


def recorded(deployment: Deployment) -> Take:
    with deployed(deployment) as worker:
        return worker.take(REQUESTS, alarms_within_ms=1000, concurrency=1)


def told(deployment: Deployment) -> list[str]:
    take = recorded(deployment)
    return failures(take.thrown, take.invocations, deployment.sources)


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("undefinedThing.foo();", f"src/index.ts:3:5: {UNDEFINED}; thrown by fetch, 2 times"),
        ("throw new RangeError('a\\n  b');", "src/index.ts:3:11: RangeError: a b; thrown by fetch, 2 times"),
        ("throw 'words';", "Error: words; thrown by fetch, 2 times"),
        (
            "ctx.waitUntil((async () => { undefinedThing.foo(); })()); return new Response();",
            f"src/index.ts:3:34: {UNDEFINED}; left behind by fetch, 2 times",
        ),
        (
            "(async () => { undefinedThing.foo(); })(); return new Response();",
            f"src/index.ts:3:20: {UNDEFINED}; a rejected promise that nothing handles, 2 times",
        ),
        (
            "try { undefinedThing.foo(); } catch (e) { console.error(e); } return new Response('', { status: 500 });",
            f"src/index.ts:3:11: {UNDEFINED}; logged by fetch, 2 times",
        ),
        (
            "try { undefinedThing.foo(); } catch (e) { console.error('it failed', e); } return new Response();",
            f"src/index.ts:3:11: {UNDEFINED}; logged by fetch, 2 times",
        ),
        (
            "await new Promise(() => {});",
            "Error: The Workers runtime canceled this request because it detected that your Worker's code had hung and"
            " would never generate a response. Refer to: https://developers.cloudflare.com/workers/observability/errors/;"
            " thrown by fetch, 2 times",
        ),
    ],
)
def test_an_exception_of_a_handler_is_told_with_its_place(built: Built, body: str, sentence: str) -> None:
    assert told(built(handler(body))) == [sentence]


@pytest.mark.parametrize(
    ("member", "sentence"),
    [
        (
            "  constructor(ctx, env) { super(ctx, env); undefinedThing.foo(); } join() {}",
            f"src/index.ts:2:44: {UNDEFINED}; thrown by the constructor of Room, 2 times",
        ),
        (
            "  constructor(c, e) { super(c, e); c.blockConcurrencyWhile(async () => undefinedThing.foo()); } join() {}",
            f"src/index.ts:2:87: {UNDEFINED}; thrown by blockConcurrencyWhile of Room, 2 times",
        ),
        ("  async join() { undefinedThing.foo(); }", f"src/index.ts:2:18: {UNDEFINED}; thrown by Room.join, 2 times"),
        (
            "  async join() { await this.ctx.storage.setAlarm(Date.now()); } alarm() { undefinedThing.foo(); }",
            f"src/index.ts:2:75: {UNDEFINED}; thrown by Room.alarm",
        ),
    ],
)
def test_an_exception_of_an_object_is_told_once_with_its_place(built: Built, member: str, sentence: str) -> None:
    (first, *others) = told(built(room(member)))
    assert first.startswith(sentence)  # an alarm is tried again for as long as the take lasts
    assert others == []


def test_a_promise_that_is_handled_later_is_no_failure(built: Built) -> None:
    late = "const late = Promise.reject(new Error()); await scheduler.wait(5); try { await late; } catch {}"
    assert told(built(handler(f"{late} return new Response();"))) == []


def test_what_a_bundler_makes_of_a_decorated_class_is_told_with_what_to_change() -> None:
    text = "ReferenceError: Must call super constructor in derived class before accessing 'this'"
    (sentence,) = failures([Thrown("the constructor of Room", "thrown", text, "")], [], Sources())
    assert sentence.startswith(
        f"{text}; thrown by the constructor of Room (esbuild compiles fields of a decorated class"
    )
    assert "useDefineForClassFields: true" in sentence


def test_a_long_text_is_cut() -> None:
    (sentence,) = failures([Thrown("fetch", "thrown", "Error: " + "x" * 1000, "")], (), Sources())
    assert sentence == "Error: " + "x" * (LONGEST - 7) + "...; thrown by fetch"


@pytest.mark.parametrize(
    ("source", "cause"),
    [
        ("const a = 1;\nthrow new Error('at load');", "src/index.ts:2:7: Error: at load"),
        ('import a from "cloudflare:nowhere";', 'src/index.ts:1:1: Error: No such module "cloudflare:nowhere".'),
        ('const a = 1;\nimport "node:nowhere";', 'src/index.ts:2:1: Error: No such module "node:nowhere".'),
        ("await new Promise(() => {});", "Error: Top-level await in module is unsettled."),
    ],
)
def test_what_keeps_a_worker_from_starting_is_told_with_its_place(built: Built, source: str, cause: str) -> None:
    deployment = built(f"{source}\nexport default {{ fetch() {{ return new Response(String(globalThis.a ?? a)); }} }};")
    with pytest.raises(CannotRun) as raised, deployed(deployment):
        pass
    assert str(raised.value) == f"the Worker 'chat' does not start: {cause}"


def test_what_an_answer_of_500_goes_back_to_is_told_though_the_worker_catches_it(built: Built) -> None:
    body = "try { undefinedThing.foo(); } catch { return new Response('sorry', { status: 500 }); }"
    deployment = built(handler(body))
    assert refused(recorded(deployment), REQUESTS, deployment) == [
        "GET /one is answered by 500 ('sorry'), as are 1 more by 5xx",
        f"src/index.ts:3:11: {UNDEFINED}; thrown and caught",
    ]


def test_answers_below_500_need_no_cause(built: Built) -> None:
    deployment = built(handler("return new Response('no', { status: 404 });"))
    assert refused(recorded(deployment), REQUESTS, deployment) == []
