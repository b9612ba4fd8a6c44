"""Protected resources: nothing is deleted beside them, and what is advised acts on the backend that has them."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from firedrill.engine.recorded import protection
from firedrill.render.stack_config import StackConfig

if TYPE_CHECKING:
    from tests.engine.conftest import Local

pytestmark = pytest.mark.engine

PARTS = "Monitor part-0, Monitor part-1, Monitor part-2"


def test_a_stack_with_protected_resources_is_refused_before_anything_is_deleted(
    small: Local, capfd: pytest.CaptureFixture[str]
) -> None:
    small.configure(protect=True)
    small.did("up")
    deployed, held = small.recorded(), small.held()
    capfd.readouterr()
    refused = small.run("destroy")
    message = (
        f"Nothing was deleted, since stack 'dev' has protected resources: {PARTS}.\n"
        "To delete them too, set small:protect: false in Pulumi.dev.yaml, then run: "
        "firedrill up --no-serve --stack dev && firedrill destroy --stack dev"
    )
    assert (refused.ok, refused.errors) == (False, (message,))
    assert capfd.readouterr() == ("", f"firedrill: {message}\n")
    assert (small.recorded(), small.held()) == (deployed, held)


def test_what_is_advised_lets_the_stack_be_destroyed(small: Local) -> None:
    small.configure(protect=True)
    small.did("up")
    assert not small.run("destroy").ok
    small.configure(protect=False)
    small.did("up")
    small.did("destroy")
    assert not small.entries()


def test_a_stack_that_is_not_deployed_has_nothing_protected(small: Local) -> None:
    assert small.run("destroy").ok


def test_where_no_config_key_is_about_protection_the_program_is_named() -> None:
    urn = "urn:pulumi:dev::shop::cloudflare:index/workersScript:WorkersScript::cart"
    resources = [{"urn": urn, "type": "cloudflare:index/workersScript:WorkersScript", "protect": True}]
    assert "remove protect from the program, then run: firedrill up" in protection(
        "dev", StackConfig("shop", {}, ()), resources
    )


def test_what_pulumi_advises_is_told_as_it_acts_on_this_stack(small: Local, capfd: pytest.CaptureFixture[str]) -> None:
    small.configure(protect=True)
    small.did("up")
    small.configure(monitors=2)
    capfd.readouterr()
    assert not small.run("up").ok
    (line,) = [each for each in capfd.readouterr().err.splitlines() if each.startswith("firedrill: ")]
    advised = line.partition(" has to be run as: ")[2]
    environment = {"PATH": "/bin:/usr/bin", "HOME": str(small.folder)}
    assert subprocess.run(["/bin/sh", "-c", advised], env=environment, check=False).returncode == 0
    assert small.did("up") == {"delete": 1}
