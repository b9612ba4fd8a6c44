"""docs/how-to/local-cloud.md, run as it stands with the real engine."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from firedrill.cloud.store import read
from firedrill.engine import binary
from firedrill.environment import PYTHON, for_child
from firedrill.installed import PACKAGES as REPOSITORY

pytestmark = pytest.mark.engine

PAGE = REPOSITORY / "docs" / "how-to" / "local-cloud.md"
PORTS = ("17101", "17102")


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A folder with `firedrill`, `pulumi`, and the stand-in for the language host of the full CLI."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "pulumi").symlink_to(binary.find(REPOSITORY).path)
    (folder / "firedrill").write_text(f'#!/bin/sh\nPYTHONPATH={REPOSITORY} exec {sys.executable} -m firedrill "$@"\n')
    (folder / "firedrill").chmod(0o755)
    for host in (REPOSITORY / "tests" / "engine" / "host").glob("pulumi-*"):
        (folder / host.name).write_text(f'#!/bin/sh\nexec {host} "$@"\n')
        (folder / host.name).chmod(0o755)
    return folder


def free_ports() -> list[str]:
    with ExitStack() as held:
        servers = [held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in PORTS]
        return [str(server.getsockname()[1]) for server in servers]


def test_every_command_of_the_page_does_what_it_says(programs: Path, tmp_path: Path) -> None:
    project = tmp_path / "project"
    shutil.copytree(REPOSITORY / "examples" / "tickets", project)
    script = "\n".join(re.findall(r"^```bash\n(.*?)^```", PAGE.read_text(), re.DOTALL | re.MULTILINE))
    for written, free in zip(PORTS, free_ports(), strict=True):
        assert written in script
        script = script.replace(written, free)
    environment = {**for_child(*PYTHON), "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(
        ["bash", "-c", script],  # noqa: S607
        cwd=project,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert len(re.findall(r"\+ \d+ created", done.stdout)) == 1
    assert not any(read(project / ".firedrill" / "cloud" / "state.json").entries.values())
    assert not (project / "Pulumi.local.yaml").exists()
    assert (project / ".firedrill" / "passphrase").stat().st_mode & 0o077 == 0
