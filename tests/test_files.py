from __future__ import annotations

import stat
from pathlib import Path

import pytest

from firedrill.files import write_atomically


def test_a_file_is_written_with_its_folder_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    file = tmp_path / "folder" / "file"
    written = write_atomically(file, "one\r\ntwo\n")
    assert file.read_bytes() == b"one\r\ntwo\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert (written.st_ino, written.st_size) == (file.stat().st_ino, 9)


def test_a_file_that_others_could_read_is_its_owners_once_it_is_replaced(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("old")
    file.chmod(0o644)
    write_atomically(file, "new")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_old_file_stays_when_the_process_dies_before_it_is_replaced(tmp_path: Path) -> None:
    def die(new: Path, old: Path) -> None:
        raise KeyboardInterrupt

    file = tmp_path / "file"
    file.write_text("old")
    with pytest.raises(KeyboardInterrupt):
        write_atomically(file, "new", die)
    assert file.read_text() == "old"
    write_atomically(file, "next")
    assert [each.name for each in tmp_path.iterdir()] == ["file"]
