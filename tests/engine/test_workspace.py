"""The engine's own project folder, with a program in Pulumi's place that writes down how it was called."""

from __future__ import annotations

import json
import stat
from collections.abc import Sequence
from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped]

from firedrill.engine.process import Engine
from firedrill.engine.workspace import Workspace, check_whole, make_stack, write_project
from firedrill.errors import CannotRun
from firedrill.render.stack_config import PLACEHOLDER, StackConfig
from firedrill.vendors.errors import FiredrillError

CONFIG = StackConfig(
    "shop",
    {"shop:service": "cart", "shop:monitors": '{"a": {"critical": 5}}', "shop:key": PLACEHOLDER},
    ("shop:key",),
)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path, tmp_path / ".firedrill")


@pytest.fixture
def pulumi(tmp_path: Path) -> Path:
    """A program that notes its arguments, and then its standard input, a line each."""
    file = tmp_path / "pulumi"
    file.write_text(f'#!/bin/sh\necho "$*" >> {tmp_path}/calls\ncat >> {tmp_path}/calls\necho >> {tmp_path}/calls\n')
    file.chmod(0o755)
    return file


def prepare(workspace: Workspace, pulumi: Path, config: StackConfig = CONFIG, rotate: Sequence[str] = ()) -> None:
    """Write the project and make its stack, as every operation begins."""
    missing = write_project(workspace, "dev", config, rotate)
    make_stack(workspace, Engine(pulumi, workspace.engine, {}), "dev", config, missing)


def calls(workspace: Workspace) -> list[str]:
    file = workspace.root / "calls"
    return [line for line in file.read_text().splitlines() if line] if file.exists() else []


def encrypted(workspace: Workspace, stack: str) -> None:
    """Put into the stack's config what Pulumi makes of the secret."""
    file = workspace.config_file(stack)
    content = yaml.safe_load(file.read_text())
    content["config"]["shop:key"] = {"secure": "v1:abc"}
    file.write_text(yaml.safe_dump({**content, "encryptionsalt": "v1:salt"}))


def test_the_stack_gets_the_projects_config(workspace: Workspace, pulumi: Path) -> None:
    prepare(workspace, pulumi)
    assert yaml.safe_load((workspace.engine / "Pulumi.yaml").read_text()) == {
        "name": "shop",
        "runtime": "python",
        "main": str(workspace.root),
    }
    assert yaml.safe_load(workspace.config_file("dev").read_text()) == {
        "config": {"shop:service": "cart", "shop:monitors": '{"a": {"critical": 5}}'}
    }


def test_a_new_stack_is_made_and_gets_its_secrets_by_standard_input(workspace: Workspace, pulumi: Path) -> None:
    prepare(workspace, pulumi)
    made, given, secret = calls(workspace)
    assert made == "--non-interactive stack select dev --create --secrets-provider passphrase"
    assert given == "--non-interactive config set --secret shop:key --stack dev"
    assert len(bytes.fromhex(secret)) == 16


def test_a_stack_that_is_there_keeps_its_secrets(workspace: Workspace, pulumi: Path) -> None:
    prepare(workspace, pulumi)
    encrypted(workspace, "dev")
    workspace.state_file("shop", "dev").parent.mkdir(parents=True)
    workspace.state_file("shop", "dev").write_text("{}")
    before = calls(workspace)
    prepare(workspace, pulumi)
    assert calls(workspace) == before
    content = yaml.safe_load(workspace.config_file("dev").read_text())
    assert content["config"]["shop:key"] == {"secure": "v1:abc"}
    assert content["encryptionsalt"] == "v1:salt"


@pytest.mark.parametrize("left", ["", "config:\n  shop:key: {sec"])
def test_a_config_that_pulumi_was_writing_when_it_was_killed_is_made_anew(
    workspace: Workspace, pulumi: Path, left: str
) -> None:
    prepare(workspace, pulumi)
    workspace.config_file("dev").write_text(left)
    prepare(workspace, pulumi)
    assert yaml.safe_load(workspace.config_file("dev").read_text())["config"]["shop:service"] == "cart"


@pytest.mark.parametrize("name", ["key", "shop:key"])
def test_a_secret_that_is_to_be_made_anew_is(workspace: Workspace, pulumi: Path, name: str) -> None:
    prepare(workspace, pulumi)
    encrypted(workspace, "dev")
    before = calls(workspace)
    prepare(workspace, pulumi, rotate=[name])
    assert calls(workspace)[len(before) + 1] == "--non-interactive config set --secret shop:key --stack dev"


def test_a_secret_inside_an_object_is_refused(workspace: Workspace, pulumi: Path) -> None:
    nested = StackConfig("shop", {"shop:sink": json.dumps({"key": PLACEHOLDER})}, ("shop:sink",))
    with pytest.raises(FiredrillError) as raised:
        prepare(workspace, pulumi, nested)
    assert str(raised.value) == (
        "shop:sink has a secret inside an object, which the local cloud cannot make; give it a key of its own."
    )


def test_what_is_written_is_the_owners_alone(workspace: Workspace, pulumi: Path) -> None:
    prepare(workspace, pulumi)
    files = [file for file in workspace.engine.iterdir() if file.is_file()]
    assert {file.name for file in files} == {"Pulumi.yaml", "Pulumi.dev.yaml", "passphrase"}
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_accounts_of_the_environment_do_not_reach_the_engine(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("CLOUDFLARE_API_TOKEN", "DD_API_KEY", "DATADOG_HOST", "PULUMI_ACCESS_TOKEN", "PULUMI_STACK"):
        monkeypatch.setenv(name, "of a real account")
    monkeypatch.setenv("HOME", "/home/somebody")
    found = workspace.environment()
    assert "of a real account" not in found.values()
    assert found["HOME"] == "/home/somebody"


def deployed(workspace: Workspace, stack: str, state: str = "{}") -> Path:
    """The file of a stack's state, as Pulumi leaves it."""
    file = workspace.state_file("shop", stack)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(state)
    return file


def problem(workspace: Workspace) -> str:
    with pytest.raises(FiredrillError) as refused:
        check_whole(workspace, "dev", "shop")
    return str(refused.value)


def test_what_is_not_begun_or_is_as_it_was_left_is_whole(workspace: Workspace, pulumi: Path) -> None:
    check_whole(workspace, "dev", "shop")
    prepare(workspace, pulumi)
    deployed(workspace, "dev")
    check_whole(workspace, "dev", "shop")


def test_a_passphrase_that_is_gone_is_not_made_anew(workspace: Workspace) -> None:
    deployed(workspace, "prod")
    deployed(workspace, "staging")
    assert problem(workspace) == (
        f"'{workspace.engine / 'passphrase'}' is gone, and the secrets of these stacks cannot be read without it: "
        "prod, staging. Put it back; or start again, with nothing deployed and nothing stored: remove "
        f"'{workspace.folder}'"
    )


def test_a_state_that_is_cut_off_is_refused_with_what_is_left_of_it(workspace: Workspace, pulumi: Path) -> None:
    prepare(workspace, pulumi)
    file = deployed(workspace, "dev", '{"version": 3')
    file.with_name("dev.json.bak").write_text("{}")
    assert problem(workspace) == (
        f"'{file}' is not Pulumi's state of a stack (Expecting ',' delimiter: line 1 column 14 (char 13)); put "
        "dev.json.bak in its place, which is the one before, then run: firedrill refresh --stack dev"
    )


def test_an_empty_state_that_an_interrupted_pulumi_leaves_is_told_with_what_to_do(
    workspace: Workspace, pulumi: Path
) -> None:
    prepare(workspace, pulumi)
    file = deployed(workspace, "dev", "")
    assert problem(workspace) == (
        f"'{file}' is not Pulumi's state of a stack (it is empty, as an interrupted Pulumi may leave it); there is "
        "none from before, so remove it, then run: firedrill up --stack dev"
    )


def test_what_a_command_says_goes_on_wherever_it_was_said(workspace: Workspace, pulumi: Path) -> None:
    prepare(workspace, pulumi)
    pulumi.write_text('#!/bin/sh\necho "error: no such thing"\nexit 1\n')
    with pytest.raises(CannotRun) as refused:
        Engine(pulumi, workspace.engine, {}).call("refresh", "--yes", "--stack", "dev")
    assert str(refused.value) == "pulumi refresh --yes failed:\nerror: no such thing"
