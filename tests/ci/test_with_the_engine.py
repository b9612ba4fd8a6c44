"""The scripts that deploy and compare, with Pulumi's real engine on the local cloud."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from firedrill.cloud.cloud import Cloud
from firedrill.cloud.server import serving
from firedrill.cloud.store import Store
from firedrill.engine import binary

pytestmark = pytest.mark.engine

ROOT = Path(__file__).resolve().parents[2]
HOST = ROOT / "tests" / "engine" / "host"
LINKED = (
    *(".venv", "__main__.py", "components", "docs", "firedrill", "node_modules", "policies", "worker"),
    "Pulumi.yaml",
)
KEY = "0123456789abcdef" * 2

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "cloud" / "state.json"


@pytest.fixture
def run(tmp_path: Path, state: Path) -> Iterator[Run]:
    """Runs a command in a project whose stack dev is in the local cloud; its drill is taken as passed."""
    pulumi = binary.find(ROOT).path
    root = tmp_path / "project"
    for folder in (root / "bin", tmp_path / "state", tmp_path / "home"):
        folder.mkdir(parents=True)
    for name in LINKED:
        (root / name).symlink_to(ROOT / name)
    (root / "tools" / "ci").mkdir(parents=True)
    for script in ("deploy.sh", "drift.sh"):
        (root / "tools" / "ci" / script).symlink_to(ROOT / "tools" / "ci" / script)
    (root / "Pulumi.dev.yaml").write_text((ROOT / "Pulumi.dev.yaml").read_text())
    (root / "bin" / "make").symlink_to("/bin/true")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PULUMI_")}
    environment = kept | {
        "PATH": os.pathsep.join([str(root / "bin"), str(HOST), str(pulumi.parent), os.environ["PATH"]]),
        "PYTHONPATH": str(ROOT),
        "PULUMI_HOME": str(tmp_path / "home"),
        "PULUMI_BACKEND_URL": (tmp_path / "state").as_uri(),
        "PULUMI_CONFIG_PASSPHRASE": "passphrase",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
    }
    with serving(Cloud(Store(state), root=root)) as variables:

        def run(*command: str) -> tuple[int, str]:
            done = subprocess.run(
                command,
                cwd=root,
                env={**environment, **variables},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
            )
            return done.returncode, done.stdout

        for arguments in (
            ["stack", "init", "dev"],
            ["config", "set", "--stack", "dev", "--secret", "firedrill:datadogApiKey", KEY],
            ["config", "set", "--stack", "dev", "--secret", "firedrill:telemetrySalt", "salt"],
        ):
            code, said = run(str(pulumi), *arguments)
            assert code == 0, said
        yield run


def test_a_stack_that_was_deployed_has_no_drift_until_somebody_changes_it(
    run: Run, state: Path, tmp_path: Path
) -> None:
    report = tmp_path / "project" / "reports" / "drift-dev.md"
    code, said = run("tools/ci/deploy.sh", "dev")
    assert code == 0, said
    code, said = run("tools/ci/drift.sh", "dev")
    assert (code, report.read_text()) == (0, ""), said

    text = state.read_text()
    assert '"critical":"500"' in text
    state.write_text(text.replace('"critical":"500"', '"critical":"5000"'))
    code, said = run("tools/ci/drift.sh", "dev")
    assert code == 1, said
    assert report.read_text().startswith("### `dev` has drifted\n")
    assert re.search(r'~ critical *: "5000" => "500"', report.read_text())
