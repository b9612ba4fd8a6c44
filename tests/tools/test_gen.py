"""Writing what is generated, and telling what is stale."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import gen


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which one of two generated files is fresh."""
    monkeypatch.setattr(gen, "ROOT", tmp_path)
    monkeypatch.setattr(gen, "generated", lambda: {"a.md": "text of a\n", "b.md": "text of b\n"})
    (tmp_path / "a.md").write_text("text of a\n")
    (tmp_path / "b.md").write_text("edited by hand\n")
    return tmp_path


def test_only_what_differs_is_written(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert gen.main([]) == 0
    assert (root / "b.md").read_text() == "text of b\n"
    assert capsys.readouterr().out == "wrote b.md\n"


def test_a_check_names_what_is_stale_and_writes_nothing(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert gen.main(["--check"]) == 1
    assert (root / "b.md").read_text() == "edited by hand\n"
    assert capsys.readouterr().out == "b.md is out of date; update it with: make gen\n"


def test_a_file_that_is_missing_is_stale(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / "a.md").unlink()
    assert gen.main(["--check"]) == 1
    assert capsys.readouterr().out.splitlines()[0] == "a.md is out of date; update it with: make gen"


def test_a_check_of_fresh_files_passes(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / "b.md").write_text("text of b\n")
    assert gen.main(["--check"]) == 0
    assert capsys.readouterr().out == ""


def test_every_generated_text_says_so_and_ends_in_a_line_break() -> None:
    for name, text in gen.generated().items():
        assert name.startswith("docs/runbooks/") or "do not edit" in text[:300].lower(), name  # their end alone is
        assert text.endswith("\n"), name


def test_generating_twice_gives_the_same() -> None:
    assert gen.generated() == gen.generated()
