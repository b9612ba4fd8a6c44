"""What the files of a project say."""

from __future__ import annotations

from pathlib import Path

from firedrill.project import stacks


def test_a_stack_is_known_by_its_whole_name_dots_included(tmp_path: Path) -> None:
    for name in ("Pulumi.yaml", "Pulumi.prod.yaml", "Pulumi.eu.prod.yaml", "Pulumi.dev.yaml"):
        (tmp_path / name).touch()
    assert stacks(tmp_path) == ["dev", "eu.prod", "prod"]
