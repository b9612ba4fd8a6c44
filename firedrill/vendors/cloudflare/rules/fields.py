"""The fields of the dataset, in the vendor's order.

Source: developers.cloudflare.com/logs/logpush/logpush-job/datasets/account/workers_trace_events
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from firedrill.vendors.rules.breach import Breach, shown
from firedrill.vendors.rules.suggestions import nearest

DATASET = "workers_trace_events"

FIELDS: dict[str, str] = {
    "CPUTimeMs": "int",
    "DispatchNamespace": "string",
    "Entrypoint": "string",
    "Event": "object",
    "EventTimestampMs": "int",
    "EventType": "string",
    "Exceptions": "array[object]",
    "Logs": "array[object]",
    "Outcome": "string",
    "ScriptName": "string",
    "ScriptTags": "array[string]",
    "ScriptVersion": "object",
    "WallTimeMs": "int",
}
"""Field name -> type."""

OUTCOMES = (
    *("ok", "exception", "exceededCpu", "exceededMemory", "canceled", "responseStreamDisconnected", "loadShed"),
    *("scriptNotFound", "killSwitch", "daemonDown", "internalError", "exceededWallTime", "aborted", "unknown"),
)
"""What `Outcome` may be. Source: workerd, src/workerd/io/outcome.capnp"""
EVENT_TYPES = ("fetch", "scheduled", "alarm", "queue", "email", "worker_rpc", "hibernatable_web_socket")
"""What `EventType` may be. Source: as the fields'"""

FIELD = f"a field of the dataset {DATASET}: {', '.join(FIELDS)}"
"""What a name of a field may be."""


def field_breaches(where: str, names: Iterable[object]) -> Iterator[Breach]:
    """A breach for every name that the dataset does not have; `where` is what holds the names."""
    for name in names:
        if not isinstance(name, str) or name not in FIELDS:
            meant = nearest(name, FIELDS)
            yield Breach(where, shown(name), FIELD, f"perhaps {meant} is meant" if meant else "")
