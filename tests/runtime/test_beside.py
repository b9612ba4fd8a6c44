"""Workers of one stack that call each other: service bindings, and Durable Objects of another script."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from firedrill.runtime.deployment import Deployment
from firedrill.runtime.provided import is_simulated
from firedrill.runtime.recording import deployed
from firedrill.runtime.take import Faults, Request

ROOT = Path(__file__).resolve().parents[2]
STOCK = """
import { DurableObject, WorkerEntrypoint } from "cloudflare:workers";
export class Shelf extends DurableObject {
  async take() {
    const n = ((await this.ctx.storage.get("n")) ?? 0) + 1;
    await this.ctx.storage.put("n", n);
    return n;
  }
}
export class Admin extends WorkerEntrypoint { count(of) { return this.env.SHELVES.getByName(of).take(); } }
export default {
  async fetch(request, env) {
    const open = await env.SHOP.fetch("https://shop/open");
    return Response.json([await env.SHELVES.getByName("a").take(), env.MODE, await open.text()]);
  },
};
"""
SHOP = """
import { WorkerEntrypoint } from "cloudflare:workers";
export class Till extends WorkerEntrypoint { open() { return "till"; } }
export default {
  async fetch({ url }, env) {
    if (url.endsWith("/open")) return new Response("open");
    const told = await (await env.STOCK.fetch("https://stock/")).json();
    const counted = [await env.ADMIN.count("a"), await env.SHELVES.getByName("a").take()];
    return Response.json([told, ...counted, await env.SELF.open()]);
  },
};
"""


def deployment(name: str, code: str, *bindings: dict[str, Any], **more: Any) -> Deployment:
    script = {"script_name": name, "compatibility_date": "2026-01-01", "bindings": list(bindings), **more}
    return Deployment(script, code.encode(), root=ROOT)


SHELVES = {"type": "durable_object_namespace", "name": "SHELVES", "class_name": "Shelf"}
WITH_SHELF = {"migrations": {"new_tag": "v1", "new_sqlite_classes": ["Shelf"]}}
STOCKED = deployment(
    "stock",
    STOCK,
    {**SHELVES, "script_name": "stock"},
    {"type": "plain_text", "name": "MODE", "text": "drill"},
    {"type": "service", "name": "SHOP", "service": "shop"},
    **WITH_SHELF,
)
SERVED = deployment(
    "shop",
    SHOP,
    {"type": "service", "name": "STOCK", "service": "stock"},
    {"type": "service", "name": "ADMIN", "service": "stock", "entrypoint": "Admin"},
    {"type": "service", "name": "SELF", "service": "shop", "entrypoint": "Till"},
    {**SHELVES, "script_name": "stock"},
)


@pytest.mark.workerd
def test_workers_of_one_stack_call_each_other_and_each_others_objects() -> None:
    with deployed(replace(SERVED, beside=(STOCKED,))) as worker:
        take = worker.take([Request()])
    assert take.responses[0].body == '[[1,"drill","open"],2,3,"till"]'
    assert take.reached["binding"].keys() >= {"STOCK", "ADMIN", "SELF"}
    assert take.missing == 0
    assert take.thrown == ()


def test_a_class_that_names_its_own_script_is_the_workers_own() -> None:
    alone = replace(STOCKED, bindings={"SHOP": None})
    assert alone.classes == ["Shelf"]
    assert alone.class_of == {"SHELVES": "Shelf"}
    assert replace(SERVED, beside=(STOCKED,)).classes == []
    assert is_simulated(SERVED)


COUNTED = """
import { DurableObject } from "cloudflare:workers";
export class Counter extends DurableObject {
  async add() {
    const n = ((await this.ctx.storage.get("n")) ?? 0) + 1;
    await this.ctx.storage.put("n", n);
    return n;
  }
}
export default { fetch: async (request, env, ctx) => Response.json(await ctx.exports.Counter.getByName("a").add()) };
"""
MADE = {
    "new_tag": "v2",
    "steps": [{"new_sqlite_classes": ["Old"]}, {"renamed_classes": [{"from": "Old", "to": "Counter"}]}],
}


@pytest.mark.workerd
@pytest.mark.parametrize("bindings", [[], [{"type": "kv_namespace", "name": "KV"}]], ids=["by workerd", "by Miniflare"])
def test_objects_without_a_binding_are_found_by_the_exports_of_their_worker(bindings: list[dict[str, Any]]) -> None:
    of = deployment("counted", COUNTED, *bindings, migrations=MADE)
    assert of.classes == ["Counter"]
    with deployed(of) as worker:
        take = worker.take([Request()])
        failing = worker.take([Request()], faults=Faults(storage_failing=1))
        unreachable = worker.take([Request()], faults=Faults(unreachable=1))
    assert take.responses[0].body == "1"
    assert [each.what for each in take.deeds] == ["fetch", "add"]
    assert [each.method for each in take.deeds[0].calls] == ["add"]
    assert take.missing == 0
    assert failing.responses[0].status == 500
    assert unreachable.responses[0].body == "Error: Network connection lost."


@pytest.mark.workerd
def test_calls_by_what_cloudflare_workers_exports_are_seen_and_struck() -> None:
    imports = """
import { env } from "cloudflare:workers";
const add = () => env.COUNTERS.getByName("b").add();
"""
    code = (
        imports
        + COUNTED[: COUNTED.index("export default")]
        + "export default { fetch: async () => Response.json(await add()) };"
    )
    counters = {"type": "durable_object_namespace", "name": "COUNTERS", "class_name": "Counter"}
    with deployed(deployment("imported", code, counters, migrations=MADE)) as worker:
        take = worker.take([Request()])
        unreachable = worker.take([Request()], faults=Faults(unreachable=1))
    assert [each.method for each in take.deeds[0].calls] == ["add"]
    assert unreachable.responses[0].body == "Error: Network connection lost."


@pytest.mark.workerd
def test_a_call_by_a_namespace_that_code_has_kept_belongs_to_the_request_that_makes_it() -> None:
    code = (
        'import { env } from "cloudflare:workers"; const kept = new WeakMap();\n'
        + COUNTED[: COUNTED.index("export default")]
        + """
const counters = () => kept.get(env) ?? kept.set(env, env.COUNTERS).get(env);
export default { fetch: async ({ url }) => Response.json(await counters().getByName(url).add()) };
"""
    )
    counters = {"type": "durable_object_namespace", "name": "COUNTERS", "class_name": "Counter"}
    with deployed(deployment("keeping", code, counters, migrations=MADE)) as worker:
        take = worker.take([Request(path="/a"), Request(path="/b")], concurrency=1)
        half = worker.take([Request(path=f"/{n}") for n in range(4)], faults=Faults(unreachable=0.5), concurrency=1)
    of_worker = [each for each in take.deeds if not each.class_name]
    assert [len(each.calls) for each in of_worker] == [1, 1]
    assert sum(each.status == 500 for each in half.responses) == 2


@pytest.mark.workerd
def test_methods_that_code_knows_by_identity_are_themselves_and_throw_where_they_are_meant_to() -> None:
    code = """
import { DurableObject } from "cloudflare:workers";
export class Counter extends DurableObject {
  add() { return callable.has(this.add); }
}
const callable = new WeakSet([Counter.prototype.add]);
export default { fetch: async (request, env) => Response.json(await env.COUNTERS.getByName(request.url).add()) };
"""
    counters = {"type": "durable_object_namespace", "name": "COUNTERS", "class_name": "Counter"}
    with deployed(deployment("identity", code, counters, migrations=MADE)) as worker:
        before = worker.take([Request(path="/a")])
        throwing = worker.take([Request(path="/b")], faults=Faults(object_throws=1))
        after = worker.take([Request(path="/b"), Request(path="/c")])
    assert [each.body for each in (*before.responses, *after.responses)] == ["true"] * 3
    assert throwing.responses[0].status == 500


@pytest.mark.workerd
def test_fetch_of_an_object_that_started_before_the_take_throws_in_it() -> None:
    code = """
import { DurableObject } from "cloudflare:workers";
export class Limiter extends DurableObject { async fetch() { return new Response("fine"); } }
export default { fetch: (request, env) => env.LIMITS.getByName("all").fetch(request) };
"""
    limits = {"type": "durable_object_namespace", "name": "LIMITS", "class_name": "Limiter"}
    with deployed(
        deployment("started", code, limits, migrations={"new_tag": "v1", "new_sqlite_classes": ["Limiter"]})
    ) as worker:
        takes = [
            worker.take([Request(path="/")], faults=faults) for faults in (Faults(), Faults(object_throws=1), Faults())
        ]
    assert [take.responses[0].status for take in takes] == [200, 500, 200]
