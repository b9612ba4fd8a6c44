"""The workflows as data, a GitHub that remembers, and a folder in which the scripts find only what stands in."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class FakeGitHub:
    """One repository: lists by path, and what was written to it."""

    lists: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    written: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    queries: list[dict[str, list[str]]] = field(default_factory=list)
    url: str = ""


@pytest.fixture
def github() -> Iterator[FakeGitHub]:
    """The API of `owner/project`, on a loopback address."""
    fake = FakeGitHub()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            address = urlsplit(self.path)
            query = parse_qs(address.query)
            fake.queries.append(query)
            page, size = int(query["page"][0]), int(query["per_page"][0])
            found = fake.lists.get(address.path.removeprefix("/repos/owner/project"))
            self._answer(200 if found is not None else 404, (found or [])[(page - 1) * size : page * size])

        def do_POST(self) -> None:
            given = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            fake.written.append((self.command, self.path.removeprefix("/repos/owner/project"), given))
            self._answer(201, {"number": 7, "id": 70})

        do_PATCH = do_POST  # noqa: N815 - the method that the server calls

        def _answer(self, code: int, body: object) -> None:
            text = json.dumps(body).encode()
            self.send_response(code)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        fake.url = f"http://127.0.0.1:{server.server_address[1]}"
        yield fake
        server.shutdown()
        thread.join()


@dataclass(frozen=True)
class Finished:
    """How a script ended, and the commands that it ran."""

    code: int
    out: str
    calls: list[str]


@dataclass(frozen=True)
class Place:
    """A project with the scripts, in which make, python and pulumi only note how they are called."""

    root: Path

    def fake(self, name: str, script: str) -> None:
        """Let a command do this after it was noted: `$*` are its arguments."""
        file = self.root / (".venv/bin/python" if name == "python" else f"bin/{name}")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f'#!/bin/sh\necho "{name} $*" >>"{self.root}/calls"\n{script}\n')
        file.chmod(0o755)

    def run(self, script: str, *arguments: str, **variables: str) -> Finished:
        """Run a script of tools/ci from elsewhere, as a CI system may."""
        path = f"{self.root}/bin:{os.environ['PATH']}"
        done = subprocess.run(
            [str(self.root / "tools" / "ci" / script), *arguments],
            cwd=self.root.parent,
            env={"PATH": path, "TMPDIR": str(self.root), **variables},
            capture_output=True,
            text=True,
            check=False,
        )
        calls = self.root / "calls"
        return Finished(done.returncode, done.stdout + done.stderr, calls.read_text().splitlines())


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A project of two stacks."""
    root = tmp_path / "project"
    shutil.copytree(ROOT / "tools" / "ci", root / "tools" / "ci")
    for stack in ("dev", "prod"):
        (root / f"Pulumi.{stack}.yaml").touch()
    (root / "calls").touch()
    made = Place(root)
    for name in ("make", "python", "pulumi"):
        made.fake(name, "")
    made.fake("git", "echo abc1234")
    return made


@pytest.fixture
def environment(github: FakeGitHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[object], None]:
    """Sets what the runner sets, with this as the event."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "reports").mkdir()

    def set_up(event: object) -> None:
        (tmp_path / "event.json").write_text(json.dumps(event))
        for name, value in {
            "GITHUB_API_URL": github.url,
            "GITHUB_EVENT_PATH": str(tmp_path / "event.json"),
            "GITHUB_REPOSITORY": "owner/project",
            "GITHUB_RUN_ID": "5",
            "GITHUB_SERVER_URL": "https://github.example",
            "GITHUB_TOKEN": "token",
        }.items():
            monkeypatch.setenv(name, value)

    return set_up
