"""Files that are there whole or not at all, whenever the process dies."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from firedrill.errors import CannotRun

OWNER_ONLY = 0o600


def write_atomically(file: Path, text: str, replace: Callable[[Path, Path], None] = os.replace) -> os.stat_result:
    """Put `text` in the place of `file`, readable by its owner only; returns what the system says of the new file.

    Its folder is made when it is missing. Two that write the same file at once need a lock of their own. `replace`
    puts a new file in an old one's place.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_name(f"{file.name}.new")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ONLY)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
        written = os.fstat(out.fileno())
    replace(new, file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return written


def keep(file: Path, text: str) -> None:
    """Put `text` in the place of a file that a run leaves behind. Raises CannotRun where it cannot be written."""
    try:
        write_atomically(file, text)
    except OSError as error:
        raise CannotRun(f"cannot write {str(file)!r}: {error.strerror}; make its folder writable.") from error
