"""Workers that Wrangler deploys: their bytes are its own, and observed they answer as bare ones do."""

from __future__ import annotations

import os
import subprocess
from base64 import b64decode
from pathlib import Path

import pytest

from bench.same import BARE, Difference, bare_of, differences
from firedrill.components.wrangler.file import read
from firedrill.components.wrangler.upload import upload_of
from firedrill.drill.plan import Plan
from firedrill.environment import for_child
from firedrill.installed import node
from firedrill.runtime.config import files
from firedrill.runtime.deployment import Deployment
from firedrill.runtime.miniflare.options import options
from firedrill.runtime.take import Faults, Request
from firedrill.scenarios.scenario import TakeSpec

ROOT = Path(__file__).resolve().parents[2]
ROOM = "examples/chat-room/wrangler.jsonc"
SCRIPT = {
    "script_name": "chat-room",
    "compatibility_date": "2026-10-01",
    "bindings": [{"type": "durable_object_namespace", "name": "ROOMS", "class_name": "ChatRoom"}],
    "migrations": {"new_tag": "v1", "new_sqlite_classes": ["ChatRoom"]},
}


@pytest.fixture(scope="module")
def observed() -> Deployment:
    """The chat room as the drill runs it."""
    return Deployment(SCRIPT, upload_of(ROOT, read(ROOT, ROOM, "")).made.code, root=ROOT)


def compared(observed: Deployment, *requests: Request) -> list[Difference]:
    plan = Plan(observed, TakeSpec("healthy", requests=requests, faults=Faults()), ())
    return [*differences(plan, bare_of(observed, ROOT, ROOM, ""))]


@pytest.mark.workerd
def test_what_the_drill_runs_is_byte_for_byte_what_wrangler_writes(observed: Deployment, tmp_path: Path) -> None:
    program = ROOT / "node_modules/wrangler/bin/wrangler.js"
    command = [str(node(ROOT)), str(program), "deploy", "--dry-run", "--config", str(ROOT / ROOM), "--env", ""]
    environment = {**for_child(), "HOME": str(tmp_path), "CI": "1", "WRANGLER_SEND_METRICS": "false"}
    environment["PATH"] = os.environ["PATH"]
    subprocess.run([*command, "--outdir", str(tmp_path / "out")], cwd=tmp_path, env=environment, check=True)
    written = (tmp_path / "out" / "index.js").read_bytes()
    assert files(observed)["worker.mjs"] == written
    modules = options(observed, Path(__file__))["workers"][0]["modules"]
    assert [b64decode(each["contents"]) for each in modules if each["path"] == "worker.mjs"] == [written]


@pytest.mark.workerd
def test_an_observed_worker_answers_as_the_bare_one(observed: Deployment) -> None:
    room = [
        Request(method="POST", path="/rooms/a/messages", headers={"content-type": "application/json"}, body=body)
        for body in ('{"author":"ada","text":"hello"}', '{"author":"ada"}', "no JSON")
    ]
    asked = [Request(path=path) for path in ("/rooms/a/messages", "/rooms/a/members", "/rooms", "/nowhere")]
    sockets = [Request(path="/rooms/a/socket?as=bob", messages=("hello", "")), Request(path="/rooms/a/socket")]
    assert compared(observed, *room, *asked, *sockets, *asked) == []


@pytest.mark.workerd
def test_an_answer_that_observing_changes_is_told(observed: Deployment) -> None:
    changed = Deployment(SCRIPT, observed.bundle.replace(b"members", b"m3mbers"), root=ROOT)
    assert "observeObject" in BARE
    found = compared(changed, Request(path="/rooms/a/members"))
    assert [each.request for each in found] == ["GET /rooms/a/members"]
