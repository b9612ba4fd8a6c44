"""A copy of the project to be changed, its stack as it is, and takes that all versions share."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

from firedrill.drill.record import Recorder
from firedrill.drill.shared_takes import shared_recorder
from firedrill.drill.stages import Stages
from firedrill.render import render
from firedrill.review.stack_review import Drilled, StackReview, Version, compare_versions, drill_version

ROOT = Path(__file__).resolve().parents[2]
STACK = "dev"

Change = Callable[..., StackReview]


@pytest.fixture(scope="session")
def base() -> Version:
    return Version(ROOT, render(STACK, ROOT))


@pytest.fixture(scope="session")
def recorder() -> Recorder:
    return shared_recorder()


@pytest.fixture(scope="session")
def before(base: Version, recorder: Recorder) -> Drilled:
    return drill_version(STACK, base, Stages(Console(file=io.StringIO())), recorder, known=ROOT)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The project's files as git would take them, with what set-up installed beside them."""
    listed = ["git", "-C", str(ROOT), "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(listed, capture_output=True, text=True, check=True).stdout.split("\0")
    for name in names:
        if name and (ROOT / name).is_file() and not name.startswith(("tests/", "docs/", "bench/")):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, tmp_path / name)
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules", target_is_directory=True)
    return tmp_path


@pytest.fixture
def changed(project: Path, base: Version, before: Drilled, recorder: Recorder) -> Change:
    """Change texts of files, and review what that does to the stack: changed("file", "old", "new", ...)."""

    def review(*edits: str) -> StackReview:
        for file, old, new in zip(*[iter(edits)] * 3, strict=True):
            text = (project / file).read_text()
            assert old in text, f"{file} has no {old!r}"
            (project / file).write_text(text.replace(old, new, 1))
        head = Version(project, render(STACK, project))
        return compare_versions(STACK, base, head, Stages(Console(file=io.StringIO())), recorder, before)

    return review
