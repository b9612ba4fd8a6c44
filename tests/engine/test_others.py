"""What others have in the local cloud: no preview, update or recovery of ours may touch it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from firedrill.cloud.injected_failures import Failures
from firedrill.engine.recovery import Journal, Run
from firedrill.engine.workspace import Workspace
from tests.engine.soak import soak

if TYPE_CHECKING:
    from tests.engine.conftest import Local

pytestmark = pytest.mark.engine


class Elsewhere(Workspace):
    """An engine with a state and a journal of its own, on the cloud of the workspace beside it."""

    @property
    def cloud(self) -> Path:
        """The local cloud that both share."""
        return self.folder.with_name("ours") / "cloud" / "state.json"


@pytest.fixture
def ours(tmp_path: Path, make: Callable[[Path], Local]) -> Local:
    """A stack of ours."""
    return make(tmp_path / "ours")


@pytest.fixture
def theirs(ours: Local, tmp_path: Path) -> Local:
    """The stack of the same name on another backend, which deploys to the same cloud."""
    workspace = Elsewhere(ours.stack.workspace.root, tmp_path / "theirs")
    return type(ours)(replace(ours.stack, workspace=workspace))


def killed(local: Local, call: int) -> None:
    """Kill an update of ours right after the cloud has made a change that nobody recorded."""
    script = Path(__file__).parent / "dying.py"
    command = [sys.executable, str(script), str(local.folder), "up", "us", str(call), "after"]
    root = str(Path(__file__).parents[2])
    assert subprocess.run(command, env={"PATH": "/bin:/usr/bin", "PYTHONPATH": root}, check=False).returncode != 0


@pytest.mark.parametrize("operation", ["preview", "up", "refresh", "destroy"])
def test_after_a_killed_update_what_another_backend_deployed_stays(
    ours: Local, theirs: Local, operation: str, capfd: pytest.CaptureFixture[str]
) -> None:
    killed(ours, 2)
    left = len(ours.entries())
    theirs.did("up")
    held = theirs.recorded()
    assert len(ours.entries()) == left + len(held)
    ours.did(operation)
    assert theirs.recorded() == held
    assert {(token, entry.id) for token, entry in ours.entries()} >= set(held)
    assert theirs.did("refresh") == {}
    assert theirs.did("up") == {}
    assert "without recording it: deleted" in capfd.readouterr().err


def test_what_another_backend_deploys_during_an_update_that_fails_stays(
    ours: Local, theirs: Local, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs.did("preview")
    begin = Journal.begin

    def beside(journal: Journal, run: Run) -> None:
        begin(journal, run)
        monkeypatch.setattr(Journal, "begin", begin)
        theirs.did("up")

    monkeypatch.setattr(Journal, "begin", beside)
    assert not ours.run("up", failures=Failures(2, "lost")).ok
    assert theirs.did("refresh") == {}
    assert {(token, entry.id) for token, entry in ours.entries()} == {*theirs.recorded(), *ours.recorded()}


def test_what_the_same_project_recorded_under_its_former_name_stays(
    make: Callable[[Path], Local], of: Callable[[Path, str, Path], Local], tmp_path: Path
) -> None:
    project, folder = tmp_path / "project", tmp_path / "ours"
    shutil.copytree(Path(__file__).parent / "small", project)
    before = of(project, "dev", folder)
    before.did("preview")
    assert not before.run("up", failures=Failures(3, "before")).ok
    recorded = before.recorded()
    assert recorded
    (ident,) = {entry.run for _, entry in before.entries()}
    Journal(folder / "engine" / "dev.unfinished").begin(Run("an update", ident))

    for file in ("Pulumi.yaml", "Pulumi.dev.yaml"):
        text = (project / file).read_text()
        (project / file).write_text(text.replace("name: small", "name: smaller").replace("small:", "smaller:"))
    of(project, "dev", folder).did("preview")
    assert before.recorded() == sorted((token, entry.id) for token, entry in before.entries())


def test_kills_at_random_moments_touch_nothing_of_a_backend_beside(tmp_path: Path) -> None:
    told: list[str] = []
    soak(tmp_path, kills=2, seed=7, tell=told.append)
    assert len(told) == 2
