"""What Cloudflare measures of Durable Objects, minute by minute: all from records of their invocations.

How it counts is not documented to the last detail: an invocation belongs to the minute in which it began, with all of
its time, and stored bytes are the sum of what the objects last held.
Source: developers.cloudflare.com/durable-objects/platform/pricing (what is a request, a row, active time)
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from firedrill.vendors.rules.prices import OBJECT_GB

OBJECT = "(object)"
ACTIVE_MS = "(active ms)"
ROWS_READ = "(rows read)"
ROWS_WRITTEN = "(rows written)"
BYTES = "(stored bytes)"
"""Keys beside the fields of an object's record, of what Cloudflare measures and no job can select."""

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS

STATUSES = {
    "ok": "success",
    "exception": "scriptThrewException",
    "exceededCpu": "exceededResources",
    "exceededMemory": "exceededResources",
    "canceled": "clientDisconnected",
    "responseStreamDisconnected": "clientDisconnected",
}
"""Outcome of an invocation -> its status.

Source: developers.cloudflare.com/workers/observability/metrics-and-analytics (invocation statuses)
"""
OTHER = "internalError"
_NO_ERRORS = ("success", "clientDisconnected")


Sums = dict[str, float]


class Namespace(NamedTuple):
    """A Durable Object namespace: the objects of a class of a script."""

    script: str
    class_name: str

    @property
    def id(self) -> str:
        """Its id at Cloudflare: 32 hexadecimal digits, made up but stable."""
        return hashlib.sha256(f"{self.script}/{self.class_name}".encode()).hexdigest()[:32]


@dataclass
class Usage:
    """Sums by minute (ms): of `invocations` by namespace and status, `periodic` ones by namespace.

    `stored` has the most bytes of each hour by namespace, `held` what each object held last.
    """

    invocations: dict[int, dict[tuple[str, str], Sums]] = field(default_factory=dict)
    periodic: dict[int, dict[str, Sums]] = field(default_factory=dict)
    stored: dict[int, dict[str, int]] = field(default_factory=dict)
    held: dict[tuple[str, str], int] = field(default_factory=dict)

    def copy(self) -> Usage:
        """The same, to go on from."""
        return deepcopy(self)

    def add(self, records: Iterable[tuple[Mapping[str, Any], int]]) -> None:
        """Measure the records of objects among these (see OBJECT), each moved by so many ms."""
        total: dict[str, int] = {}
        for (namespace, _), size in self.held.items():
            total[namespace] = total.get(namespace, 0) + size
        for record, shift_ms in records:
            if OBJECT in record:
                self._add(record, record["EventTimestampMs"] + shift_ms, total)

    def _add(self, record: Mapping[str, Any], began_ms: int, total: dict[str, int]) -> None:
        namespace = Namespace(record["ScriptName"], record["Entrypoint"]).id
        minute_ms = began_ms // MINUTE_MS * MINUTE_MS
        status = STATUSES.get(record["Outcome"], OTHER)
        _sum(
            self.invocations.setdefault(minute_ms, {}).setdefault((namespace, status), {}),
            requests=1,
            errors=status not in _NO_ERRORS,
            wallTime=record["WallTimeMs"] * 1000,
        )
        active_s = record[ACTIVE_MS] / 1000
        _sum(
            self.periodic.setdefault(minute_ms, {}).setdefault(namespace, {}),
            activeTime=active_s * 1e6,
            cpuTime=record["CPUTimeMs"] * 1000,
            duration=active_s * OBJECT_GB,
            rowsRead=record[ROWS_READ],
            rowsWritten=record[ROWS_WRITTEN],
            exceededCpuErrors=record["Outcome"] == "exceededCpu",
            exceededMemoryErrors=record["Outcome"] == "exceededMemory",
            fatalInternalErrors=0,
            inboundWebsocketMsgCount=0,
            outboundWebsocketMsgCount=0,
        )
        if record[BYTES] is not None:
            one = namespace, record[OBJECT]
            total[namespace] = total.get(namespace, 0) + record[BYTES] - self.held.get(one, 0)
            self.held[one] = record[BYTES]
        hour = self.stored.setdefault(began_ms // HOUR_MS * HOUR_MS, {})
        hour[namespace] = max(hour.get(namespace, 0), total.get(namespace, 0))

    def rows(self, dataset: str, since_ms: int = 0) -> Iterator[tuple[int, dict[str, str], Sums]]:
        """The rows of a dataset from a time on: when each begins (ms), its other dimensions, its fields."""
        if dataset == "durableObjectsInvocationsAdaptiveGroups":
            for at_ms in _since(since_ms, self.invocations):
                for (namespace, status), sums in self.invocations[at_ms].items():
                    yield at_ms, {"namespaceId": namespace, "status": status}, sums
        elif dataset == "durableObjectsPeriodicGroups":
            for at_ms in _since(since_ms, self.periodic):
                for namespace, sums in self.periodic[at_ms].items():
                    yield at_ms, {"namespaceId": namespace}, sums
        else:
            for at_ms in _since(since_ms, self.stored):
                for namespace, size in self.stored[at_ms].items():
                    yield at_ms, {"namespaceId": namespace}, {"storedBytes": size}


def _since(since_ms: int, times: Iterable[int]) -> Iterator[int]:
    return (each for each in times if each >= since_ms)


def _sum(sums: Sums, **more: float) -> None:
    for name, value in more.items():
        sums[name] = sums.get(name, 0) + value
