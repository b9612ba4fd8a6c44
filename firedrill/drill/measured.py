"""What Cloudflare measures of each invocation of an object, by what the drill saw of it: for its analytics."""

from __future__ import annotations

from typing import Any

from firedrill.drill.joined import joined
from firedrill.runtime.take import Take
from firedrill.vendors.cloudflare.analytics import ACTIVE_MS, BYTES, OBJECT, ROWS_READ, ROWS_WRITTEN
from firedrill.vendors.cloudflare.trace_items import is_of_object


def of_objects(take: Take) -> dict[int, dict[str, Any]]:
    """By the id() of each invocation of an object: the keys of its record besides the fields of Logpush.

    Where several of an object overlap, each is active for what no earlier one was: together, as long as the object.
    """
    deeds = {id(each.invocation): each.deed for each in joined(take)}
    active_until: dict[str, int] = {}
    found: dict[int, dict[str, Any]] = {}
    for each in sorted(take.invocations, key=lambda one: one.item["eventTimestamp"]):
        if not is_of_object(each.item):
            continue
        object_, began_ms = str(each.item.get("durableObjectId") or ""), each.item["eventTimestamp"]
        ended_ms = began_ms + each.wall_ms
        until_ms = active_until.get(object_, 0)
        active_until[object_] = max(until_ms, ended_ms)
        deed = deeds.get(id(each))
        found[id(each)] = {
            OBJECT: object_,
            ACTIVE_MS: max(0, ended_ms - max(began_ms, until_ms)),
            ROWS_READ: deed.storage.read if deed else 0,
            ROWS_WRITTEN: deed.storage.written if deed else 0,
            BYTES: deed.bytes if deed else None,
        }
    return found
