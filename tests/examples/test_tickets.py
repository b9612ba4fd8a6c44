"""A project of its own that only uses the installed package: its folder is copied out of this repository."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "tickets"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The example as a folder of its own, with what set-up installs there."""
    folder = tmp_path / "tickets"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns(".firedrill"))
    (folder / ".firedrill").mkdir()
    (folder / ".firedrill" / "npm").mkdir()
    (folder / ".firedrill" / "npm" / "node_modules").symlink_to(ROOT / "node_modules")
    return folder


def firedrill(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "firedrill", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.workerd
def test_every_alert_of_another_project_is_proven_and_no_policy_refuses_it(project: Path) -> None:
    drilled = firedrill(project, "drill")
    assert drilled.returncode == 0, drilled.stdout + drilled.stderr
    assert "tickets: 15 of 15 alerts proven" in drilled.stdout
    judged = firedrill(project, "policy")
    assert judged.returncode == 0, judged.stdout + judged.stderr


def test_another_project_gets_nothing_but_what_it_ignores(project: Path) -> None:
    before = {path for path in project.rglob("*") if ".firedrill" not in path.parts}
    assert firedrill(project, "render").returncode == 0
    assert {path for path in project.rglob("*") if ".firedrill" not in path.parts} == before
    assert (project / ".firedrill" / "bundles" / "tickets.mjs").is_file()
    assert (project / ".gitignore").read_text() == ".firedrill/\n"


def test_the_declaration_of_a_worker_stays_about_ten_lines_long() -> None:
    assert len((EXAMPLE / "__main__.py").read_text().splitlines()) <= 12
