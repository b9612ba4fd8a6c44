"""Kills at random moments, on two backends side by side that deploy to one local cloud: `make soak`.

In each round both change their stack at once, and one of them is killed; it has to complete what it began, and nothing
of the other may be touched. Which one, at what, and when, follows from the seed. Both deploy the small project, or each
an example.
"""

from __future__ import annotations

import argparse
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from firedrill.cloud.resources import RESOURCE_TYPES
from firedrill.cloud.store import read
from firedrill.engine import binary
from firedrill.engine.operations import LocalStack, operate
from firedrill.engine.process import Engine
from firedrill.engine.recorded import exported
from firedrill.engine.workspace import Workspace
from firedrill.environment import PYTHON, for_child
from firedrill.installed import PACKAGES
from firedrill.render import stack_config

SMALL = Path(__file__).parent / "small"
OPERATIONS = ("up", "up", "preview", "refresh", "destroy")
NAMES = ("ours", "theirs")
EXAMPLES = {
    "ours": ("hand-written", "__main__.py", "The search throws."),
    "theirs": ("tickets", "src/index.mjs", "SEATS = 200"),
}
"""The example that each backend deploys, and a text of one of its files, which a change replaces."""
THRESHOLDS = range(1, 1_000)


class Beside(Workspace):
    """An engine with a state and a journal of its own, on the cloud that lies beside its folder."""

    @property
    def cloud(self) -> Path:
        """The local cloud of both."""
        return self.folder.with_name("cloud") / "state.json"


def copy_example(folder: Path) -> None:
    """Put the example that the backend in `folder` deploys beside it."""
    example, _, _ = EXAMPLES[folder.name]
    project = folder.with_name(example)
    shutil.copytree(PACKAGES / "examples" / example, project, ignore=shutil.ignore_patterns(".firedrill"))
    (project / "node_modules").symlink_to(PACKAGES / "node_modules")


def stack_of(folder: Path, critical: int) -> LocalStack:
    """A stack with a number of its own in it, and everything of its engine in `folder`: the example's, or the small."""
    example, file, text = EXAMPLES[folder.name]
    project = folder.with_name(example)
    if project.is_dir():
        changed = (PACKAGES / "examples" / example / file).read_text().replace(text, f"{text.rstrip('0.2')}{critical}")
        (project / file).write_text(changed)
        return LocalStack(Beside(project, folder), "dev", stack_config.read("dev", project))
    config = stack_config.read("dev", SMALL)
    values = {**config.values, "small:critical": f"{critical}"}
    return LocalStack(Beside(SMALL, folder), "dev", replace(config, values=values))


def recorded(folder: Path) -> set[tuple[str, str]]:
    """Type and id of everything that the backend has recorded."""
    workspace = Beside(SMALL, folder)
    engine = Engine(binary.find(PACKAGES).path, workspace.engine, workspace.environment())
    return {(each["type"], each["id"]) for each in exported(engine, "dev") if _lasting(each["type"])}


def held(folder: Path) -> set[tuple[str, str]]:
    """Type and id of everything that the cloud beside a backend's folder holds."""
    state = read(Beside(SMALL, folder).cloud)
    return {
        (token, entry.id) for token, entries in state.entries.items() if _lasting(token) for entry in entries.values()
    }


def _lasting(token: str) -> bool:
    """Whether resources of a type are the vendor's and go when they are deleted."""
    return token in RESOURCE_TYPES and not RESOURCE_TYPES[token].outlives_deletion


def start(folder: Path, operation: str, critical: int) -> subprocess.Popen[bytes]:
    """Start an operation in a process of its own, which shows nothing."""
    command = [sys.executable, "-m", "tests.engine.soak", "--run", operation, str(folder), str(critical)]
    environment = {**for_child(*PYTHON), "PYTHONPATH": str(PACKAGES)}
    return subprocess.Popen(command, cwd=PACKAGES, env=environment, stdout=subprocess.DEVNULL)


def soak(folder: Path, kills: int, seed: int, tell: Callable[[str], object], *, examples: bool = False) -> int:
    """Kill so many times; returns how many rounds that took, as some end before their moment.

    Raises AssertionError for the first thing that is not as it has to be.
    """
    choose = random.Random(seed)  # noqa: S311 - repeatable, not secret
    places = {name: folder / name for name in NAMES}
    for place in places.values():
        if examples:
            copy_example(place)
        began = time.monotonic()
        assert start(place, "up", choose.choice(THRESHOLDS)).wait() == 0
        whole_s = time.monotonic() - began
    died = rounds = 0
    while died < kills:
        rounds += 1
        name = choose.choice(NAMES)
        (other,) = set(NAMES) - {name}
        operation, moment = choose.choice(OPERATIONS), choose.random()
        victim = start(places[name], operation, choose.choice(THRESHOLDS))
        beside = start(places[other], "up", choose.choice(THRESHOLDS))
        began = time.monotonic()
        killer = threading.Timer(whole_s * moment, victim.kill)
        killer.start()
        killed = victim.wait() != 0
        killer.cancel()
        died += killed
        assert beside.wait() == 0
        whole_s = time.monotonic() - began
        theirs = recorded(places[other])
        assert start(places[name], "up", choose.choice(THRESHOLDS)).wait() == 0
        assert recorded(places[other]) == theirs
        assert held(places[name]) == recorded(places[name]) | theirs
        assert start(places[other], "refresh", THRESHOLDS[0]).wait() == 0
        assert recorded(places[other]) == theirs
        if killed:
            tell(f"{died} of {kills} killed: {operation} of {name} at {moment:.0%}; nothing lost, nothing left over")
    return rounds


def main() -> int:
    """Run `make soak`, or one operation of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--examples", action="store_true", help="each backend deploys an example")
    parser.add_argument("--run", nargs=3)
    given = parser.parse_args()
    if given.run:
        operation, folder, critical = given.run
        return 0 if operate(stack_of(Path(folder), int(critical)), operation).ok else 1
    with tempfile.TemporaryDirectory() as folder:
        rounds = soak(Path(folder), given.kills, given.seed, _tell, examples=given.examples)
    _tell(
        f"{given.kills} kills in {rounds} rounds: nothing of the other backend touched, nothing lost, nothing left over"
    )
    return 0


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
