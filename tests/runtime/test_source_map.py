"""Places of a bundle become places of the files that it was made of."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from firedrill.components.worker.bundle import build
from firedrill.runtime.source_map import Sources, sources_of

ROOT = Path(__file__).parents[2]
MAP: Mapping[str, object] = {
    "version": 3,
    "sources": ["../src/a.ts", "../node_modules/lib/b.js"],
    "mappings": "AAAA,QAAQ;;ACEJ,4HADI",
}
"""Line 1: columns 1 and 9 are a.ts:1:1 and 1:9. Line 3: columns 1 and 125 are b.js:3:5 and 2:9."""


def sources(**changes: object) -> Sources:
    return Sources("dist/chat.mjs", json.dumps({**MAP, **changes}).encode())


@pytest.mark.parametrize(
    ("line", "column", "place"),
    [
        (1, 1, "src/a.ts:1:1"),
        (1, 8, "src/a.ts:1:1"),
        (1, 9, "src/a.ts:1:9"),
        (1, 900, "src/a.ts:1:9"),
        (3, 124, "node_modules/lib/b.js:3:5"),
        (3, 125, "node_modules/lib/b.js:2:9"),
        (2, 1, "dist/chat.mjs:2:1"),
        (9, 1, "dist/chat.mjs:9:1"),
    ],
)
def test_a_place_of_the_bundle_is_that_of_the_last_mapping_before_it(line: int, column: int, place: str) -> None:
    assert sources().place(line, column) == place


def test_a_source_root_is_part_of_the_path() -> None:
    assert sources(sourceRoot="../code").place(1, 1) == "src/a.ts:1:1"
    assert sources(sourceRoot="deep").place(1, 1) == "dist/src/a.ts:1:1"


@pytest.mark.parametrize(
    "source_map", [b"", b"no JSON", b"[]", b'{"version": 2, "mappings": "AAAA", "sources": ["a"]}']
)
def test_without_a_map_that_can_be_read_places_are_in_the_bundle(source_map: bytes) -> None:
    assert Sources("dist/chat.mjs", source_map).place(3, 4) == "dist/chat.mjs:3:4"


def test_an_exception_is_placed_in_the_first_frame_of_the_projects_own_code() -> None:
    stack = "    at lib (worker.mjs:3:1)\n    at mine (worker.mjs:1:9)\n    at handle (firedrill/faults.mjs:9:9)"
    assert sources().thrown_at(stack) == "src/a.ts:1:9"
    assert sources().thrown_at("    at lib (worker.mjs:3:1)") == "node_modules/lib/b.js:3:5"
    assert sources().thrown_at("    at handle (firedrill/faults.mjs:9:9)") == ""


def test_the_wrappers_are_not_the_projects_own_code() -> None:
    of_wrapper = sources(sources=["../src/a.ts", "../.firedrill/lib/firedrill/invocation.mjs"])
    stack = "    at invoke (worker.mjs:3:1)\n    at mine (worker.mjs:1:9)"
    assert of_wrapper.thrown_at(stack) == "src/a.ts:1:9"
    assert of_wrapper.thrown_at("    at invoke (worker.mjs:3:1)") == ".firedrill/lib/firedrill/invocation.mjs:3:5"


def test_esbuilds_own_map_leads_back_to_typescript(tmp_path: Path) -> None:
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "index.ts").write_text(
        'import { fail } from "./fail";\nexport default { fetch(): Response { return fail("é😀"); } };\n'
    )
    (tmp_path / "src" / "fail.ts").write_text(
        "interface Nothing {}\n\nexport function fail(why: string): never {\n  throw new Error(why);\n}\n"
    )
    bundle = build(tmp_path, "chat", "src/index.ts", []).path
    lines = (tmp_path / bundle).read_text().splitlines()
    line = next(number for number, text in enumerate(lines, 1) if "throw new Error" in text)
    column = lines[line - 1].index("throw") + 1
    assert sources_of(bundle, tmp_path).place(line, column) == "src/fail.ts:4:3"


def test_a_bundle_without_a_map_beside_it_stands_for_itself(tmp_path: Path) -> None:
    assert sources_of("dist/index.js", tmp_path).place(2, 3) == "dist/index.js:2:3"
