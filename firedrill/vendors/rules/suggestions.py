"""What a person may have meant by a name that there is not."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(name: object, known: Iterable[str]) -> str:
    """The one of the `known` names that is most like `name`, upper and lower case alike; "" where none is."""
    by_lower = {each.lower(): each for each in known}
    close = get_close_matches(str(name).lower(), by_lower, n=1)
    return by_lower[close[0]] if close else ""


def hint(name: object, known: Iterable[str]) -> str:
    """A question in brackets that follows a name that there is not, with a space before it; "" as with `nearest`."""
    meant = nearest(name, known)
    return f" (did you mean {meant!r}?)" if meant else ""
