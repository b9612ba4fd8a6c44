"""What the drill saw of an object, joined with what the platform recorded of it."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import Any, NamedTuple

from firedrill.runtime.deeds import Deed
from firedrill.runtime.take import Take
from firedrill.vendors.cloudflare.trace_items import Invocation, event_type

_SOCKET_EVENTS = {"message": "webSocketMessage", "close": "webSocketClose", "error": "webSocketError"}


class Joined(NamedTuple):
    """An invocation of an object that the platform recorded, and what the drill saw of it."""

    number: int
    deed: Deed
    invocation: Invocation


def joined(take: Take) -> list[Joined]:
    """The deeds of objects with their records: of each method of an object, in the order in which they began."""
    waiting: dict[tuple[str, str], deque[Invocation]] = {}
    for invocation in take.invocations:
        if id_ := invocation.item.get("durableObjectId"):
            waiting.setdefault((str(id_), method_of(invocation.item)), deque()).append(invocation)
    found = []
    for number, deed in enumerate(take.deeds):
        records = waiting.get((deed.object, deed.what), deque()) if deed.class_name else deque()
        while records and not deed.threw and records[0].item["outcome"] == "exception":
            records.popleft()  # the object could not start, so that nothing of it ran
        if records:
            found.append(Joined(number, deed, records.popleft()))
    return found


def method_of(item: Mapping[str, Any]) -> str:
    """The method of the object that a trace item is of, "" for none that a deed could be of."""
    event, kind = item.get("event") or {}, event_type(item)
    if kind == "worker_rpc":
        return str(event["rpcMethod"])
    if kind == "hibernatable_web_socket":
        return _SOCKET_EVENTS.get(str(event["getWebSocketEvent"].get("webSocketEventType")), "")
    return kind if kind in ("fetch", "alarm") else ""
