"""What is wrong with a file of a person, as a mistake that a command shows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from firedrill.vendors.errors import FiredrillError
from firedrill.vendors.rules.documents import DocumentError


@contextmanager
def mistakes_told(advice: str = "") -> Iterator[None]:
    """Raise DocumentError of the block as FiredrillError, with `advice` after it where there is some."""
    try:
        yield
    except DocumentError as error:
        raise FiredrillError(f"{error}.{f' {advice}' if advice else ''}") from error
