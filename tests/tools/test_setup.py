"""The set-up in a folder of its own, with the programs that it runs written down instead of run."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tools import setup


@dataclass
class Machine:
    """What set-up ran; a command with the word `broken` in it fails, and `npm` says whether there is one."""

    root: Path
    ran: list[list[str]] = field(default_factory=list)
    broken: str = "\0"
    npm: bool = True

    def run(self, command: list[str], environment: dict[str, str] | None = None) -> str:
        self.ran.append([Path(command[0]).name, *command[1:]])
        if "venv" in command:
            subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(setup.VENV)], check=True)
        return "  no route to host" if self.broken in " ".join(command) else ""

    def which(self, program: str) -> str | None:
        return f"/usr/bin/{program}" if self.npm else None


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    found = Machine(tmp_path)
    monkeypatch.setattr(setup, "ROOT", tmp_path)
    monkeypatch.setattr(setup, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(setup, "STAMP", tmp_path / ".venv" / "firedrill-setup")
    monkeypatch.setattr(setup, "run", found.run)
    monkeypatch.setattr(shutil, "which", found.which)
    for name in setup.INPUTS:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"{name} as it is\n")
    return found


Said = Callable[[], str]


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Said:
    """What was written for the person since the last time."""
    return lambda: capsys.readouterr().err


def test_the_first_time_everything_is_installed_with_progress(machine: Machine, said: Said) -> None:
    assert setup.main() == 0
    assert [command[:3] for command in machine.ran] == [
        [Path(sys.executable).name, "-m", "venv"],
        ["python", "-m", "pip"],
        ["npm", "ci", "--no-audit"],
    ]
    assert said() == (
        "set-up 1/3: a virtual environment in .venv\n"
        "set-up 2/3: Python packages (about a minute the first time)\n"
        "set-up 3/3: workerd, esbuild and Wrangler from npm\n"
    )


def test_the_checkout_has_a_command_that_works_from_any_folder(machine: Machine, tmp_path: Path) -> None:
    setup.main()
    (machine.root / "firedrill").mkdir(exist_ok=True)  # the set-up script depends on a file in it
    (machine.root / "firedrill" / "__main__.py").write_text("import sys; print(*sys.argv[1:])")
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "firedrill").mkdir(parents=True)
    (elsewhere / "firedrill" / "__main__.py").write_text("print('another one')")
    done = subprocess.run(
        [machine.root / ".venv" / "bin" / "firedrill", "drill", "--stack=a b"],
        cwd=elsewhere,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "drill --stack=a b\n"


def test_a_command_that_cannot_be_written_is_told(machine: Machine) -> None:
    setup.main()
    (machine.root / ".venv" / "bin" / "firedrill").unlink()
    (machine.root / ".venv" / "bin" / "firedrill").mkdir()
    assert setup.install_checkout() == f"  {machine.root}/.venv/bin/firedrill: Is a directory"


def test_nothing_is_done_when_nothing_changed(machine: Machine, said: Said) -> None:
    setup.main()
    machine.ran.clear()
    said()
    assert setup.main() == 0
    assert (machine.ran, said()) == ([], "")


@pytest.mark.parametrize("name", setup.INPUTS)
def test_a_change_of_anything_that_it_reads_sets_up_again(machine: Machine, name: str) -> None:
    setup.main()
    machine.ran.clear()
    (machine.root / name).write_text("changed\n")
    assert setup.main() == 0
    assert [command[0] for command in machine.ran][-2:] == ["python", "npm"]


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        (
            "-m venv",
            "set-up stopped at a virtual environment in .venv:\n  no route to host\n"
            "Install Python's venv module (Debian and Ubuntu: apt install python3-venv).\n",
        ),
        (
            "requirements.txt",
            "set-up stopped at Python packages (about a minute the first time):\n  no route to host\n"
            "Check that pip reaches its package index, then run the command again.\n",
        ),
        (
            "npm ci",
            "set-up stopped at workerd, esbuild and Wrangler from npm:\n  no route to host\n"
            "Check that npm reaches its registry, then run the command again.\n",
        ),
    ],
)
def test_a_step_that_fails_says_what_to_do(machine: Machine, said: Said, broken: str, told: str) -> None:
    machine.broken = broken
    assert setup.main() == 2
    assert said().endswith(told)


def test_a_set_up_that_failed_is_begun_again(machine: Machine) -> None:
    setup.main()
    (machine.root / "package.json").write_text("changed\n")
    machine.broken = "npm ci"
    assert setup.main() == 2
    machine.broken = "\0"
    machine.ran.clear()
    assert setup.main() == 0
    assert [command[0] for command in machine.ran][-2:] == ["python", "npm"]


def test_node_comes_from_pypi_where_there_is_no_npm(machine: Machine, said: Said) -> None:
    machine.npm = False
    assert setup.main() == 0
    assert [(command[0], command[-1]) for command in machine.ran][-2:] == [
        ("python", "requirements-node.txt"),
        ("npm", "--loglevel=error"),
    ]
    assert said().endswith("set-up: no npm on PATH, bringing Node from PyPI\n")


def test_node_that_cannot_be_brought_is_told(machine: Machine, said: Said) -> None:
    machine.npm, machine.broken = False, "requirements-node.txt"
    assert setup.main() == 2
    assert "set-up stopped at workerd, esbuild and Wrangler from npm:\n  no route to host\n" in said()


def test_a_python_that_is_too_old_is_told(machine: Machine, said: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 18))
    monkeypatch.setattr(sys, "version", "3.9.18 (main)")
    assert setup.main() == 2
    assert said() == "Python 3.11 or later is needed; this is 3.9.18.\nInstall it, then run: make PYTHON=python3.12\n"
    assert machine.ran == []


def test_a_command_that_works_has_nothing_to_tell() -> None:
    assert setup.run([sys.executable, "-c", "print('fine')"]) == ""


def test_a_command_that_fails_tells_the_end_of_its_output() -> None:
    told = setup.run([sys.executable, "-c", "print(*range(20), sep='\\n'); raise SystemExit(1)"])
    assert told.splitlines() == [f"  {number}" for number in range(5, 20)]


def test_a_command_that_does_not_exist_is_told() -> None:
    assert setup.run(["/nowhere/pip"]) == "  /nowhere/pip: No such file or directory"
