"""Bindings that only Miniflare's simulators have, in takes of the real workerd."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from firedrill.errors import CannotRun
from firedrill.runtime.config import HARNESS
from firedrill.runtime.deployment import Deployment
from firedrill.runtime.failures import failures
from firedrill.runtime.miniflare import plan
from firedrill.runtime.miniflare.options import options
from firedrill.runtime.miniflare.plan import PLANS, plan_of
from firedrill.runtime.provided import is_simulated
from firedrill.runtime.recording import deployed
from firedrill.runtime.take import Faults, Request, Take
from firedrill.vendors.cloudflare.trace_items import event_type
from firedrill.vendors.errors import FiredrillError

ROOT = Path(__file__).resolve().parents[2]
OBJECT = """
import { DurableObject } from "cloudflare:workers";
export class Room extends DurableObject {
  async hit() { const n = ((await this.ctx.storage.get("n")) ?? 0) + 1; await this.ctx.storage.put("n", n); return n; }
}
"""
HEALTHY = Faults()
OF_ROOM = {"type": "durable_object_namespace", "name": "ROOM", "class_name": "Room"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project with node_modules, whose plans are its own."""
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    return tmp_path


def deployment(root: Path, code: str, *bindings: dict[str, Any], **script: Any) -> Deployment:
    given = {
        "script_name": "simulated",
        "compatibility_date": "2026-11-01",
        "migrations": {"new_tag": "v1", "new_sqlite_classes": ["Room"]},
        "bindings": [OF_ROOM, *bindings],
        **script,
    }
    return Deployment(given, (OBJECT + code).encode(), root=root)


def answered(of: Deployment, *requests: Request, faults: Faults = HEALTHY) -> Take:
    with deployed(of) as worker:
        take = worker.take(requests, faults=faults)
    assert (take.missing, take.open, take.running) == (0, 0, ())
    return take


def body(of: Deployment, path: str = "/") -> Any:
    (response,) = answered(of, Request(path=path)).responses
    assert response.status == 200, response.body
    return json.loads(response.body)


@pytest.mark.workerd
def test_key_value_r2_d1_and_limits_answer_as_at_cloudflare(root: Path) -> None:
    code = """
export default { async fetch(request, env) {
  await env.KV.put("a", "1");
  await env.FILES.put("k", "v");
  await env.DB.exec("CREATE TABLE t (a INTEGER)");
  await env.DB.prepare("INSERT INTO t VALUES (?)").bind(3).run();
  const { results } = await env.DB.prepare("SELECT a FROM t").all();
  const limits = [];
  for (let n = 0; n < 3; n++) limits.push((await env.LIMIT.limit({ key: "me" })).success);
  const found = [await env.KV.get("a"), await (await env.FILES.get("k")).text(), results, limits];
  return Response.json([...found, await env.ROOM.getByName("x").hit(), typeof env.VERSION.id, env.MODE]);
} };"""
    of = deployment(
        root,
        code,
        {"type": "kv_namespace", "name": "KV", "namespace_id": "abc"},
        {"type": "r2_bucket", "name": "FILES", "bucket_name": "files"},
        {"type": "d1", "name": "DB", "id": "1"},
        {"type": "ratelimit", "name": "LIMIT", "namespace_id": "1", "simple": {"limit": 2, "period": 60}},
        {"type": "version_metadata", "name": "VERSION"},
        {"type": "json", "name": "MODE", "json": '{"fast": true}'},
    )
    assert body(of) == ["1", "v", [{"a": 3}], [True, True, False], 1, "string", {"fast": True}]


@pytest.mark.workerd
def test_what_a_queue_delivers_belongs_to_the_take(root: Path) -> None:
    code = """
export default {
  async fetch(request, env) { await env.JOBS.send({ job: 1 }); return new Response("sent"); },
  async queue(batch, env) { for (const each of batch.messages) await env.ROOM.getByName("jobs").hit(); },
};"""
    of = deployment(root, code, {"type": "queue", "name": "JOBS", "queue_name": "jobs"}, queue_consumers=["jobs"])
    take = answered(of, Request(), Request(), Request())
    kinds = [event_type(each.item) for each in take.invocations]
    assert "queue" in kinds
    assert kinds.count("worker_rpc") == 3


@pytest.mark.workerd
def test_assets_are_served_before_the_worker_as_at_cloudflare(root: Path) -> None:
    (root / "public").mkdir()
    (root / "public" / "index.html").write_text("a page")
    (root / "public" / "a.txt").write_text("a text")
    code = """
export default { async fetch(request, env) {
  return new Response(`worker: ${await (await env.ASSETS.fetch("https://assets/a.txt")).text()}`);
} };"""
    of = deployment(root, code, {"type": "assets", "name": "ASSETS"}, assets={"directory": "public"})
    responses = answered(of, Request(path="/"), Request(path="/other")).responses
    assert [each.body for each in responses] == ["a page", "worker: a text"]
    assert [each.arrived for each in responses] == [False, True]
    (moved,) = answered(of, Request(path="/index.html")).responses
    assert (moved.status, moved.arrived) == (307, False)
    (root / "public" / "a.txt").write_text("another")
    assert answered(of, Request(path="/other")).responses[0].body == "worker: another"


@pytest.mark.workerd
def test_migrations_of_a_database_are_applied_once(root: Path) -> None:
    (root / "migrations").mkdir()
    (root / "migrations" / "0001_first.sql").write_text("CREATE TABLE t (a TEXT); -- one;\nINSERT INTO t VALUES (';');")
    (root / "migrations" / "0002_more.sql").write_text("ALTER TABLE t ADD COLUMN b TEXT;")
    code = """
export default { async fetch(request, { DB }) {
  return Response.json((await DB.prepare("SELECT * FROM t").all()).results);
} };"""
    migrations = [{"binding": "DB", "directory": "migrations"}, {"binding": "GONE", "directory": "migrations"}]
    of = deployment(root, code, {"type": "d1", "name": "DB", "id": "1"}, d1_migrations=migrations)
    with deployed(of, storage=str(root / "kept")) as worker:
        assert worker.take([Request()]).responses[0].body == '[{"a":";","b":null}]'
    with deployed(of, storage=str(root / "kept")) as worker:
        assert worker.take([Request()]).responses[0].body == '[{"a":";","b":null}]'


@pytest.mark.workerd
def test_what_is_not_to_be_had_here_answers_what_the_drill_file_says(root: Path) -> None:
    code = """
export default { async fetch(request, env) {
  const { response } = await env.AI.run("a model", { prompt: "hi" });
  const fetched = await env.SHOP.fetch("https://shop/");
  return Response.json([response, fetched.status, await fetched.json(), "AI" in env, env.AI.other === undefined]);
} };"""
    of = deployment(root, code, {"type": "ai", "name": "AI"}, {"type": "service", "name": "SHOP", "service": "shop"})
    said: dict[str, Any] = {
        "AI": {"run": {"response": "hello"}},
        "SHOP": {"fetch": {"status": 201, "body": {"open": True}}},
    }
    assert body(replace(of, bindings=said)) == ["hello", 201, {"open": True}, True, True]


@pytest.mark.workerd
def test_faults_strike_as_without_simulators(root: Path) -> None:
    code = 'export default { async fetch(r, env) { return new Response(await env.ROOM.getByName("x").hit()); } };'
    of = deployment(root, code, {"type": "kv_namespace", "name": "KV"})
    take = answered(of, Request(), faults=Faults(storage_failing=1.0))
    assert take.responses[0].status == 500
    (told, *_) = failures(take.thrown, take.invocations, of.sources)
    assert "SQLITE_FULL" in told


@pytest.mark.workerd
def test_nothing_leaves_this_machine(root: Path) -> None:
    code = 'export default { fetch: () => fetch("https://example.com/") };'
    take = answered(deployment(root, code, {"type": "kv_namespace", "name": "KV"}), Request())
    assert take.responses[0].status == 500


@pytest.mark.workerd
def test_what_keeps_it_from_starting_is_told_with_its_place(root: Path) -> None:
    of = deployment(root, "undefinedThing.now();", {"type": "kv_namespace", "name": "KV"})
    with (
        pytest.raises(CannotRun, match=r"worker\.mjs:6:1: ReferenceError: undefinedThing is not defined"),
        deployed(of),
    ):
        pass


@pytest.mark.workerd
def test_what_miniflare_refuses_is_told_in_its_words(root: Path) -> None:
    (root / "public").mkdir()
    of = deployment(root, "", assets={"directory": "public"}, compatibility_date="3026-01-01")
    with pytest.raises(CannotRun, match='cannot plan the Worker:\nCompatibility date "3026-01-01" is in the future'):
        plan_of(of, HARNESS)


@pytest.mark.parametrize("directory", ["nowhere", "file"])
def test_assets_that_are_no_folder_are_told_by_the_name_that_is_given(root: Path, directory: str) -> None:
    (root / "file").write_text("")
    of = deployment(root, "", assets={"directory": directory})
    with pytest.raises(FiredrillError, match=f"assets.directory of the Worker .* is '{directory}', which is no folder"):
        options(of, HARNESS)


@pytest.mark.workerd
def test_a_plan_is_made_once(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    of = deployment(root, "export default {};", {"type": "kv_namespace", "name": "KV"})
    first = plan_of(of, HARNESS)
    monkeypatch.setattr(plan, "_make", None)
    assert plan_of(of, HARNESS) == first
    assert len(list((root / PLANS).iterdir())) == 1


def test_another_asset_is_another_plan(root: Path) -> None:
    (root / "public").mkdir()
    of = deployment(root, "", assets={"directory": "public"})
    before = options(of, HARNESS)
    (root / "public" / "new.txt").write_text("new")
    assert options(of, HARNESS) != before


def test_workerd_alone_runs_what_needs_no_simulator(root: Path) -> None:
    assert not is_simulated(deployment(root, ""))
    assert is_simulated(deployment(root, "", {"type": "kv_namespace", "name": "KV"}))


@pytest.mark.workerd
def test_the_cache_answers_with_what_was_put_into_it(root: Path) -> None:
    code = """
export default { async fetch(request) {
  const named = await caches.open("own");
  const found = [];
  for (const cache of [caches.default, named]) {
    found.push((await cache.match(request)) === undefined);
    await cache.put(request, new Response("kept", { headers: { "cache-control": "max-age=60" } }));
    found.push(await (await cache.match(request)).text(), await cache.delete(request));
  }
  return Response.json(found);
} };"""
    of = deployment(root, code)
    assert is_simulated(of)
    assert body(of) == [True, "kept", True] * 2


@pytest.mark.workerd
def test_a_worker_that_only_imports_what_emails_are_made_of_runs(root: Path) -> None:
    code = """
import { EmailMessage } from "cloudflare:email";
export default { fetch: () => Response.json(new EmailMessage("a@example.com", "b@example.com", "hello").to) };
"""
    assert body(deployment(root, code)) == "b@example.com"


@pytest.mark.workerd
def test_a_worker_with_assets_gets_the_batches_and_cron_runs_that_the_drill_gives_it(root: Path) -> None:
    (root / "public").mkdir()
    (root / "public" / "a.txt").write_text("asset")
    handlers = "queue({ queue }) { console.log(queue); }, scheduled({ cron }) { console.log(cron); }"
    code = f"export default {{ fetch() {{}}, {handlers} }};"
    of = deployment(root, code, assets={"directory": "public"}, queue_consumers=["jobs"])
    take = answered(of, Request(queue="jobs", batch=[1]), Request(scheduled="* * * * *"), Request(path="/a.txt"))
    assert [each.status for each in take.responses] == [200, 200, 200]
    logged = [log["message"] for each in take.invocations for log in each.item["logs"]]
    assert sorted(logged) == [["* * * * *"], ["jobs"]]
    assert {each.item.get("entrypoint") for each in take.invocations} == {None}


def test_assets_stay_the_projects_own_where_miniflare_would_write_to_them(tmp_path: Path) -> None:
    disks = {"kv:storage": True, "assets:storage": True, "assets:storage:shop": True, "assets:other": False}
    services = [{"name": name, "disk": {"path": name, "writable": writable}} for name, writable in disks.items()]
    (tmp_path / "config.json").write_text(json.dumps({"services": services, "sockets": []}))
    (tmp_path / "config.bin").write_bytes(b"")
    plan._keep(tmp_path, tmp_path / "kept")
    assert json.loads((tmp_path / "kept" / "plan.json").read_text())["disks"] == ["kv:storage"]


def test_a_miniflare_of_the_project_that_is_too_old_is_named_with_what_to_run(tmp_path: Path) -> None:
    library = tmp_path / "node_modules" / "miniflare"
    (library / "dist" / "src").mkdir(parents=True)
    (library / "package.json").write_text('{"version": "3.20240925.0"}')
    (library / "dist" / "src" / "index.js").write_text(
        "exports.Miniflare = class {}; exports.Log = class {}; exports.LogLevel = {};"
    )
    with pytest.raises(CannotRun, match=r"Miniflare 3\.20240925\.0 in .*'simulated', is too old; .*firedrill setup"):
        plan_of(deployment(tmp_path, "", {"type": "kv_namespace", "name": "KV"}), HARNESS)


def test_without_node_it_is_said_what_to_run(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan, "node", lambda _: None)
    with pytest.raises(CannotRun, match=r"Node 22\.12 or later, which provides the bindings of 'simulated'"):
        plan_of(deployment(root, "", {"type": "kv_namespace", "name": "KV"}), HARNESS)
