"""What keeps a command from running, which is nobody's declaration."""

from __future__ import annotations

import errno

from firedrill.vendors.errors import FiredrillError

_NO_WRITING = frozenset({errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOSPC, errno.EDQUOT})


class CannotRun(FiredrillError):
    """The run could not start or finish (a missing program, a full disk, a killed process): nothing is proven."""


def unwritable(error: OSError) -> CannotRun | None:
    """What to say when a file of ours cannot be written, which is no mistake in what is declared; None otherwise."""
    if error.errno in _NO_WRITING and error.filename:
        return CannotRun(
            f"{str(error.filename)!r} cannot be written: {error.strerror}; make its folder writable, "
            "or work in a copy of the project that is"
        )
    if error.errno == errno.ENOENT and error.filename is None:  # of tempfile and of the working directory
        if "temporary" not in str(error.strerror):
            return CannotRun("the folder that this was started in is gone; change to one that exists")
        return CannotRun(f"{error.strerror}; point TMPDIR to a folder that can be written to")
    return None
