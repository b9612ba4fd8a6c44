"""Tags as Datadog keeps them.

They are lower-cased; everything but letters, digits, `_ - : . /` becomes `_`; they start with a letter, do not end with
a colon, and are at most 200 characters long.
Source: docs.datadoghq.com/getting_started/tagging (Defining tags)
"""

from __future__ import annotations

import re
from functools import lru_cache

MAX_LENGTH = 200

_OTHER = re.compile(r"[^\w\-:./]")
_START = re.compile(r"^[\d_\-:./]+")


@lru_cache(maxsize=4096)
def normalised(tag: str) -> str:
    """The normalised tag; "" when nothing is left of it."""
    return _START.sub("", _OTHER.sub("_", tag.lower()))[:MAX_LENGTH].rstrip(":")


def values(tags: list[str], key: str) -> list[str]:
    """The normalised values of the tags `key:value`; a tag without a value has none."""
    kept = (normalised(tag.strip()).partition(":") for tag in tags)
    return [value for name, _, value in kept if name == key and value]
