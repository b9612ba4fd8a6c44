"""What is wrong with a file of a person, as a mistake that a command shows."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from firedrill.vendors.errors import FiredrillError
from firedrill.vendors.rules.documents import DocumentError, read_text


@contextmanager
def mistakes_told(advice: str = "") -> Iterator[None]:
    """Raise DocumentError of the block as FiredrillError, with `advice` after it where there is some."""
    try:
        yield
    except DocumentError as error:
        raise FiredrillError(f"{error}.{f' {advice}' if advice else ''}") from error


def is_there(path: Path) -> bool:
    """Whether there is anything at a path, even a folder or a broken link: what a person put there is not ignored."""
    return os.path.lexists(path)


def text_of(path: Path, name: str) -> str:
    """The text of a file that is there, called `name` in errors. Raises FiredrillError where it cannot be read."""
    try:
        if path.exists() and not path.is_file() and not path.is_dir():
            raise FiredrillError(f"{name} is not a regular file; put one in its place.")
        with mistakes_told():
            return read_text(path, name)
    except OSError as error:
        raise FiredrillError(f"{name} {unreadable(error)}.") from error


def unreadable(error: OSError) -> str:
    """What is wrong with a file that a person named or put there, and what to do."""
    if error.errno == errno.EISDIR:
        return "is a folder; put a file in its place"
    if error.errno == errno.ELOOP:
        return "is a link that leads back to itself; put a file in its place"
    if error.errno == errno.ENOENT and error.filename and os.path.islink(error.filename):
        return "is a link to a file that does not exist; correct the link"
    if error.errno == errno.ENOENT:
        return "does not exist; correct its path"
    return f"cannot be read: {error.strerror}; make it readable"


WRONG_SHAPE = (ArithmeticError, AttributeError, IndexError, KeyError, TypeError, ValueError)
"""What code raises that reads a value of a documented form when it has another form."""

_OF_PYTHON = re.compile(r"(?:of type |, got |^)'(int|float|bool|str|list|tuple|dict|NoneType)'")
_IN_JSON = {
    **dict.fromkeys(("int", "float"), "a number"),
    **dict.fromkeys(("list", "tuple"), "a list"),
    "bool": "true or false",
    "str": "text",
    "dict": "an object",
    "NoneType": "null",
}


def wrong_shape(error: Exception) -> str:
    """What one of WRONG_SHAPE says of a value, without the value itself, which may be a secret."""
    if isinstance(error, KeyError):
        return f"{error} is missing somewhere in it"
    found = _OF_PYTHON.search(str(error)) if isinstance(error, (AttributeError, TypeError)) else None
    if found:
        return f"{_IN_JSON[found[1]]} stands where something else belongs"
    return "a value is not of the type that is documented"
