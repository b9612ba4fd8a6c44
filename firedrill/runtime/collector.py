"""Joins what the classic and the streaming tail know of each invocation."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from typing import Any

from firedrill.cloudflare.trace_items import Invocation, event_type

_KINDS = {
    "fetch": "fetch",
    "jsrpc": "worker_rpc",
    "alarm": "alarm",
    "scheduled": "scheduled",
    "queue": "queue",
    "email": "email",
    "hibernatableWebSocket": "hibernatable_web_socket",
}
"""What the streaming tail calls an event -> EventType of the record."""


def join(items: Iterable[Mapping[str, Any]], spans: Iterable[Mapping[str, Any]]) -> list[Invocation]:
    """One Invocation for each trace item, ordered by its start.

    A span of the streaming tail ({entrypoint, durableObjectId, kind, started_ms, ended_ms, returned}) adds wall time
    and whether the handler returned. It has no id in common with the item, so they meet by entrypoint, object, kind
    and start, first in first out. Without a span, the time of the last log line stands in for the end.
    """
    waiting: dict[tuple[Any, ...], deque[Mapping[str, Any]]] = defaultdict(deque)
    for span in spans:
        kind = _KINDS.get(span["kind"], span["kind"])
        waiting[span.get("entrypoint"), span.get("durableObjectId"), kind, span["started_ms"]].append(span)
    joined = []
    for item in items:
        start = item["eventTimestamp"]
        queue = waiting[item.get("entrypoint"), item.get("durableObjectId"), event_type(item), start]
        if queue:
            span = queue.popleft()
            joined.append(Invocation(item, wall_ms=span["ended_ms"] - start, returned=span["returned"]))
        else:
            last = max((log["timestamp"] for log in item["logs"]), default=start)
            joined.append(Invocation(item, wall_ms=last - start))
    return sorted(joined, key=lambda invocation: invocation.item["eventTimestamp"])
