"""A program that was not written for Firedrill, in the background: `up --detach`, `status`, `logs`, `down`."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from firedrill.environment import for_python
from firedrill.installed import PACKAGES as REPOSITORY

pytestmark = [pytest.mark.engine, pytest.mark.workerd]


class Project:
    """A copy of examples/hand-written, on which `firedrill` is run as a person does."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.copytree(REPOSITORY / "examples" / "hand-written", folder, ignore=shutil.ignore_patterns(".firedrill"))
        (folder / "node_modules").symlink_to(REPOSITORY / "node_modules")

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Begin a command."""
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "firedrill", *arguments],
            cwd=self.folder,
            env=for_python(REPOSITORY),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str) -> tuple[int, str, str]:
        """Exit code and output of a command."""
        with self.start(*arguments) as process:
            printed, said = process.communicate()
        return process.returncode, printed, said

    def up(self) -> list[str]:
        """Bring the stack up in the background; returns the lines that were printed."""
        code, printed, said = self.run("up", "--detach")
        assert (code, said) == (0, "")
        return printed.splitlines()

    def status(self) -> dict[str, Any]:
        """How the only stack stands."""
        (stack,) = json.loads(self.run("status", "--json")[1])["stacks"]
        return dict(stack)

    def add_to_cart(self) -> Any:
        """What the shop answers at the address that it is said to have."""
        request = urllib.request.Request(f"{self.status()['addresses']['shop']}/ann/apple", method="PUT")  # noqa: S310
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - local
            return json.load(answer)


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """The project, which does not run any more afterwards."""
    made = Project(tmp_path / "shop")
    yield made
    made.run("down")


def test_a_hand_written_program_runs_in_the_background_through_a_kill_until_it_is_ended(
    project: Project,
    processes: Callable[[Path], Sequence[int]],
    eventually: Callable[[Callable[[], bool]], bool],
) -> None:
    said = project.up()
    found = project.status()
    assert found["deployed"]
    assert {f"{name} answers at {found['addresses'][name]}" for name in ("redirects", "search", "shop")} <= {*said}
    assert said[-1] == "it runs in the background: firedrill status, firedrill logs, firedrill down"
    assert project.add_to_cart() == {"count": 1, "price": "10"}

    for command in (("up", "--detach"), ("up", "--no-serve"), ("destroy",)):
        code, _, refusal = project.run(*command)
        assert code == 2
        assert f"(process {found['process']}, since " in refusal
        assert "runs this stack. End it first, with Ctrl-C or firedrill down" in refusal

    os.kill(found["process"], signal.SIGKILL)
    assert eventually(lambda: not processes(project.folder)), "its Workers end with it"
    assert project.status() == {"stack": "dev", "deployed": True, "running": False}
    again = project.up()
    assert [line.split() for line in again if "unchanged" in line] == [["17", "unchanged"]] * 2, "preview and update"
    assert project.add_to_cart() == {"count": 2, "price": "10"}, "what objects store outlives the kill"

    with project.start("logs", "--follow") as logs:
        assert logs.stdout is not None
        assert any(" log " in line for line in logs.stdout)
        assert project.run("down") == (0, "the stack 'dev' has ended; its objects keep their data\n", "")
        logs.communicate()
    assert logs.returncode == 0
    assert eventually(lambda: not processes(project.folder))
    assert project.run("down") == (0, "the stack 'dev' does not run\n", "")
    assert project.run("logs")[::2] == (
        2,
        "firedrill: the stack 'dev' is not running; start it with: firedrill up --stack dev\n",
    )
    log = (project.folder / ".firedrill" / "live" / "dev.log").read_text()
    assert log.endswith("stopped; the objects keep their data\n")
    assert project.run("destroy")[0] == 0
    assert project.status() == {"stack": "dev", "deployed": False, "running": False}
