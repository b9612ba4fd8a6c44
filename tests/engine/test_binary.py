"""Which Pulumi CLI is taken."""

from __future__ import annotations

from pathlib import Path

import pytest

from firedrill import installed
from firedrill.engine import binary
from firedrill.engine.binary import Binary
from firedrill.errors import CannotRun
from firedrill.installed import pulumi_in

INSTALL = (
    "Install it as pulumi.com/docs/install says (3.190.0 or later), or, in a checkout of Firedrill, "
    "build one for its folder alone, which needs Go: make engine"
)


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is all of PATH, on a machine without a checkout."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setattr(installed, "PACKAGES", folder)
    return folder


def program(file: Path, prints: str) -> Path:
    """A program that prints a text."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"#!/bin/sh\necho '{prints}'\n")
    file.chmod(0o755)
    return file


def failure(root: Path) -> str:
    with pytest.raises(CannotRun) as raised:
        binary.find(root)
    return str(raised.value)


def test_the_users_own_is_taken(path: Path, tmp_path: Path) -> None:
    own = program(path / "pulumi", "v3.215.1")
    program(pulumi_in(tmp_path, "3.300.0"), "v3.300.0")
    assert binary.find(tmp_path) == Binary(own, "3.215.1")


def test_otherwise_the_newest_that_was_built_is(path: Path, tmp_path: Path) -> None:
    for version in ("3.200.0", "3.210.0", "3.99.0"):
        program(pulumi_in(tmp_path, version), version)
    assert binary.find(tmp_path) == Binary(pulumi_in(tmp_path, "3.210.0"), "3.210.0")


def test_one_that_was_built_is_taken_instead_of_an_old_one(path: Path, tmp_path: Path) -> None:
    program(path / "pulumi", "v3.189.9")
    built = program(pulumi_in(tmp_path, "3.210.0"), "v3.210.0")
    assert binary.find(tmp_path).path == built


def test_an_old_one_is_refused_with_its_version(path: Path, tmp_path: Path) -> None:
    own = program(path / "pulumi", "v3.189.9")
    assert failure(tmp_path) == f"{own} is version 3.189.9, and 3.190.0 or later is needed. {INSTALL}"


def test_a_machine_without_any_is_told_how_to_get_one(path: Path, tmp_path: Path) -> None:
    assert failure(tmp_path) == f"There is no Pulumi CLI on PATH. {INSTALL}"


def test_what_prints_no_version_is_refused(path: Path, tmp_path: Path) -> None:
    own = program(path / "pulumi", "a musical instrument")
    assert failure(tmp_path) == f"{own} version printed 'a musical instrument', which is not a version. {INSTALL}"


def test_what_cannot_be_run_is_refused(path: Path, tmp_path: Path) -> None:
    own = program(path / "pulumi", "")
    own.write_bytes(b"\x7fELF")
    assert failure(tmp_path) == f"{own} cannot be run: Exec format error. {INSTALL}"
