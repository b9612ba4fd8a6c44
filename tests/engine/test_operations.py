"""Up, preview, refresh and destroy of a small project with the real engine."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from firedrill.cloud.server import serving
from firedrill.engine import binary
from firedrill.engine.lock import exclusive
from firedrill.errors import CannotRun
from firedrill.installed import PACKAGES as REPOSITORY
from firedrill.vendors.errors import FiredrillError

if TYPE_CHECKING:
    from tests.engine.conftest import Local

pytestmark = pytest.mark.engine

RESOURCES = 5
"""Three monitors, their composite, and the stack itself."""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The small project in a folder of its own."""
    folder = tmp_path / "small"
    shutil.copytree(Path(__file__).parent / "small", folder)
    return folder


def command(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `firedrill` on a project, as a person does."""
    line = [sys.executable, "-m", "firedrill", *arguments, "--root", str(project)]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    return subprocess.run(line, env=environment, capture_output=True, text=True, check=False)


def test_a_stack_is_previewed_deployed_left_as_it_is_and_destroyed(small: Local) -> None:
    assert small.did("preview") == {"create": RESOURCES}
    assert not small.entries()
    assert small.did("up") == {"create": RESOURCES}
    assert small.agrees()
    assert small.did("up") == {}
    assert small.did("destroy") == {"delete": RESOURCES}
    assert not small.entries()
    assert not small.stack.workspace.state_file("small", "dev").exists()


def test_what_the_program_refuses_is_told_once_and_without_a_traceback(
    small: Local, capfd: pytest.CaptureFixture[str]
) -> None:
    small.configure(broken="config")
    refused = small.run("up")
    assert not refused.ok
    assert refused.errors == ("small:broken is 'config'\n  allowed: nothing\n",)
    assert "Traceback" not in "".join(capfd.readouterr())


def test_a_mistake_in_the_program_is_told_with_its_place(small: Local, capfd: pytest.CaptureFixture[str]) -> None:
    small.configure(broken="code")
    assert small.run("up").errors == (
        "The Pulumi program failed: __main__.py, line 21: KeyError: 'nothing of that name'\n",
    )
    assert "Traceback" not in "".join(capfd.readouterr())


def test_the_program_runs_anew_each_time(small: Local) -> None:
    small.configure(broken="code")
    assert not small.run("up").ok
    small.configure(broken="")
    small.did("up")
    small.configure(monitors=4)
    assert small.did("up") == {"create": 1}


def test_a_secret_is_made_once_and_anew_when_asked_for(small: Local) -> None:
    small.did("up")
    assert small.did("up") == {}
    assert small.did("up", rotate=["salt"]) == {"update": RESOURCES - 2}


def test_what_is_no_secret_cannot_be_made_anew(small: Local) -> None:
    with pytest.raises(FiredrillError) as raised:
        small.run("up", rotate=["pepper"])
    assert str(raised.value) == "'pepper' is not a secret of this stack; its secrets are: salt"


def test_a_second_run_at_the_same_time_is_refused(small: Local) -> None:
    held = exclusive(small.folder / "lock", "firedrill up --stack prod", datetime(2026, 11, 23, 12, 34, 56))
    with held, pytest.raises(CannotRun) as raised:
        small.run("preview")
    assert str(raised.value) == (
        f"firedrill up --stack prod (process {os.getpid()}, since 12:34:56) is at work on this project's stacks. "
        "Wait until it has ended, or end it."
    )


@pytest.mark.parametrize("operation", ["up", "destroy"])
def test_a_stack_that_runs_is_not_changed_under_it(small: Local, operation: str) -> None:
    running = small.stack.workspace.running("dev")
    with exclusive(running, "firedrill up --stack dev", datetime(2026, 11, 23, 12)), pytest.raises(CannotRun) as raised:
        small.run(operation)
    assert str(raised.value) == (
        f"firedrill up --stack dev (process {os.getpid()}, since 12:00:00) runs this stack. "
        "End it first, with Ctrl-C or firedrill down; its objects keep their data."
    )
    assert not small.entries()


def test_a_stack_that_runs_can_be_looked_at_and_others_changed(small: Local) -> None:
    with exclusive(small.stack.workspace.running("dev"), "firedrill up --stack dev", datetime(2026, 11, 23, 12)):
        assert small.did("preview") == {"create": RESOURCES}
        assert small.named("other").did("up") == {"create": RESOURCES}


def test_a_lock_that_a_pulumi_has_left_stops_nobody(small: Local) -> None:
    workspace = small.stack.workspace
    lock = workspace.state / ".pulumi" / "locks" / "organization" / "small" / "dev" / "left.json"
    lock.parent.mkdir(parents=True)
    lock.write_text('{"pid": 1, "username": "me", "hostname": "here", "timestamp": "2026-11-23T12:00:00Z"}')
    assert small.did("up") == {"create": RESOURCES}


def test_a_journal_that_does_not_tell_is_refused(small: Local) -> None:
    small.did("up")
    journal = small.stack.workspace.engine / "dev.unfinished"
    journal.write_text("{}")
    with pytest.raises(FiredrillError) as raised:
        small.run("preview")
    assert str(raised.value) == (
        f"'{journal}' does not say which run was interrupted (Run.__init__() missing 2 required positional arguments: "
        "'what' and 'id'); remove it, then run: firedrill refresh --stack dev"
    )


def test_a_cloud_that_cannot_be_read_is_told_before_what_was_interrupted_is_made_good(small: Local) -> None:
    small.did("up")
    (small.stack.workspace.engine / "dev.unfinished").write_text('{"what": "up", "id": "1"}')
    small.stack.workspace.cloud.write_text("{")
    with pytest.raises(FiredrillError) as raised:
        small.run("preview")
    assert str(raised.value).startswith(f"'{small.stack.workspace.cloud}' is not the state of a local cloud (")


def test_two_stacks_share_a_cloud_and_leave_each_other_alone(small: Local, tmp_path: Path) -> None:
    small.did("up")
    dev = small.entries()
    other = small.named("other")
    other.did("up")
    assert len(other.entries()) == 2 * len(dev)
    other.did("destroy")
    assert small.entries() == dev
    assert small.did("up") == {}


def test_the_exit_codes_are_those_of_every_command(project: Path) -> None:
    done = command(project, "up", "--no-serve")
    assert (done.returncode, done.stderr) == (0, "")
    assert "+ 5 created" in done.stdout

    (project / "Pulumi.dev.yaml").write_text("config: { small:broken: config }")
    refused = command(project, "preview")
    assert (refused.returncode, refused.stderr) == (1, "")
    assert refused.stdout.count("  allowed: nothing") == 1

    unknown = command(project, "destroy", "--stack", "moon")
    assert unknown.returncode == 2
    assert unknown.stderr == "firedrill: There is no stack 'moon': Pulumi.moon.yaml does not exist. Stacks: dev.\n"


@pytest.mark.usefixtures("language_host")
def test_plain_pulumi_deploys_to_the_local_cloud(project: Path, tmp_path: Path, small: Local) -> None:
    (tmp_path / "state").mkdir()
    with serving(small.stack.cloud) as variables:
        environment = {
            **os.environ,
            **variables,
            "PULUMI_HOME": str(tmp_path / "home"),
            "PULUMI_BACKEND_URL": (tmp_path / "state").as_uri(),
            "PULUMI_CONFIG_PASSPHRASE": "any",
        }

        def pulumi(*arguments: str) -> str:
            line = [str(binary.find(REPOSITORY).path), *arguments, "--stack", "dev", "--non-interactive"]
            done = subprocess.run(line, cwd=project, env=environment, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stdout + done.stderr
            return done.stdout

        pulumi("stack", "select", "--create")
        pulumi("config", "set", "--secret", "salt", "any")
        assert "+ 5 created" in pulumi("up", "--yes")
        assert len(small.entries()) == RESOURCES - 1
        assert "5 unchanged" in pulumi("up", "--yes")
        pulumi("destroy", "--yes")
    assert not small.entries()
