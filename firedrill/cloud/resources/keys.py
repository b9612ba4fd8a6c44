"""Keys and ids as the vendors and the bridged providers shape them."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from typing import Any

from firedrill.errors import FiredrillError


def digest(*parts: object) -> str:
    """64 hexadecimal digits, the same for the same parts."""
    return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()


def letters(*parts: object) -> str:
    """22 characters as in the id of a pipeline, the same for the same parts."""
    return base64.urlsafe_b64encode(bytes.fromhex(digest(*parts))).decode()[:22]


def script_key(id_: str, properties: Mapping[str, Any]) -> str:
    """What belongs to a Worker is known as `<account id>/<script name>`, which is also its id for an import."""
    if "accountId" in properties:
        return f"{properties['accountId']}/{properties['scriptName']}"
    return import_id(id_, "<account_id>/<script_name>")


def import_id(id_: str, form: str) -> str:
    """An id for an import that has as many parts as the `form`. Raises FiredrillError for another."""
    if id_.count("/") != form.count("/") or not all(id_.split("/")):
        raise FiredrillError(f"The id to import is {id_!r}; it has to be of the form {form!r}.")
    return id_
