"""The datasets that are modelled: their dimensions and fields, and which others Cloudflare has that are not.

Names as introspected in public programs; see docs/platform-metrics.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

_MINUTE_MS = 60_000
TIMES: Mapping[str, int] = {
    "datetimeMinute": _MINUTE_MS,
    "datetimeFiveMinutes": 5 * _MINUTE_MS,
    "datetimeFifteenMinutes": 15 * _MINUTE_MS,
    "datetimeHour": 60 * _MINUTE_MS,
    "date": 24 * 60 * _MINUTE_MS,
}
"""Dimension of time -> its length in ms."""


@dataclass(frozen=True)
class Dataset:
    """One dataset: `finest` is its finest dimension of time, `aggregate` of its fields is `sum` or `max`.

    `others` are dimensions and fields that it has at Cloudflare and not here.
    """

    finest: str
    dimensions: frozenset[str]
    aggregate: str
    fields: frozenset[str]
    others: frozenset[str] = frozenset()

    @property
    def times(self) -> list[str]:
        """Its dimensions of time."""
        return [name for name, length in TIMES.items() if length >= TIMES[self.finest]]


DATASETS: Mapping[str, Dataset] = {
    "durableObjectsInvocationsAdaptiveGroups": Dataset(
        "datetimeMinute",
        frozenset({"namespaceId", "status"}),
        "sum",
        frozenset({"requests", "errors", "wallTime"}),
        frozenset({"datetime", "scriptName", "scriptVersion", "type", "responseBodySize"}),
    ),
    "durableObjectsPeriodicGroups": Dataset(
        "datetimeMinute",
        frozenset({"namespaceId"}),
        "sum",
        frozenset(
            {
                *("activeTime", "cpuTime", "duration", "rowsRead", "rowsWritten", "exceededCpuErrors"),
                *("exceededMemoryErrors", "fatalInternalErrors", "inboundWebsocketMsgCount"),
                "outboundWebsocketMsgCount",
            }
        ),
        frozenset(
            {
                *("coloCode", "datetime", "datetimeSixHours", "name", "objectId", "subrequests", "storageDeletes"),
                *("storageReadUnits", "storageWriteUnits"),
            }
        ),
    ),
    "durableObjectsSqlStorageGroups": Dataset(
        "datetimeHour",
        frozenset({"namespaceId"}),
        "max",
        frozenset({"storedBytes"}),
        frozenset({"datetime", "datetimeSixHours"}),
    ),
}
OTHERS = ("durableObjectsStorageGroups", "durableObjectsSubrequestsAdaptiveGroups", "workersInvocationsAdaptive")
"""Datasets of Workers and Durable Objects that Cloudflare has and that are not modelled."""


def written(dimension: str, at_ms: int) -> str:
    """A time as the rows of a dataset have it."""
    begin = datetime.fromtimestamp(at_ms // TIMES[dimension] * TIMES[dimension] / 1000, UTC)
    return begin.strftime("%Y-%m-%d" if dimension == "date" else "%Y-%m-%dT%H:%M:%SZ")


def read(text: str) -> int:
    """The milliseconds of a time or a date; raises ValueError for anything else."""
    found = datetime.fromisoformat(text)
    return round((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp() * 1000)
