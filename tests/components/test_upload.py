"""What the real Wrangler would upload."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from firedrill.components.problems import DeclarationError
from firedrill.components.wrangler import upload
from firedrill.components.wrangler.file import read
from firedrill.components.wrangler.upload import Upload, upload_of

ROOT = Path(__file__).resolve().parents[2]
Uploaded = Callable[..., Upload]
FILES = {
    "src/index.ts": 'import { name } from "@/name"; import words from "./words.txt"; import { Room } from "./room";\n'
    "export { Room };\nexport default { fetch: () => new Response(`${name} ${MODE} ${words}`) } satisfies object;\n",
    "src/room.ts": "export class Room {}\n",
    "src/name.ts": 'export const name: string = "chat";\n',
    "src/words.txt": "hello",
    "tsconfig.json": '{ "compilerOptions": { "paths": { "@/*": ["./src/*"] } } }',
}
CONFIG: dict[str, Any] = {
    "name": "chat",
    "main": "src/index.ts",
    "compatibility_date": "2026-11-01",
    "define": {"MODE": '"fast"'},
    "env": {"dev": {"vars": {"LIMIT": 5}, "kv_namespaces": [{"binding": "CACHE", "id": "abc"}], "minify": True}},
}


@pytest.fixture
def uploaded(tmp_path: Path) -> Uploaded:
    """Lets Wrangler bundle a Worker with some files changed and some keys of its configuration added."""
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")

    def run(environment: str = "", files: Mapping[str, str] = MappingProxyType({}), **changes: Any) -> Upload:
        for name, text in {**FILES, **files, "wrangler.jsonc": json.dumps({**CONFIG, **changes})}.items():
            path = tmp_path / "chat" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return upload_of(tmp_path, read(tmp_path, "chat/wrangler.jsonc", environment))

    return run


def test_code_is_bundled_as_wrangler_does_it(uploaded: Uploaded) -> None:
    made = uploaded().made
    code = made.code.decode()
    assert '"chat"' in code
    assert '"fast"' in code
    assert made.exports == ["Room", "default"]
    assert [(each.content_type, each.content) for each in made.modules] == [("text/plain", b"hello")]
    assert made.modules[0].name in code


def test_code_that_is_bundled_already_is_uploaded_as_it_is(uploaded: Uploaded) -> None:
    code = 'import words from "./words.txt"; class Room {}\nconst w = { fetch: () => words };\n'
    code += "export { Room, w as default };\n"
    made = uploaded(files={"src/made.js": code}, main="src/made.js", no_bundle=True).made
    assert made.code.decode() == code
    assert made.exports == ["Room", "default"]
    assert [(each.name, each.content) for each in made.modules] == [("words.txt", b"hello")]


def test_no_image_of_a_container_is_built_for_what_would_be_uploaded(uploaded: Uploaded) -> None:
    made = uploaded(
        files={"Dockerfile": "FROM scratch\n"},
        containers=[{"class_name": "Room", "image": "./Dockerfile"}],
        durable_objects={"bindings": [{"name": "ROOMS", "class_name": "Room"}]},
        migrations=[{"tag": "v1", "new_sqlite_classes": ["Room"]}],
    ).made
    assert made.exports == ["Room", "default"]


def test_the_environment_decides_on_settings_and_bindings(uploaded: Uploaded) -> None:
    found = uploaded("dev")
    assert {each["name"]: each["type"] for each in found.bindings} == {"CACHE": "kv_namespace", "LIMIT": "json"}
    assert len(found.made.code) < len(uploaded().made.code)


def test_the_source_map_names_the_project_s_files(uploaded: Uploaded) -> None:
    assert set(uploaded().made.source_map["sources"]) == {f"chat/src/{name}.ts" for name in ("index", "name", "room")}


def test_the_same_sources_give_the_same_bytes(uploaded: Uploaded) -> None:
    assert uploaded().made == uploaded().made


def test_nothing_of_our_environment_reaches_wrangler_or_its_build(
    uploaded: Uploaded, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DD_API_KEY", "a secret")
    uploaded(build={"command": "env > build.txt"})
    seen = (tmp_path / "chat/build.txt").read_text()
    assert "a secret" not in seen
    assert f"HOME={os.environ['HOME']}" not in seen.splitlines()


def test_a_build_of_the_project_may_use_npx(uploaded: Uploaded, tmp_path: Path) -> None:
    uploaded(build={"command": "npx esbuild --version > built.txt"})
    assert (tmp_path / "chat/built.txt").read_text().strip()


def test_a_build_finds_the_project_s_own_programs_first(uploaded: Uploaded, tmp_path: Path) -> None:
    own = tmp_path / "chat/node_modules/.bin/esbuild"
    own.parent.mkdir(parents=True)
    own.write_text("#!/bin/sh\necho 'of the project'\n")
    own.chmod(0o755)
    uploaded(build={"command": "esbuild --version > built.txt"})
    assert (tmp_path / "chat/built.txt").read_text() == "of the project\n"


def test_of_a_build_that_fails_it_is_told_what_it_said(uploaded: Uploaded) -> None:
    with pytest.raises(DeclarationError) as error:
        uploaded(build={"command": "echo no such place; exit 3"})
    first, *lines = str(error.value).splitlines()
    assert first == "Wrangler cannot bundle chat/wrangler.jsonc:"
    assert "Running custom build `echo no such place; exit 3` failed" in lines[0]
    assert lines[1:] == ["[custom build] Running: echo no such place; exit 3", "[custom build] no such place"]


def test_what_wrangler_refuses_is_told_in_its_words(uploaded: Uploaded) -> None:
    with pytest.raises(DeclarationError) as error:
        uploaded(files={"src/name.ts": 'export { name } from "./nowhere";'})
    told = str(error.value)
    assert told.startswith("Wrangler cannot bundle chat/wrangler.jsonc:\n")
    assert 'Could not resolve "./nowhere"' in told
    assert "src/name.ts:1:21" in told
    assert "\x1b" not in told


def test_a_wrangler_of_the_project_that_is_too_old_gives_way(uploaded: Uploaded, tmp_path: Path) -> None:
    own = tmp_path / "chat/node_modules/wrangler/bin/wrangler.js"
    own.parent.mkdir(parents=True)
    own.write_text('console.error("Unknown arguments: outfile"); process.exitCode = 1;')
    assert uploaded().made.exports == ["Room", "default"]


def test_where_the_only_wrangler_is_too_old_it_is_said_what_to_run(
    uploaded: Uploaded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "chat/node_modules/wrangler/bin/wrangler.js"
    own.parent.mkdir(parents=True)
    own.write_text('console.error("Unknown argument: metafile\\nand all of its options"); process.exitCode = 1;')
    monkeypatch.setattr(upload, "from_npm", lambda *_: own)
    with pytest.raises(DeclarationError, match=r"^The Wrangler in chat/node_modules is too old .*; run: ") as error:
        uploaded()
    assert "options" not in str(error.value)


def test_the_project_s_own_wrangler_is_asked_first(uploaded: Uploaded, tmp_path: Path) -> None:
    own = tmp_path / "chat/node_modules/wrangler/bin/wrangler.js"
    own.parent.mkdir(parents=True)
    own.write_text('console.error("the project\'s own"); process.exitCode = 1;')
    with pytest.raises(DeclarationError, match="the project's own"):
        uploaded()


def test_without_node_it_is_said_what_to_run(uploaded: Uploaded, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upload, "node", lambda _: None)
    with pytest.raises(
        DeclarationError, match=r"Node 22\.12 or later, on which Wrangler runs, is not installed; run: "
    ):
        uploaded()
