"""Several renderings from one process that has imported the providers: each is what it is alone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from firedrill.errors import CannotRun
from firedrill.render import render, render_all
from firedrill.vendors.errors import FiredrillError

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import pulumi
import shared
pulumi.CustomResource("test:index:Thing", pulumi.get_stack(), {"said": shared.SAID, "of": pulumi.Config().get("of")})
"""


def project(folder: Path, said: str = "here", program: str = PROGRAM) -> Path:
    folder.mkdir()
    (folder / "Pulumi.yaml").write_text("name: tiny\nruntime: python\n")
    for stack in ("dev", "prod"):
        (folder / f"Pulumi.{stack}.yaml").write_text(f"config:\n  tiny:of: {stack}\n")
    (folder / "__main__.py").write_text(program)
    (folder / "shared.py").write_text(f"SAID = {said!r}\n")
    return folder


def test_every_stack_of_every_project_has_its_own_resources(tmp_path: Path) -> None:
    wanted = [
        (stack, root)
        for root in (project(tmp_path / "a"), project(tmp_path / "b", "there"))
        for stack in ("dev", "prod")
    ]
    found = render_all(wanted)
    assert {each: found[each]() for each in wanted} == {each: render(*each) for each in wanted}
    assert [found[each]()[0].inputs for each in wanted] == [
        {"said": said, "of": stack} for said in ("here", "there") for stack in ("dev", "prod")
    ]


def test_what_is_wrong_with_one_is_raised_for_that_one_alone(tmp_path: Path) -> None:
    root = project(tmp_path / "a", program=f"{PROGRAM}\nif pulumi.get_stack() == 'prod':\n    raise ValueError('no')\n")
    wanted = [("dev", root), ("prod", root), ("qa", root)]
    found = render_all(wanted)
    assert len(found["dev", root]()) == 1
    with pytest.raises(FiredrillError, match=r"^The Pulumi program failed: __main__.py, line 7: ValueError: no$"):
        found["prod", root]()
    with pytest.raises(FiredrillError, match=r"^There is no stack 'qa'"):
        found["qa", root]()


def test_what_cannot_be_tried_is_no_mistake_of_the_stack(tmp_path: Path) -> None:
    root = project(tmp_path / "a", program="import errno\nraise OSError(errno.EROFS, 'Read-only', 'made.mjs')\n")
    with pytest.raises(CannotRun, match=r"^'made.mjs' cannot be written: Read-only"):
        render_all([("dev", root)])["dev", root]()


def test_a_program_that_kills_itself_is_told_with_its_last_words(tmp_path: Path) -> None:
    program = "import os, sys\nsys.stderr.write('last words')\nsys.stderr.flush()\nos._exit(9)\n"
    root = project(tmp_path / "a", program=program)
    with pytest.raises(FiredrillError) as error:
        render_all([("dev", root)])["dev", root]()
    assert str(error.value) == "Rendering stack 'dev' ended with exit code 9.\nlast words"


@pytest.mark.parametrize("name", ["pulumi_datadog", "pulumi_cloudflare"])
def test_a_project_with_a_module_of_a_providers_name_gets_its_own(tmp_path: Path, name: str) -> None:
    root = project(tmp_path / "a", program=f"import {name}\n{name}.declare()\n")
    other = project(tmp_path / "b")
    (root / f"{name}.py").write_text(
        "import pulumi\ndef declare():\n    pulumi.CustomResource('test:index:Own', 'own', {})\n"
    )
    found = render_all([("dev", root), ("dev", other)])
    assert [each.type for each in found["dev", root]()] == ["test:index:Own"]


def test_nothing_is_rendered_where_nothing_is_wanted() -> None:
    assert render_all([]) == {}


def test_the_environment_is_the_one_of_a_rendering_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DD_API_KEY", "PLANTED")
    program = "import os, pulumi\npulumi.CustomResource('test:index:T', 't', {'names': sorted(os.environ)})\n"
    root = project(tmp_path / "a", program=program)
    names = render_all([("dev", root)])["dev", root]()[0].inputs["names"]
    assert "DD_API_KEY" in os.environ
    assert names == render("dev", root)[0].inputs["names"]
