"""Stacks to run the real engine on; without a Pulumi CLI these tests are skipped, as pytest's summary says once."""

from __future__ import annotations

import json
import os
import re
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from firedrill.cloud.state import Entry
from firedrill.cloud.store import read
from firedrill.cloud.values import seal
from firedrill.engine.operations import LocalStack, operate
from firedrill.engine.process import Outcome
from firedrill.engine.workspace import Workspace
from firedrill.render import stack_config
from firedrill.render.stack_config import PLACEHOLDER

SMALL = Path(__file__).parent / "small"


@dataclass
class Local:
    """A stack in a local cloud of its own, with the config that a test gives over that of its files."""

    stack: LocalStack

    @classmethod
    def of(cls, root: Path, name: str, folder: Path) -> Local:
        """The stack `name` of the project in `root`, with everything of the engine and the cloud in `folder`."""
        return cls(LocalStack(Workspace(root, folder), name, stack_config.read(name, root)))

    @property
    def folder(self) -> Path:
        """Where everything of the engine and the cloud is."""
        return self.stack.workspace.folder

    def moved(self, folder: Path) -> Local:
        """The same stack, with everything in another folder."""
        return Local(replace(self.stack, workspace=replace(self.stack.workspace, folder=folder)))

    def named(self, name: str) -> Local:
        """Another stack with the same config, in the same cloud."""
        return Local(replace(self.stack, name=name))

    def configure(self, **values: Any) -> None:
        """Lay values over the config, objects as Pulumi passes them."""
        config = self.stack.config
        given = {
            f"{config.project}:{key}": value if isinstance(value, str) else json.dumps(value)
            for key, value in values.items()
        }
        self.stack = replace(self.stack, config=replace(config, values={**config.values, **given}))

    def configure_secrets(self, *keys: str) -> None:
        """Declare these keys as secrets, which the workspace makes."""
        config = self.stack.config
        full = [f"{config.project}:{key}" for key in keys]
        values = {**config.values, **dict.fromkeys(full, PLACEHOLDER)}
        secret_keys = (*config.secret_keys, *full)
        self.stack = replace(self.stack, config=replace(config, values=values, secret_keys=secret_keys))

    def run(self, operation: str, *, preview: bool = False, **options: Any) -> Outcome:
        """Run an operation of the engine, an update without the preview that a user sees first, which takes time."""
        if operation == "up" and not preview:
            options["options"] = (*options.get("options", ()), "--skip-preview")
        return operate(self.stack, operation, **options)

    def did(self, operation: str, **options: Any) -> dict[str, int]:
        """Run an operation that has to go well; returns what it changed, empty for nothing."""
        outcome = self.run(operation, **options)
        assert outcome.ok, outcome.errors
        return {what: count for what, count in outcome.changes.items() if what != "same"}

    def entries(self) -> list[tuple[str, Entry]]:
        """Everything that the cloud holds, with its type."""
        state = read(self.stack.workspace.cloud)
        return [(token, entry) for token, entries in state.entries.items() for entry in entries.values()]

    def held(self) -> list[str]:
        """Everything that the cloud holds, as text without secrets, with names in the place of ids.

        The `migrations` of a Worker are left out: they are a step, and say from where the last upload came.
        """
        entries = self.entries()
        names = {entry.id: _name(entry) for _, entry in entries}
        pattern = re.compile("|".join(sorted(map(re.escape, names), key=len, reverse=True)) or "$^")
        inputs = [(token, {**seal(entry.inputs)[0], "migrations": None}) for token, entry in entries]
        texts = (f"{token} {json.dumps(each, sort_keys=True)}" for token, each in inputs)
        return sorted(pattern.sub(lambda found: names[found.group()], text) for text in texts)

    def recorded(self) -> list[tuple[str, str]]:
        """Type and id of everything in Pulumi's state, in which nothing may be pending."""
        file = self.stack.workspace.state_file(self.stack.config.project, self.stack.name)
        latest = json.loads(file.read_text())["checkpoint"]["latest"]
        assert not latest.get("pending_operations")
        resources = [each for each in latest["resources"] if not each["type"].startswith("pulumi:")]
        return sorted((each["type"], each["id"]) for each in resources if each["custom"])

    def agrees(self) -> bool:
        """Whether Pulumi has recorded all that the cloud holds and nothing else, each thing once."""
        return self.recorded() == sorted((token, entry.id) for token, entry in self.entries())


def _name(entry: Entry) -> str:
    return str(entry.inputs.get("name") or entry.inputs.get("scriptName") or "")


@pytest.fixture(scope="session")
def of() -> Callable[[Path, str, Path], Local]:
    """A stack by its project's folder, its name, and the folder for all that the engine and the cloud keep."""
    return Local.of


@pytest.fixture(scope="session")
def make() -> Callable[[Path], Local]:
    """The small project's stack, with all that the engine and the cloud keep in a folder."""
    return lambda folder: Local.of(SMALL, "dev", folder)


@pytest.fixture
def small(tmp_path: Path, make: Callable[[Path], Local]) -> Local:
    """The small project's stack."""
    return make(tmp_path / "a folder with %, ?, # and ü")


@pytest.fixture
def language_host(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in for the language host that comes with the full CLI."""
    folder = Path(__file__).parent / "host"
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def processes() -> Callable[[Path], Sequence[int]]:
    """The processes that have a folder in their arguments."""

    def find(folder: Path) -> Sequence[int]:
        listed = subprocess.run(
            ["/bin/ps", "-A", "-ww", "-o", "pid=,args="], capture_output=True, text=True, check=True
        ).stdout
        lines = [line.split(maxsplit=1) for line in listed.splitlines()]
        return [int(pid) for pid, *rest in lines if rest and str(folder) in rest[0] and int(pid) != os.getpid()]

    return find


@pytest.fixture
def eventually() -> Callable[[Callable[[], bool]], bool]:
    """Whether a condition holds within ten seconds: for what another process does in its own time."""

    def wait(condition: Callable[[], bool]) -> bool:
        deadline = time.monotonic() + 10
        while not condition() and time.monotonic() < deadline:
            time.sleep(0.02)
        return condition()

    return wait
