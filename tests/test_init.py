"""`firedrill init`: what it writes, and what it leaves alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from tests.command_line import firedrill

WRANGLER = {
    "name": "Chat_Room",
    "main": "src/index.js",
    "compatibility_date": "2026-10-01",
    "durable_objects": {
        "bindings": [
            {"name": "ROOMS", "class_name": "ChatRoom"},
            {"name": "ELSEWHERE", "class_name": "Other", "script_name": "another-worker"},
        ]
    },
}
TOML = """\
name = "chat"
main = "src/index.js"
logpush = true
[[durable_objects.bindings]]
name = "ROOMS"
class_name = "ChatRoom"
"""
PROJECT = ["Pulumi.yaml", "Pulumi.dev.yaml", "__main__.py", "drill.yaml", ".gitignore"]


def config(folder: Path) -> Any:
    return yaml.safe_load((folder / "Pulumi.dev.yaml").read_text())["config"]


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    folder = tmp_path / "My Shop"
    folder.mkdir()
    return folder


def test_an_empty_folder_gets_a_small_worker_that_is_observed(shop: Path) -> None:
    done = firedrill("init", folder=shop)
    assert done.code == 0
    assert [line.removeprefix("wrote ") for line in done.out.splitlines() if line.startswith("wrote ")] == [
        "src/index.mjs",
        *PROJECT,
    ]
    worker = config(shop)["firedrill:workers"]["my-shop"]
    assert (shop / worker["entry"]).is_file()
    assert (shop / worker["drill"]).is_file()
    assert "to do: Pulumi.dev.yaml: fill in the lines with 'yours'" in done.out
    assert done.out.endswith("next: firedrill setup, then firedrill drill\n")


@pytest.mark.parametrize(("name", "text"), [("wrangler.jsonc", json.dumps(WRANGLER)), ("wrangler.toml", TOML)])
def test_what_wrangler_deploys_is_described_as_its_file_says(shop: Path, name: str, text: str) -> None:
    (shop / name).write_text(text)
    done = firedrill("init", folder=shop)
    assert sorted(path.name for path in shop.iterdir()) == sorted([*PROJECT, name])
    ((key, worker),) = config(shop)["firedrill:workers"].items()
    assert key in ("chat", "chat-room")
    assert (worker["managed"], worker["wrangler"]) == (False, name)
    assert {each: settings["binding"] for each, settings in worker["classes"].items()} == {"ChatRoom": "ROOMS"}
    assert 'to do: src/index.js: import { observeObject, observeWorker } from "firedrill"' in done.out
    assert "in place of fetch; until then the config is refused" in done.out
    assert ("logpush has to be true" in done.out) == (name == "wrangler.jsonc")


def test_a_long_name_stays_what_wrangler_has(shop: Path) -> None:
    name = "worker-hono-drizzle-durable-object-sqlite"
    (shop / "wrangler.jsonc").write_text(json.dumps({**WRANGLER, "name": name}))
    assert firedrill("init", folder=shop).code == 0
    ((key, worker),) = config(shop)["firedrill:workers"].items()
    assert worker["name"] == name
    assert name.startswith(key)


def test_a_class_that_no_binding_names_is_observed_by_its_export(shop: Path) -> None:
    migrations = [{"tag": "v1", "new_sqlite_classes": ["ChatRoom", "Gone"]}, {"tag": "v2", "deleted_classes": ["Gone"]}]
    (shop / "wrangler.jsonc").write_text(
        json.dumps({**WRANGLER, "durable_objects": {"bindings": []}, "migrations": migrations})
    )
    done = firedrill("init", folder=shop)
    ((_, worker),) = config(shop)["firedrill:workers"].items()
    assert [*worker["classes"]] == ["ChatRoom"]
    assert "binding" not in worker["classes"]["ChatRoom"]
    assert '{ ChatRoom: "ChatRoom" }' in done.out


def test_a_class_in_typescript_is_observed_by_a_decorator(shop: Path) -> None:
    (shop / "wrangler.jsonc").write_text(json.dumps({**WRANGLER, "main": "src/index.ts"}))
    told = (
        'to do: src/index.ts: import { observedObject, observeWorker } from "firedrill"; put @observedObject() before'
    )
    assert told in firedrill("init", folder=shop).out
    (shop / "src").mkdir()
    (shop / "src" / "index.ts").write_text(
        'import { observedObject, observeWorker } from "firedrill";\n@observedObject() export class ChatRoom {}\n'
        'export default observeWorker({}, { ROOMS: "ChatRoom" });\n'
    )
    assert "to do: src/index.ts" not in firedrill("init", folder=shop).out


def test_a_project_that_has_the_package_from_npm_needs_no_alias(shop: Path) -> None:
    (shop / "wrangler.jsonc").write_text(json.dumps(WRANGLER))
    assert "alias has to map" in firedrill("init", folder=shop).out
    (shop / "node_modules" / "firedrill").mkdir(parents=True)
    assert "alias has to map" not in firedrill("init", folder=shop).out


def test_the_package_may_lie_in_the_root_of_a_monorepo(shop: Path) -> None:
    (shop / "node_modules" / "firedrill").mkdir(parents=True)
    part = shop / "apps" / "chat"
    part.mkdir(parents=True)
    (part / "wrangler.jsonc").write_text(json.dumps(WRANGLER))
    assert "alias has to map" not in firedrill("init", folder=part).out


@pytest.mark.parametrize("group", ["dependencies", "devDependencies"])
def test_what_cloudflares_vite_plugin_builds_is_described_by_the_file_that_it_writes(shop: Path, group: str) -> None:
    (shop / "wrangler.jsonc").write_text(json.dumps(WRANGLER))
    (shop / "package.json").write_text(json.dumps({group: {"@cloudflare/vite-plugin": "1"}}))
    out = firedrill("init", folder=shop).out
    assert "install the npm package firedrill: Cloudflare's Vite plugin takes no alias" in out
    assert "alias has to map" not in out
    assert "Pulumi.dev.yaml: let wrangler name the wrangler.json that your build writes" in out
    config = (shop / "Pulumi.dev.yaml").read_text()
    (shop / "Pulumi.dev.yaml").write_text(
        config.replace("wrangler: wrangler.jsonc", "wrangler: dist/shop/wrangler.json")
    )
    assert "let wrangler name" not in firedrill("init", folder=shop).out


def test_a_class_in_typescript_that_vite_builds_is_observed_by_the_function(shop: Path) -> None:
    (shop / "wrangler.jsonc").write_text(json.dumps({**WRANGLER, "main": "src/index.ts"}))
    (shop / "package.json").write_text(json.dumps({"devDependencies": {"@cloudflare/vite-plugin": "1"}}))
    out = firedrill("init", folder=shop).out
    assert 'export const X = observeObject(class X ..., { className: "X" }); export type X' in out
    assert "@observedObject" not in out


def test_a_drill_file_that_is_kept_is_no_longer_to_be_written(shop: Path) -> None:
    (shop / "wrangler.toml").write_text(TOML)
    assert "to do: drill.yaml" in firedrill("init", folder=shop).out
    again = firedrill("init", folder=shop)
    assert "kept drill.yaml, which is there\n" in again.out
    assert "to do: drill.yaml" not in again.out


def test_nothing_is_overwritten(shop: Path) -> None:
    (shop / "Pulumi.dev.yaml").write_text("config: {}\n")
    (shop / ".gitignore").write_text("node_modules/\nbuild")
    done = firedrill("init", folder=shop)
    assert "kept Pulumi.dev.yaml, which is there\n" in done.out
    assert (shop / "Pulumi.dev.yaml").read_text() == "config: {}\n"
    assert (shop / ".gitignore").read_text() == "node_modules/\nbuild\n.firedrill/\n__pycache__/\n"


def test_a_second_time_changes_nothing(shop: Path) -> None:
    firedrill("init", folder=shop)
    before = {path: path.read_bytes() for path in shop.rglob("*") if path.is_file()}
    assert "wrote" not in firedrill("init", folder=shop).out
    assert {path: path.read_bytes() for path in shop.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", "wrangler.jsonc"),
        ('{"name": "chat"}', "wrangler.jsonc has no Durable Object class of this Worker"),
        ('{"durable_objects": 1}', "durable_objects"),
    ],
)
def test_a_wrangler_file_without_anything_to_observe_is_refused_and_nothing_is_written(
    shop: Path, content: str, told: str
) -> None:
    (shop / "wrangler.jsonc").write_text(content)
    done = firedrill("init", folder=shop)
    assert done.code == 2
    assert told in done.err
    assert [path.name for path in shop.iterdir()] == ["wrangler.jsonc"]


@pytest.mark.parametrize("name", ["wrangler.jsonc", ".gitignore"])
def test_a_folder_in_place_of_a_file_is_told_before_anything_is_written(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    ran = firedrill("init", folder=tmp_path)
    assert (ran.code, ran.out, [each.name for each in tmp_path.iterdir()]) == (2, "", [name])
    assert name in ran.err


def test_a_file_in_place_of_a_folder_says_what_to_move(tmp_path: Path) -> None:
    (tmp_path / "src").touch()
    assert firedrill("init", folder=tmp_path).err == (
        "firedrill: src needs a folder where a file is; move the file away or give another path.\n"
    )


def test_what_is_done_is_no_longer_to_do(shop: Path) -> None:
    wrangler = {**WRANGLER, "logpush": True, "alias": {"firedrill": "./.firedrill/lib/firedrill/telemetry.mjs"}}
    (shop / "wrangler.jsonc").write_text(json.dumps(wrangler))
    firedrill("init", folder=shop)
    (shop / "src").mkdir()
    (shop / "src" / "index.js").write_text(
        'import { observeObject, observeWorker } from "firedrill";\n'
        "export const ChatRoom = observeObject(class ChatRoom {});\n"
        'export default observeWorker({}, { ROOMS: "ChatRoom" });\n'
    )
    stack = shop / "Pulumi.dev.yaml"
    stack.write_text(stack.read_text().replace("# yours", "").replace("operations: [fetch]", "operations: [post]"))
    assert "to do" not in firedrill("init", folder=shop).out
