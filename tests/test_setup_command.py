"""`firedrill setup`, with the programs that it runs written down instead of run."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from firedrill import setup
from tests.command_line import Ran, firedrill

LOCKED = Path(__file__).resolve().parents[1] / "package-lock.json"


@dataclass
class Machine:
    """What set-up ran, with PATH; a command with the word `broken` in it fails, and `npm` says whether there is one."""

    project: Path
    ran: list[tuple[str, ...]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    broken: str = "\0"
    npm: bool = True

    def run(self, command: list[str], folder: Path, environment: Mapping[str, str]) -> str:
        self.ran.append((Path(command[0]).name, *command[1:]))
        self.paths.append(environment["PATH"])
        return "  no route to host" if self.broken in " ".join(command) else ""

    def which(self, program: str) -> str | None:
        return f"/usr/bin/{program}" if self.npm else None

    def set_up(self) -> Ran:
        return firedrill("setup", folder=self.project)


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    found = Machine(tmp_path)
    monkeypatch.setattr(setup, "run", found.run)
    monkeypatch.setattr(shutil, "which", found.which)
    return found


def test_what_runs_workers_comes_from_the_lock_file_without_what_only_our_checks_need(machine: Machine) -> None:
    done = machine.set_up()
    told = "firedrill: installing workerd, esbuild and Wrangler from npm into .firedrill/npm\n"
    assert done[:3] == (0, "", told)
    assert machine.ran == [("npm", *setup.NPM_CI, "--omit=dev")]
    assert (machine.project / ".firedrill" / "npm" / "package-lock.json").read_bytes() == LOCKED.read_bytes()
    needed = {name for name, each in json.loads(LOCKED.read_text())["packages"].items() if not each.get("dev")}
    assert {"node_modules/esbuild", "node_modules/workerd"} < needed
    assert "node_modules/typescript" not in needed


def test_git_sees_nothing_of_it(machine: Machine) -> None:
    machine.set_up()
    assert (machine.project / ".firedrill" / ".gitignore").read_text() == "*\n"


def test_the_second_time_nothing_is_installed(machine: Machine) -> None:
    machine.set_up()
    machine.ran.clear()
    assert machine.set_up().err == "firedrill: workerd, esbuild and Wrangler are installed in .firedrill/npm\n"
    assert machine.ran == []


def test_another_version_of_firedrill_installs_what_it_has_locked(machine: Machine) -> None:
    machine.set_up()
    (machine.project / ".firedrill" / "npm" / "firedrill-setup").write_text("of an earlier version")
    machine.ran.clear()
    machine.set_up()
    assert [command[:2] for command in machine.ran] == [("npm", "ci")]


def test_it_is_for_the_project_that_the_folder_is_in(machine: Machine) -> None:
    (machine.project / "src").mkdir()
    assert firedrill("setup", folder=machine.project / "src").code == 0
    assert (machine.project / ".firedrill" / "npm").is_dir()


def test_node_comes_from_pypi_by_its_hashes_where_there_is_no_npm(machine: Machine) -> None:
    machine.npm = False
    assert machine.set_up().err.startswith("firedrill: no npm on PATH: bringing Node from PyPI into .firedrill/node\n")
    venv = machine.project / ".firedrill" / "node"
    (made, installed, npm) = machine.ran
    assert made == (Path(sys.executable).name, "-m", "venv", str(venv))
    assert installed[:4] == ("python", "-m", "pip", "install")
    assert "--require-hashes" in installed
    assert installed[-1].endswith("requirements-node.txt")
    assert npm[:2] == ("npm", "ci")
    assert machine.paths[-1].startswith(f"{venv / 'bin'}:")


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        (
            "venv",
            "a virtual environment for Node could not be made:\n  no route to host\ninstall Node, or Python's venv",
        ),
        ("pip", "Node could not be installed from PyPI:\n  no route to host\ninstall Node, or check that pip reaches"),
        (
            "ci",
            "npm could not install workerd, esbuild and Wrangler:\n"
            "  no route to host\ncheck that npm reaches its registry",
        ),
    ],
)
def test_a_step_that_fails_says_what_to_do_and_is_done_again(machine: Machine, broken: str, told: str) -> None:
    machine.npm, machine.broken = False, broken
    done = machine.set_up()
    assert done.code == 2
    assert f"firedrill: {told}" in done.err
    assert done.err.endswith(", then run the command again.\n")
    machine.ran.clear()
    machine.broken = "\0"
    assert machine.set_up().code == 0
    assert machine.ran[-1][0] == "npm"
