"""The policy pack as a folder for `pulumi up --policy-pack`."""

from __future__ import annotations

import sys
from pathlib import Path

import yaml  # type: ignore[import-untyped]

from tests.command_line import firedrill


def test_the_folder_is_in_the_project_and_nothing_else_is_printed(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    (tmp_path / "src").mkdir()
    done = firedrill("policy", "--path", folder=tmp_path / "src")
    assert done[:3] == (0, f"{tmp_path}/.firedrill/policy-pack\n", "")
    written = {file.name for file in (tmp_path / ".firedrill" / "policy-pack").iterdir()}
    assert written == {"PulumiPolicy.yaml", "__main__.py"}


def test_pulumi_runs_it_with_the_python_that_has_firedrill(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    firedrill("policy", "--path", folder=tmp_path)
    pack = yaml.safe_load((tmp_path / ".firedrill" / "policy-pack" / "PulumiPolicy.yaml").read_text())
    assert pack["runtime"] == {"name": "python", "options": {"virtualenv": sys.prefix}}
