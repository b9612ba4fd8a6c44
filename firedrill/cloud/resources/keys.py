"""Keys and ids as the vendors and the bridged providers shape them."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from firedrill.cloud.resource_type import import_id
from firedrill.cloud.state import Entry, State
from firedrill.resources import WORKERS_SCRIPT
from firedrill.vendors.cloudflare.rules.scripts import NO_SUCH_WORKER
from firedrill.vendors.errors import FiredrillError


def digest(*parts: object) -> str:
    """64 hexadecimal digits, the same for the same parts."""
    return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()


def uuid(*parts: object) -> str:
    """An id as RFC 9562 writes it, the same for the same parts."""
    return str(UUID(hex=digest(*parts)[:32], version=4))


def letters(*parts: object) -> str:
    """22 characters as in the id of a pipeline, the same for the same parts."""
    return base64.urlsafe_b64encode(bytes.fromhex(digest(*parts))).decode()[:22]


def script_key(id_: str, properties: Mapping[str, Any]) -> str:
    """What belongs to a Worker is known as `<account id>/<script name>`, which is also its id for an import."""
    if "accountId" in properties:
        return f"{properties['accountId']}/{properties['scriptName']}"
    return import_id(id_, "<account_id>/<script_name>")


def live_script(key: str, place: str, state: State) -> Entry:
    """The Worker with that key. Raises FiredrillError when Cloudflare has none."""
    entry = state.of(WORKERS_SCRIPT).get(key)
    if entry is None:
        raise FiredrillError(f"{place}: {NO_SUCH_WORKER}; deploy it first.")
    return entry


def owner(inputs: Mapping[str, Any], place: str) -> str:
    """The account or the zone that a Logpush resource belongs to. Raises FiredrillError unless it is one of them."""
    given = [inputs[key] for key in ("accountId", "zoneId") if inputs.get(key)]
    if not given:
        raise FiredrillError(f"{place}: accountId and zoneId are both missing; set accountId.")
    if len(given) > 1:
        raise FiredrillError(f"{place}: accountId and zoneId exclude each other; set one of them.")
    return str(given[0])


def owner_path(inputs: Mapping[str, Any], place: str) -> str:
    """The same as paths of Cloudflare's API have it: accounts/<id> or zones/<id>."""
    return f"{'accounts' if inputs.get('accountId') else 'zones'}/{owner(inputs, place)}"
