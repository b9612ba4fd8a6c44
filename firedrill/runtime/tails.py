"""Joins what the classic and the streaming tail know of each invocation."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from firedrill.vendors.cloudflare.trace_items import Invocation, event_type

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

Told = Mapping[str, Any]
"""What a tail received about an invocation: a trace item, or a span."""


class _Waiting(NamedTuple):
    since_ms: float
    told: Told


class Joiner:
    """Pairs trace items with spans, in whichever order they come.

    A span of the streaming tail ({entrypoint, durableObjectId, kind, started_ms, ended_ms, returned}) adds wall time
    and whether the handler returned. It has no id in common with the item, so they meet by entrypoint, object, kind
    and start, first in first out. Times of the calls are of any one clock, in ms.
    """

    def __init__(self) -> None:
        self._items: dict[tuple[Any, ...], deque[_Waiting]] = defaultdict(deque)
        self._spans: dict[tuple[Any, ...], deque[_Waiting]] = defaultdict(deque)

    def add_span(self, span: Told, now_ms: float = 0) -> list[Invocation]:
        """The invocation that the span completes, if its item is here."""
        kind = _KINDS.get(span["kind"], span["kind"])
        key = (span.get("entrypoint"), span.get("durableObjectId"), kind, span["started_ms"])
        return self._meet(key, self._spans, span, now_ms)

    def add_item(self, item: Told, now_ms: float = 0) -> list[Invocation]:
        """The invocation that the trace item completes, if its span is here."""
        key = (item.get("entrypoint"), item.get("durableObjectId"), event_type(item), item["eventTimestamp"])
        return self._meet(key, self._items, item, now_ms)

    def give_up(self, before_ms: float = float("inf")) -> list[Invocation]:
        """Without their spans, the items that came earlier: the time of the last log line stands in for the end."""
        _take_older(self._spans, before_ms)
        return [_alone(item) for item in _take_older(self._items, before_ms)]

    def _meet(
        self, key: tuple[Any, ...], own: dict[tuple[Any, ...], deque[_Waiting]], told: Told, now_ms: float
    ) -> list[Invocation]:
        own[key].append(_Waiting(now_ms, told))
        if not (key in self._items and key in self._spans):
            return []
        item, span = (_pop(waiting, key) for waiting in (self._items, self._spans))
        return [Invocation(item, wall_ms=span["ended_ms"] - span["started_ms"], returned=span["returned"])]


def join(items: Iterable[Told], spans: Iterable[Told]) -> list[Invocation]:
    """One Invocation for each trace item, ordered by its start; spans that have not ended have no item."""
    joiner = Joiner()
    for span in spans:
        if span.get("ended_ms") is not None:
            joiner.add_span(span)
    joined = [invocation for item in items for invocation in joiner.add_item(item)]
    return sorted([*joined, *joiner.give_up()], key=lambda invocation: invocation.item["eventTimestamp"])


def _pop(waiting: dict[tuple[Any, ...], deque[_Waiting]], key: tuple[Any, ...]) -> Told:
    told = waiting[key].popleft().told
    if not waiting[key]:
        del waiting[key]
    return told


def _take_older(waiting: dict[tuple[Any, ...], deque[_Waiting]], before_ms: float) -> list[Told]:
    older = [key for key, queue in waiting.items() if queue[0].since_ms < before_ms]
    found = []
    for key in older:
        while key in waiting and waiting[key][0].since_ms < before_ms:
            found.append(_pop(waiting, key))
    return found


def _alone(item: Told) -> Invocation:
    start = item["eventTimestamp"]
    return Invocation(item, wall_ms=max((log["timestamp"] for log in item["logs"]), default=start) - start)
