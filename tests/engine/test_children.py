"""Every program that an update starts, and the variables that each of them finds: by name, and nothing else."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from firedrill.environment import PYTHON, for_child
from firedrill.installed import PACKAGES as REPOSITORY

if TYPE_CHECKING:
    from tests.engine.conftest import Local

pytestmark = [
    pytest.mark.engine,
    pytest.mark.filterwarnings("ignore:.* has been deprecated:DeprecationWarning"),  # when the providers are imported
]

PLANTED = "planted-secret"
OF_OTHERS = (
    *("AWS_SECRET_ACCESS_KEY", "CLOUDFLARE_API_TOKEN", "DD_API_KEY", "DD_APP_KEY", "GITHUB_TOKEN"),
    *("PULUMI_ACCESS_TOKEN", "PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG"),
)
OF_PULUMI = {
    "PULUMI_BACKEND_URL",
    "PULUMI_CONFIG_PASSPHRASE_FILE",
    "PULUMI_DEBUG_COMMANDS",
    "PULUMI_DEBUG_PROVIDERS",
    "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION",
    "PULUMI_HOME",
    "PULUMI_NEO",
    "PULUMI_SKIP_UPDATE_CHECK",
}
NOTES_ITS_ENVIRONMENT = """
import os
from pathlib import Path
Path(os.environ["HOME"], "environment").write_text("\\n".join(sorted(os.environ)))
"""


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Mapping[str, set[frozenset[str]]]:
    """The names of the variables of every program that was started, by the program's name; ours has secrets."""
    found: dict[str, set[frozenset[str]]] = {}
    start: Any = subprocess.Popen.__init__

    def noting(process: Any, command: Any, *rest: Any, env: Mapping[str, str], **options: Any) -> None:
        assert PLANTED not in env.values()
        found.setdefault(Path(command[0]).name, set()).add(frozenset(env))
        start(process, command, *rest, env=env, **options)

    for name in OF_OTHERS:
        monkeypatch.setenv(name, PLANTED)
    monkeypatch.setattr(subprocess.Popen, "__init__", noting)
    return found


def test_an_update_starts_pulumi_with_its_variables_the_guard_with_anybodys_and_the_bundler_with_where_packages_are(
    started: Mapping[str, set[frozenset[str]]], of: Callable[[Path, str, Path], Local], tmp_path: Path
) -> None:
    of(REPOSITORY, "dev", tmp_path).did("up")
    of_node = {"node": {frozenset(for_child())}}  # reads the code once per process, perhaps in an earlier test
    assert {**of_node, **started} == {
        **of_node,
        "pulumi": {frozenset(for_child()) | OF_PULUMI},
        "sh": {frozenset(for_child())},
        "esbuild": {frozenset({"NODE_PATH"})},
    }


@pytest.mark.usefixtures("started")
def test_the_program_finds_what_it_finds_when_it_is_rendered(
    of: Callable[[Path, str, Path], Local], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "Pulumi.yaml").write_text("name: tiny\nruntime: python\n")
    (tmp_path / "Pulumi.dev.yaml").write_text("config: {}\n")
    (tmp_path / "__main__.py").write_text(NOTES_ITS_ENVIRONMENT)
    of(tmp_path, "dev", tmp_path / ".firedrill").did("up")
    found = set((tmp_path / "environment").read_text().split())
    assert found == {*for_child(*PYTHON), "PULUMI_CONFIG"}
