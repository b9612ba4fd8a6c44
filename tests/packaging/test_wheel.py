"""The wheel in an empty environment and an empty folder, as a stranger has it, up to the first verdict."""

from __future__ import annotations

import os
import re
import sys
import zipfile
from pathlib import Path

import pytest

from firedrill import __version__
from tests.packaging.commands import run

ROOT = Path(__file__).resolve().parents[2]
SOURCES = {".css", ".json", ".lark", ".mjs", ".mts", ".py", ".typed", ".yaml"}

pytestmark = pytest.mark.workerd


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from this folder."""
    folder = tmp_path_factory.mktemp("wheel")
    run([sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, ROOT], folder)
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def program(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command, installed with the extra `pulumi` into an environment of its own."""
    venv = tmp_path_factory.mktemp("environment") / "venv"
    run([sys.executable, "-m", "venv", venv], venv.parent)
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    pins = [line.removesuffix("\\").strip() for line in lines if re.match(r"[a-z].*==", line)]
    (venv.parent / "constraints.txt").write_text("\n".join(pins))
    install = [venv / "bin" / "pip", "install", "--quiet", "--constraint", "constraints.txt"]
    run([*install, f"{wheel}[pulumi]"], venv.parent)
    return venv / "bin" / "firedrill"


def test_it_holds_everything_that_the_package_has(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        packed = set(archive.namelist())
    files = {str(file.relative_to(ROOT)) for file in (ROOT / "firedrill").rglob("*") if file.suffix in SOURCES}
    assert {name for name in files if "__pycache__" not in name} - packed == set()
    assert {"firedrill/npm/package-lock.json", "firedrill/npm/requirements-node.txt"} <= packed
    assert {name.split("/")[0] for name in packed} == {"firedrill", f"firedrill-{__version__}.dist-info"}


def test_a_stranger_comes_from_an_empty_folder_to_a_proven_stack(program: Path, tmp_path: Path) -> None:
    assert run([program, "--version"], tmp_path) == f"firedrill {__version__}\n"
    (tmp_path / "monitor.json").write_text('{"name": "m", "type": "metric alert", "query": "nonsense"}')
    assert "nonsense" in run([program, "check", "--resources", "monitor.json"], tmp_path, code=1)
    project = tmp_path / "counters"
    project.mkdir()
    run([program, "init"], project)
    run([program, "setup"], project)
    assert os.access(project / ".firedrill" / "npm" / "node_modules" / "workerd", os.R_OK)
    assert "counters: " in (said := run([program, "drill"], project))
    assert "stack dev: proven" in said
    assert run([program, "policy", "--path"], project) == f"{project}/.firedrill/policy-pack\n"
