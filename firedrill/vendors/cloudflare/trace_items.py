"""Trace items, as a tail Worker receives them, become records of the dataset workers_trace_events.

Sources: developers.cloudflare.com/workers/runtime-apis/handlers/tail (the item),
developers.cloudflare.com/logs/logpush/logpush-job/datasets/account/workers_trace_events (the record).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

Record = dict[str, Any]
"""All fields of the dataset by name, before a job selects among them."""

_EVENT_TYPES = {
    "rpcMethod": "worker_rpc",
    "cron": "scheduled",
    "queue": "queue",
    "getWebSocketEvent": "hibernatable_web_socket",
    "mailFrom": "email",
    "scheduledTime": "alarm",  # after cron, whose events have a scheduledTime as well
    "request": "fetch",
}
"""A key that only this kind of event has -> EventType."""

_NAMES = {"scheduledTime": "ScheduledTimeMs", "queue": "QueueName"}
"""Names of an event's keys that differ from the trace item's in more than their first letter, as in records that
receivers of Logpush parse: runtime-api's schema names them so (workerd, src/workerd/io/worker-interface.capnp)."""

_DECIDED = ("alarm", "queue", "scheduled", "email")
"""Event types of which the names in Event are known."""


@dataclass(frozen=True)
class Invocation:
    """A trace item as JSON, with what the runtime knows besides.

    `wall_ms` runs until the last JavaScript ended; `cpu_ms` cannot be measured locally, a scenario sets it;
    `returned` is false when the handler threw, which the item of an RPC call does not tell: its outcome is ok.
    """

    item: Mapping[str, Any]
    wall_ms: int = 0
    cpu_ms: int = 0
    returned: bool = True


@dataclass(frozen=True)
class Script:
    """What production knows of the deployed script and workerd does not."""

    name: str
    version_id: str = "00000000-0000-4000-8000-000000000000"
    version_message: str = ""
    version_tag: str = ""
    tags: tuple[str, ...] = ()
    dispatch_namespace: str = ""


@dataclass(frozen=True)
class Unknowns:
    """Where the vendor's documents are silent or contradict a sample, one choice each; proofs must hold under all."""

    event: Literal["trace item", "empty"] = "trace item"
    """Event of an RPC call or a WebSocket's event: what the trace item has, in the dataset's spelling, or {}."""
    message_order: Literal["written", "reversed"] = "written"
    """Order of a line's arguments in Logs[].Message: as written, or reversed as in a published sample of 2024."""
    message_objects: Literal["json", "text"] = "json"
    """An argument that is no text: kept as JSON, or as its JSON text."""
    exception_stack: bool = False
    """Whether Exceptions[] have a Stack besides the documented Name, Message and TimestampMs."""


VARIANTS: tuple[Unknowns, ...] = (
    Unknowns(),
    Unknowns(event="empty", message_order="reversed", message_objects="text", exception_stack=True),
)
"""Both values of every switch, each in one of the two."""


def event_type(item: Mapping[str, Any]) -> str:
    """EventType of a trace item, by the keys of its event: fetch without an event, unknown for other kinds of items."""
    event = item.get("event") or {}
    return next((kind for key, kind in _EVENT_TYPES.items() if key in event), "unknown" if event else "fetch")


def is_of_object(item: Mapping[str, Any]) -> bool:
    """Whether a trace item is of an invocation of a Durable Object."""
    return item.get("executionModel") == "durableObject"


def record(invocation: Invocation, script: Script, unknowns: Unknowns = VARIANTS[0]) -> Record:
    """The full record of an invocation, before truncation and field selection."""
    item = invocation.item
    kind = event_type(item)
    return {
        "CPUTimeMs": invocation.cpu_ms,
        "DispatchNamespace": script.dispatch_namespace,
        "Entrypoint": item.get("entrypoint", ""),
        "Event": _event(item, kind, unknowns),
        "EventTimestampMs": item["eventTimestamp"],
        "EventType": kind,
        "Exceptions": [_exception(exception, unknowns) for exception in item.get("exceptions") or ()],
        "Logs": [_log(log, unknowns) for log in item.get("logs") or ()],
        "Outcome": item["outcome"],
        "ScriptName": script.name,
        "ScriptTags": list(script.tags),
        "ScriptVersion": {"ID": script.version_id, "Message": script.version_message, "Tag": script.version_tag},
        "WallTimeMs": invocation.wall_ms,
    }


def shifted(full: Record, by_ms: int) -> Record:
    """The record moved in time: its own timestamp and those of its logs and exceptions; nothing else is copied."""
    moved = dict(full)
    if "EventTimestampMs" in full:
        moved["EventTimestampMs"] = full["EventTimestampMs"] + by_ms
    for name in ("Exceptions", "Logs"):
        if full.get(name):
            moved[name] = [{**entry, "TimestampMs": entry["TimestampMs"] + by_ms} for entry in full[name]]
    return moved


def _event(item: Mapping[str, Any], kind: str, unknowns: Unknowns) -> dict[str, Any]:
    event = item.get("event") or {}
    if kind == "fetch" and event:
        return _fetch(event)
    if unknowns.event == "empty" and kind not in _DECIDED:
        return {}
    return _named(event)


def _fetch(event: Mapping[str, Any]) -> dict[str, Any]:
    """A fetch event as in the published samples: no headers, and no Response after an exception."""
    request = event["request"]
    described: dict[str, Any] = {
        "RayID": request.get("headers", {}).get("cf-ray", ""),
        "Request": {"URL": request["url"], "Method": request["method"]},
    }
    if "response" in event:
        described["Response"] = {"Status": event["response"]["status"]}
    return described


def _exception(exception: Mapping[str, Any], unknowns: Unknowns) -> dict[str, Any]:
    described = {
        "Name": exception["name"],
        "Message": exception["message"],
        "TimestampMs": exception["timestamp"],
    }
    if unknowns.exception_stack and "stack" in exception:
        described["Stack"] = exception["stack"]
    return described


def _log(log: Mapping[str, Any], unknowns: Unknowns) -> dict[str, Any]:
    message = list(log["message"])
    if unknowns.message_objects == "text":
        message = [part if isinstance(part, str) else json.dumps(part, separators=(",", ":")) for part in message]
    if unknowns.message_order == "reversed":
        message.reverse()
    return {"Level": log["level"], "Message": message, "TimestampMs": log["timestamp"]}


def _named(event: Mapping[str, Any]) -> dict[str, Any]:
    return {_NAMES.get(key, key[:1].upper() + key[1:]): _value(key, value) for key, value in event.items()}


def _value(key: str, value: Any) -> Any:
    """A moment is milliseconds, which the item of an alarm has as text."""
    if key == "scheduledTime" and isinstance(value, str):
        return round(datetime.fromisoformat(value).timestamp() * 1000)
    return _named(value) if isinstance(value, Mapping) else value
