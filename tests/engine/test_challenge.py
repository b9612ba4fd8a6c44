"""`firedrill challenge` as a user runs it: Pulumi's own CLI keeps the token, the local cloud's API gives it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped]

from firedrill.engine import binary
from firedrill.installed import PACKAGES as REPOSITORY

pytestmark = pytest.mark.engine

CONFIG = {
    "firedrill:accountId": "0" * 32,
    "firedrill:destinations": {
        "archive": {"type": "s3", "bucket": "logs", "region": "eu-west-1", "ownershipChallenge": "archiveProof"},
        "search": {
            "type": "sumo",
            "endpoint": "endpoint1.sumologic.com",
            "code": "code",
            "ownershipChallenge": "searchProof",
        },
    },
}
SHIM = '#!/bin/sh\necho "$@" >> "{log}"\nexec "{pulumi}" "$@"\n'


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A stack of a project in `tmp_path`, whose Pulumi writes down its arguments."""
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    (tmp_path / "Pulumi.prod.yaml").write_text(yaml.safe_dump({"config": CONFIG}))
    (tmp_path / "passphrase").write_text("of the stack")
    shim = tmp_path / "bin" / "pulumi"
    shim.parent.mkdir()
    shim.write_text(SHIM.format(log=tmp_path / "arguments", pulumi=binary.find(REPOSITORY).path))
    shim.chmod(0o755)
    (tmp_path / "state").mkdir()
    found = {
        **os.environ,
        "PATH": f"{shim.parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(REPOSITORY),
        "PULUMI_HOME": str(tmp_path / "home"),
        "PULUMI_BACKEND_URL": (tmp_path / "state").as_uri(),
        "PULUMI_CONFIG_PASSPHRASE_FILE": str(tmp_path / "passphrase"),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "CLOUDFLARE_API_TOKEN": "PLANTED-api-token",
    }
    pulumi(found, tmp_path, "stack", "init", "prod", "--secrets-provider", "passphrase")
    pulumi(found, tmp_path, "config", "set", "--secret", "firedrill:code", "--stack", "prod", given="PLANTED-code")
    return found


@pytest.fixture
def cloud(environment: Mapping[str, str], tmp_path: Path) -> Iterator[dict[str, str]]:
    """The variables of a local cloud that runs what stands for buckets."""
    pytest.importorskip("moto")
    command = [sys.executable, "-m", "firedrill", "cloud", "--buckets"]
    with subprocess.Popen(command, cwd=tmp_path, env=dict(environment), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        exported = {}
        while not (line := process.stdout.readline()).startswith("#"):
            name, _, value = line.removeprefix("export ").strip().partition("=")
            exported[name] = value
            assert value, "the cloud has ended"
        yield exported
        process.terminate()


def ran(
    environment: Mapping[str, str], folder: Path, command: Sequence[str], given: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=folder, env=dict(environment), input=given, capture_output=True, text=True, check=False
    )


def pulumi(environment: Mapping[str, str], folder: Path, *arguments: str, given: str = "") -> str:
    program = str(shutil.which("pulumi", path=environment["PATH"]))
    done = ran(environment, folder, [program, "--non-interactive", *arguments], given)
    assert not done.returncode, done.stderr
    return done.stdout.strip()


def challenge(environment: Mapping[str, str], folder: Path, *arguments: str, given: str = "") -> tuple[int, str]:
    command = [sys.executable, "-m", "firedrill", "challenge", "--stack", "prod", *arguments]
    done = ran(environment, folder, command, given)
    return done.returncode, done.stdout + done.stderr


def test_tokens_are_asked_for_read_and_kept_and_no_secret_is_an_argument(
    environment: dict[str, str], cloud: dict[str, str], tmp_path: Path
) -> None:
    here = {**environment, **cloud}
    code, said = challenge(here, tmp_path)
    assert (code, said.splitlines()[0]) == (1, "ok    archive: its token is the secret firedrill:archiveProof now")
    assert said.splitlines()[1].startswith("to do search: Cloudflare has written ownership-challenge.txt, which cannot")
    token = pulumi(environment, tmp_path, "config", "get", "firedrill:archiveProof", "--stack", "prod")
    assert token.count(".") == 2
    assert "archiveProof:\n    secure:" in (tmp_path / "Pulumi.prod.yaml").read_text()

    shown = (tmp_path / ".firedrill" / "sinks" / "cloud").glob("*")
    (search,) = [file.read_text() for file in shown if file.read_text()]
    assert challenge(here, tmp_path, "--destination", "search", "--token-file", "-", given=search) == (
        0,
        "ok    search: its token is the secret firedrill:searchProof now\n",
    )
    assert challenge(here, tmp_path) == (
        0,
        "ok    archive: firedrill:archiveProof proves it already\n"
        "ok    search: firedrill:searchProof proves it already\n",
    )
    arguments = (tmp_path / "arguments").read_text()
    for secret in (token, search, "PLANTED"):
        assert secret not in arguments + said


def test_what_keeps_it_from_running_is_told(environment: dict[str, str], tmp_path: Path) -> None:
    assert challenge({**environment, "CLOUDFLARE_API_TOKEN": ""}, tmp_path) == (
        2,
        "firedrill: CLOUDFLARE_API_TOKEN is not set; give a token of the account with the permission "
        "'Account: Logs: Write'\n",
    )
    wrong = {**environment, "CLOUDFLARE_BASE_URL": "http://api.example"}
    assert "allowed: https, or http to this machine: it gets the token" in challenge(wrong, tmp_path)[1]
    code, said = challenge({**environment, "CLOUDFLARE_BASE_URL": "http://127.0.0.1:1"}, tmp_path)
    assert code == 2
    assert "Cloudflare's API at http://127.0.0.1:1 does not answer" in said
    assert challenge(environment, tmp_path, "--token-file", "-")[0] == 2
    missing = challenge(environment, tmp_path, "--destination", "search", "--token-file", "nothing")
    assert missing == (
        2,
        "firedrill: cannot read 'nothing': No such file or directory; name the file that holds the token\n",
    )
