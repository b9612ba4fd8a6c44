"""What the traffic of a take comes to: classes and their storage, who calls them, handlers, and bindings."""

from __future__ import annotations

from pathlib import Path

import pytest

from firedrill.runtime.deployment import Deployment
from firedrill.runtime.recording import deployed
from firedrill.runtime.take import Request, Take
from firedrill.vendors.cloudflare.rules.exports import exported_names

pytestmark = pytest.mark.workerd
ROOT = Path(__file__).resolve().parents[2]
CODE = """
import { DurableObject, WorkerEntrypoint, env as everywhere } from "cloudflare:workers";
const text = `
export const Shown = 1;
`;
export class Admin extends WorkerEntrypoint {
  async grant() {}
}
export class Front extends DurableObject {
  async fetch() {
    await this.env.BACKS.getByName("one").hit();
    return new Response("done");
  }
}
export class Back extends DurableObject {
  async hit() {
    await this.ctx.storage.put("hit", 1);
  }
}
export default {
  async fetch(request, env) {
    await everywhere.CACHE.put("key", "value");
    for (const binding of Object.values(env)) void binding.constructor;
    return env.FRONTS.getByName("one").fetch(request);
  },
  async scheduled() {},
  async queue() {},
};
"""
SCRIPT = {
    "script_name": "reached",
    "compatibility_date": "2026-01-01",
    "bindings": [
        {"type": "durable_object_namespace", "name": "FRONTS", "class_name": "Front"},
        {"type": "durable_object_namespace", "name": "BACKS", "class_name": "Back"},
        {"type": "kv_namespace", "name": "CACHE", "namespace_id": "cache"},
        {"type": "r2_bucket", "name": "FILES", "bucket_name": "files"},
    ],
    "migrations": {"new_tag": "v1", "new_sqlite_classes": ["Front", "Back"]},
}


@pytest.fixture(scope="module")
def take() -> Take:
    with deployed(Deployment(SCRIPT, CODE.encode(), root=ROOT)) as worker:
        return worker.take([Request(), Request(scheduled="0 * * * *")])


def test_classes_and_the_storage_that_they_use(take: Take) -> None:
    assert (take.reached["class"], take.reached["storage"]) == ({"Front": 1, "Back": 1}, {"Back": 1})


def test_whether_handlers_or_objects_call_a_class(take: Take) -> None:
    assert (take.reached["direct"], take.reached["peer"]) == ({"Front": 1}, {"Back": 1})


def test_a_binding_is_reached_by_calling_it_from_wherever_it_is_taken(take: Take) -> None:
    assert take.reached["binding"].keys() - {"FRONTS", "BACKS"} == {"CACHE"}


def test_assets_are_reached_by_whichever_of_their_methods_is_called(tmp_path: Path) -> None:
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    (tmp_path / "public").mkdir()
    (tmp_path / "public" / "a.txt").write_text("a text")
    code = """
export default { async fetch(request, env) {
  const { readableStream } = await env.ASSETS.unstable_getByPathname("/a.txt");
  return new Response(readableStream);
} };"""
    script = {
        "script_name": "assets",
        "compatibility_date": "2026-01-01",
        "assets": {"directory": "public"},
        "bindings": [{"type": "assets", "name": "ASSETS"}],
    }
    with deployed(Deployment(script, code.encode(), root=tmp_path)) as worker:
        take = worker.take([Request(path="/other")])
    assert (take.responses[0].body, take.reached["binding"]) == ("a text", {"ASSETS": 1})


def test_handlers_and_all_that_are_exported(take: Take) -> None:
    assert take.reached["handler"] == {"fetch": 1, "scheduled": 1}
    assert take.handlers == ("fetch", "scheduled", "queue", "Admin")


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("class A{}\nexport{A as Room,b as default};", {"Room", "default"}),
        ("export {\n  Room,\n  worker_default as default\n};", {"Room", "default"}),
        ("export class Room {}\nexport async function go() {}\nexport const x = 1", {"Room", "go", "x"}),
        ('export { Room } from "./room.mjs";', {"Room"}),
        ("let a;export class Room{};export default a", {"Room", "default"}),
    ],
)
def test_the_names_that_a_bundle_exports(code: str, names: set[str]) -> None:
    assert exported_names(code) == names
