from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from firedrill.components.telemetry import LEVEL

Bundle = Callable[..., Path]


def test_bundling_twice_gives_the_same_bytes(bundled: Bundle) -> None:
    assert bundled().read_bytes() == bundled().read_bytes()


def test_the_bundle_is_made_of_the_workers_sources_only(bundled: Bundle, tmp_path: Path) -> None:
    bundled(f"--metafile={tmp_path / 'meta.json'}")
    inputs = json.loads((tmp_path / "meta.json").read_text())["inputs"]
    root = Path(__file__).parents[2]
    sources = (each for folder in ("worker/src", "firedrill/worker") for each in (root / folder).glob("*.mjs"))
    assert set(inputs) <= {str(source.relative_to(root)) for source in sources}


def test_the_bundle_exports_the_gateway_and_the_class(bundled: Bundle, tmp_path: Path) -> None:
    bundled(f"--metafile={tmp_path / 'meta.json'}")
    (output,) = json.loads((tmp_path / "meta.json").read_text())["outputs"].values()
    assert sorted(output["exports"]) == ["ConversationStateDO", "default"]
    assert {imported["path"] for imported in output["imports"]} == {"cloudflare:workers"}


def test_telemetry_writes_its_line_and_the_mark_of_a_failure_and_nothing_else(bundled: Bundle) -> None:
    calls = [line for line in bundled().read_text().splitlines() if "console." in line]
    assert sorted(line.strip() for line in calls) == [
        f"console.{LEVEL}(line(event));",
        "console.error(BACKGROUND_ERROR);",
    ]
