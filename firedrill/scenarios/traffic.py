"""Drivers: the requests of one simulated minute, as the users of the conversation Worker would send them.

A conversation is a session: its requests follow one another while conversations run side by side.
Ids carry the take's name, since each take needs objects of its own.
"""

from __future__ import annotations

import json

from firedrill.runtime.take import Request

CONVERSATIONS = 16
TOOLS = ("search", "read_file", "run_tests")

_JSON = {"content-type": "application/json"}


def everyday(take: str, conversations: int = CONVERSATIONS) -> tuple[Request, ...]:
    """Each conversation stores two tools and asks for one; then some ask again, delete or clear. Two health checks."""
    ids = _ids(take, conversations)
    last = (_retrieve, _delete, _retrieve, _clear, _retrieve, _delete)
    return (
        *(_store(each, tools=2) for each in ids),
        Request(path="/health"),
        *(_retrieve(each) for each in ids),
        Request(path="/health"),
        *(last[number % len(last)](each) for number, each in enumerate(ids)),
    )


def bulk_stores(take: str, tools: int) -> tuple[Request, ...]:
    """As many requests as everyday traffic, but each stores `tools` tools at once: rows rise, requests do not."""
    ids = _ids(take, CONVERSATIONS)
    return tuple(_store(each, tools=tools, first=turn * tools) for turn in range(3) for each in ids)


def unknown_tools(take: str, conversations: int = CONVERSATIONS) -> tuple[Request, ...]:
    """Everyday traffic, and some conversations ask for a tool use id that nobody stored."""
    lookups = (Request(path=f"/conversations/{each}/tools/unknown", session=each) for each in _ids(take, conversations))
    return (*everyday(take), *lookups)


def malformed(take: str) -> tuple[Request, ...]:
    """Everyday traffic, and callers' mistakes of every kind: path, method, JSON, fields, sizes."""
    conversation = f"/conversations/{take}-0/tools"
    return (
        *everyday(take),
        Request(path="/nowhere"),
        Request(method="PATCH", path=conversation),
        Request(method="POST", path=conversation, headers=_JSON, body="{"),
        Request(method="POST", path=conversation, headers=_JSON, body='{"tool_use_id": 1}'),
        Request(method="POST", path=conversation, headers=_JSON, body=json.dumps({"tool_use_id": "x" * 2_000_000})),
        Request(path=f"/conversations/{'x' * 2000}/tools/a"),
    )


def idempotent(take: str) -> tuple[Request, ...]:
    """Stores and look-ups only: what the gateway may repeat."""
    ids = _ids(take, CONVERSATIONS)
    return (*(_store(each, tools=2) for each in ids), *(_retrieve(each) for _ in range(2) for each in ids))


def overlapping(take: str) -> tuple[Request, ...]:
    """Everyday traffic's volume, but one conversation asks for the same tool many times at once."""
    lookups = (Request(path=f"/conversations/{take}-0/tools/toolu_0") for _ in range(2 * CONVERSATIONS))
    return (*(_store(each, tools=2) for each in _ids(take, CONVERSATIONS)), *lookups)


def one_lookup(take: str) -> tuple[Request, ...]:
    """A single request."""
    return (_retrieve(f"{take}-0"),)


def _ids(take: str, conversations: int) -> list[str]:
    return [f"{take}-{number}" for number in range(conversations)]


def _store(conversation: str, tools: int, first: int = 0) -> Request:
    entries = [
        {"tool_use_id": f"toolu_{number}", "tool_name": TOOLS[number % len(TOOLS)]}
        for number in range(first, first + tools)
    ]
    return Request(
        method="POST",
        path=f"/conversations/{conversation}/tools",
        headers=_JSON,
        body=json.dumps(entries),
        session=conversation,
    )


def _retrieve(conversation: str) -> Request:
    return Request(path=f"/conversations/{conversation}/tools/toolu_0", session=conversation)


def _delete(conversation: str) -> Request:
    return Request("DELETE", f"/conversations/{conversation}/tools/toolu_1", session=conversation)


def _clear(conversation: str) -> Request:
    return Request("DELETE", f"/conversations/{conversation}/tools", session=conversation)
