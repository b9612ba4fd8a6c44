"""The declarations of the npm package: made from the JSDoc, and never stale."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tools import declarations

ROOT = Path(__file__).parents[2]


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the package and of the Worker that uses it."""
    for folder in ("firedrill/worker", "worker"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    monkeypatch.setattr(declarations, "ROOT", tmp_path)
    return tmp_path


def test_what_the_jsdoc_says_now_is_told_and_then_written(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    module = root / "firedrill/worker/retry.mjs"
    module.write_text(module.read_text().replace("attempts: number,", "attempts: number, seed?: string,"))
    stale = root / "firedrill/worker/types/retry.d.mts"
    (root / "firedrill/worker/types/gone.d.mts").touch()
    before = stale.read_text()
    assert declarations.main(["--check"]) == 1
    assert capsys.readouterr().out == (
        "firedrill/worker/types/retry.d.mts is out of date; update it with: make gen\n"
        "firedrill/worker/types/gone.d.mts is out of date; update it with: make gen\n"
    )
    assert stale.read_text() == before
    assert declarations.main([]) == 0
    assert "seed?: string" in stale.read_text()
    assert sorted(file.name for file in stale.parent.iterdir()) == sorted(
        file.name for file in (ROOT / declarations.TYPES).iterdir()
    )


def test_a_type_that_does_not_fit_is_told_and_nothing_is_written(root: Path, capfd: pytest.CaptureFixture[str]) -> None:
    module = root / "firedrill/worker/retry.mjs"
    module.write_text(module.read_text() + 'export const wrong = "" * 2;\n')
    assert declarations.main([]) == 1
    assert "firedrill/worker/retry.mjs" in capfd.readouterr().out
    assert "wrong" not in (root / "firedrill/worker/types/retry.d.mts").read_text()


def test_declarations_are_those_that_the_exports_lead_to() -> None:
    made = {
        "telemetry.d.mts": 'export { a } from "./a.mjs";',
        "a.d.mts": 'export type B = import("./b.mjs").B;',
        "b.d.mts": 'import { a } from "./a.mjs";',
        "errors.d.mts": "",
        "reporter.d.mts": "",
        "retry.d.mts": "",
        "collector.d.mts": "",
    }
    assert declarations.reached(made) == sorted(set(made) - {"collector.d.mts"})
