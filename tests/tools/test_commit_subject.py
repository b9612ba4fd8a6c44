"""The subject of a commit, as the hook sees it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import commit_subject


def test_a_subject_of_71_characters_is_short_enough_whatever_follows(tmp_path: Path) -> None:
    message = tmp_path / "message"
    message.write_text("a" * 71 + "\n\n" + "b" * 100)
    assert commit_subject.main([str(message)]) == 0


def test_a_longer_one_is_refused_with_its_length(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    message = tmp_path / "message"
    message.write_text(
        "\n# a comment that git puts into the template of the message that is to be written\n" + "a" * 72
    )
    assert commit_subject.main([str(message)]) == 1
    assert capsys.readouterr().err == (
        f"The subject has 72 characters; fewer than 72 are allowed:\n  {'a' * 72}\n"
        "Shorten it, and move the rest below an empty line.\n"
    )


@pytest.mark.parametrize("mark", ["fixup! ", "squash! ", "amend! ", "fixup! fixup! "])
def test_a_mark_to_squash_does_not_count(mark: str) -> None:
    assert commit_subject.problem(mark + "a" * 71) == ""
    assert commit_subject.problem(mark + "a" * 72).startswith("The subject has 72 characters")


def test_an_empty_message_is_left_to_git() -> None:
    assert commit_subject.problem("# only comments\n") == ""
