"""Where workerd, esbuild and the Pulumi CLI are looked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from firedrill import installed
from firedrill.installed import FROM_NPM, from_npm, how_to_set_up

TOOL = "tool/bin/tool"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project in a folder of a repository, on a machine with a checkout of Firedrill elsewhere."""
    checkout = tmp_path / "checkout"
    (checkout / "tools").mkdir(parents=True)
    (checkout / "tools" / "setup.py").write_text("")
    monkeypatch.setattr(installed, "PACKAGES", checkout)
    folder = tmp_path / "repository" / "services" / "shop"
    folder.mkdir(parents=True)
    return folder


def put(folder: Path) -> Path:
    """Put the tool into a folder's node_modules."""
    file = folder / "node_modules" / TOOL
    file.parent.mkdir(parents=True)
    file.write_text("")
    return file


def test_the_nearer_place_goes_before_the_farther_one(project: Path) -> None:
    assert from_npm(project, TOOL) is None
    for place in (installed.PACKAGES, project.parents[1], project, project / FROM_NPM):
        nearest = put(place)
        assert from_npm(project, TOOL) == nearest


def test_a_wheel_looks_for_nothing_beside_itself(project: Path) -> None:
    put(installed.PACKAGES)
    (installed.PACKAGES / "tools" / "setup.py").unlink()
    assert from_npm(project, TOOL) is None


def test_a_relative_folder_is_that_of_the_same_place(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = put(project.parent)
    monkeypatch.chdir(project)
    assert from_npm(Path(), TOOL) == found


def test_a_checkout_is_set_up_by_make_and_any_other_project_by_the_command(project: Path) -> None:
    assert how_to_set_up(installed.PACKAGES) == "make setup"
    assert how_to_set_up(project) == "firedrill setup"
