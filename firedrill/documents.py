"""What is wrong with a file of a person, as a mistake that a command shows."""

from __future__ import annotations

import re
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
