"""Both examples with the real engine, one that only uses the package and one that knows nothing of it.

Preview, update, no change, a change, a killed update, its completion, destruction.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from firedrill.cloud.resources import RESOURCE_TYPES

if TYPE_CHECKING:
    from tests.engine.conftest import Local

pytestmark = [
    pytest.mark.engine,
    pytest.mark.filterwarnings("ignore:.* has been deprecated:DeprecationWarning"),  # when the providers are imported
]

ROOT = Path(__file__).resolve().parents[2]
DYING = Path(__file__).with_name("dying.py")


@dataclass(frozen=True)
class Example:
    """An example: a text of a file that a change replaces, what the engine then does, and ups that change nothing."""

    name: str
    file: str
    before: str
    after: str
    changes: Mapping[str, int]
    settled: Sequence[Mapping[str, int]] = ({},)


EXAMPLES = (
    Example("hand-written", "workers/search.mjs", "what?", "which?", {"replace": 2}),
    # docs/adr/0010: once more after a deployment that migrated classes
    Example("tickets", "src/index.mjs", "SEATS = 200", "SEATS = 300", {"update": 1}, ({"update": 1}, {})),
)


@pytest.fixture
def project(tmp_path: Path) -> Callable[[str], Path]:
    """A copy of an example."""

    def copied(name: str) -> Path:
        folder = tmp_path / name
        shutil.copytree(ROOT / "examples" / name, folder, ignore=shutil.ignore_patterns(".firedrill"))
        (folder / "node_modules").symlink_to(ROOT / "node_modules")
        return folder

    return copied


def lasting(things: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Type and id of all but what the provider only forgets, which the vendor keeps."""
    return sorted(each for each in things if not RESOURCE_TYPES[each[0]].outlives_deletion)


def agrees(local: Local) -> bool:
    """Whether Pulumi has recorded all that the cloud holds and nothing else, each thing once."""
    return lasting(local.recorded()) == lasting([(token, entry.id) for token, entry in local.entries()])


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_an_example_lives_until_nothing_is_left(
    example: Example, project: Callable[[str], Path], of: Callable[[Path, str, Path], Local], tmp_path: Path
) -> None:
    folder = project(example.name)
    local = of(folder, "dev", tmp_path / "state")
    planned = local.did("preview")
    assert planned.keys() == {"create"}
    assert not local.entries()
    assert local.did("up") == planned
    assert agrees(local)
    whole = len(local.recorded())
    for expected in example.settled:
        assert local.did("up") == expected

    source = folder / example.file
    source.write_text(source.read_text().replace(example.before, example.after))
    assert local.did("up") == example.changes
    assert agrees(local)

    # Killed right after a change of the cloud that nobody has recorded
    assert local.did("destroy").keys() == {"delete"}
    command = [sys.executable, str(DYING), str(local.folder), "up", "us", "3", "after", str(folder)]
    assert subprocess.run(command, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False).returncode != 0
    assert 0 < len(local.entries()) < whole
    local.did("up")
    assert agrees(local)
    assert len(local.recorded()) == whole

    assert local.did("destroy").keys() == {"delete"}
    assert local.entries() == []


def test_a_hand_written_program_runs_in_the_background_until_it_is_ended(project: Callable[[str], Path]) -> None:
    folder = project("hand-written")
    (folder / ".firedrill").mkdir()
    if (built := ROOT / ".firedrill" / "pulumi").exists():
        (folder / ".firedrill" / "pulumi").symlink_to(built)

    def firedrill(*arguments: str) -> str:
        command = [sys.executable, "-m", "firedrill", *arguments]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    started = firedrill("up", "--detach", "--speed", "3600")
    try:
        assert "shop runs without PRICES, which its drill file leaves out" in started
        (stack,) = json.loads(firedrill("status", "--json"))["stacks"]
        assert (stack["deployed"], stack["running"]) == (True, True)
        assert stack["addresses"].keys() == {"shop", "redirects", "search"}
        order = urllib.request.Request(f"{stack['addresses']['shop']}/cart/pear", method="PUT")  # noqa: S310 - local
        with urllib.request.urlopen(order) as answer:  # noqa: S310 - local
            assert json.loads(answer.read()) == {"count": 1, "price": "10"}
    finally:
        ended = firedrill("down")
    assert "has ended" in ended
    (stopped,) = json.loads(firedrill("status", "--json"))["stacks"]
    assert (stopped["deployed"], stopped["running"]) == (True, False)
    firedrill("destroy")
    (gone,) = json.loads(firedrill("status", "--json"))["stacks"]
    assert not gone["deployed"]
