"""What is said where a library is not installed that only some commands need."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from firedrill import extras
from firedrill.environment import PYTHON, for_child

ROOT = Path(__file__).resolve().parents[1]
WITHOUT = """
import sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {libraries!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Missing())
from firedrill.cli import run
sys.argv = ["firedrill", *{arguments!r}]
run()
"""
PULUMI = {"google", "grpc", "pulumi", "pulumi_cloudflare", "pulumi_datadog", "pulumi_policy"}


def without(libraries: set[str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command line in a Python that lacks these libraries."""
    code = WITHOUT.format(libraries=sorted(libraries), arguments=arguments)
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=for_child(*PYTHON), capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("library", "arguments"),
    [
        ("pulumi", ["render"]),
        ("grpc", ["preview"]),
        ("grpc", ["cloud"]),
    ],
)
def test_a_command_that_runs_a_program_names_the_extra_with_pulumi(library: str, arguments: list[str]) -> None:
    done = without({library}, *arguments)
    told = f"firedrill: this command needs {library}: pip install 'firedrill[pulumi]'\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", told)


@pytest.mark.parametrize("command", ["challenge", "verify"])
def test_a_command_that_asks_the_vendors_names_the_extra_with_their_clients(command: str) -> None:
    done = without({"cloudflare"}, command)
    told = "firedrill: this command needs cloudflare: pip install 'firedrill[verify]'\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", told)


def test_a_look_up_of_addresses_names_the_extra_with_maxminddb(tmp_path: Path) -> None:
    (tmp_path / "resources.json").write_text("[]")
    (tmp_path / "logs.json").write_text("[]")
    files = ("--resources", str(tmp_path / "resources.json"), "--logs", str(tmp_path / "logs.json"))
    (tmp_path / "city.mmdb").touch()
    done = without({"maxminddb"}, "pipeline", *files, "--geoip", str(tmp_path / "city.mmdb"))
    told = "firedrill: this command needs maxminddb: pip install 'firedrill[geoip]'\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", told)


@pytest.mark.parametrize("library", ["cloudflare", "datadog_api_client"])
def test_verifying_names_the_extra_with_the_clients(library: str) -> None:
    done = without({library}, "verify", "--stack", "prod")
    told = f"firedrill: this command needs {library}: pip install 'firedrill[verify]'\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", told)


def test_the_emulator_needs_no_extra(tmp_path: Path) -> None:
    (tmp_path / "resources.json").write_text("[]")
    done = without(PULUMI | {"maxminddb"}, "check", "--resources", str(tmp_path / "resources.json"))
    assert "firedrill[" not in done.stderr
    assert "Traceback" not in done.stderr


def test_a_library_that_no_extra_brings_is_a_bug_and_shown_as_one() -> None:
    done = without({"lark"}, "check", "--resources", "resources.json")
    assert "ModuleNotFoundError: No module named 'lark'" in done.stderr


def test_every_library_is_in_the_extra_that_is_named_for_it() -> None:
    brought = {"grpc": "pulumi", "google": "pulumi", "botocore": "moto"}  # by what needs it
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    for library, extra in extras._EXTRA_OF.items():
        names = [re.split(r"[^a-z-]", each)[0] for each in declared[extra]]
        assert brought.get(library, library).replace("_", "-") in names
