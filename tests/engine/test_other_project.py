"""A project that only uses the package, deployed with the real engine: from the first preview until nothing is left."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from firedrill.cloud.values import revealed
from firedrill.resources import MONITOR, WORKERS_SCRIPT

if TYPE_CHECKING:
    from tests.engine.conftest import Local

pytestmark = [
    pytest.mark.engine,
    pytest.mark.filterwarnings("ignore:.* has been deprecated:DeprecationWarning"),  # when the providers are imported
]

ROOT = Path(__file__).resolve().parents[2]


def test_another_project_lives_with_the_engine_as_ours_does(
    of: Callable[[Path, str, Path], Local], tmp_path: Path
) -> None:
    project = tmp_path / "tickets"
    shutil.copytree(ROOT / "examples" / "tickets", project, ignore=shutil.ignore_patterns(".firedrill"))
    (project / "node_modules").symlink_to(ROOT / "node_modules")
    local = of(project, "dev", tmp_path / "state")
    (created,) = local.did("preview").items()
    assert created[0] == "create"
    assert local.did("up") == dict([created])
    assert local.agrees()
    assert local.did("up") == {"update": 1}  # docs/adr/0010: once after a deployment that migrated classes
    assert local.did("up") == {}
    made = {token for token, _ in local.entries()}
    assert {WORKERS_SCRIPT, MONITOR} < made
    (script,) = [entry for token, entry in local.entries() if token == WORKERS_SCRIPT]
    salt = next(each["text"] for each in revealed(script.inputs)["bindings"] if each["name"] == "TELEMETRY_SALT")
    assert len(salt) == 32, "made by the workspace, since no file of the project declares or has it"
    source = project / "src" / "index.mjs"
    source.write_text(source.read_text().replace("SEATS = 200", "SEATS = 300"))
    assert local.did("up") == {"update": 1}
    program = project / "__main__.py"
    declared = program.read_text()
    program.write_text(declared.replace('{"tickets": TICKETS}', '{"seats": TICKETS | {"name": "tickets-dev"}}'))
    refused = local.run("up")
    assert any("firedrill:workers.seats.renamedFrom is missing" in error for error in refused.errors)
    assert local.agrees()
    program.write_text(declared)
    assert set(local.did("destroy")) == {"delete"}
    assert local.entries() == []
