"""What monitors read besides metric points: indexed logs, events, and runs of service checks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from firedrill.vendors.datadog.log import Log


@dataclass(frozen=True)
class Record:
    """A log or an event in the shape of a log, and when it arrived (ms since the epoch).

    `index` is the log index that stores it, "" for events. An event's title is its attribute `title`, its id `evt.id`,
    its text the message, as the events API has them.
    Source: docs.datadoghq.com/api/latest/events (version 2)
    """

    log: Log
    index: str
    arrived_ms: int


class CheckStatus(IntEnum):
    """The status of one run of a service check, under the API's number.

    Source: docs.datadoghq.com/api/latest/service-checks
    """

    OK = 0
    WARNING = 1
    CRITICAL = 2
    UNKNOWN = 3


@dataclass(frozen=True)
class CheckRun:
    """One run of a service check.

    `tags` are "key:value" texts, the host's among them (host:name); times are ms since the epoch.
    """

    check: str
    status: CheckStatus
    tags: tuple[str, ...]
    timestamp_ms: int
    arrived_ms: int
    message: str = ""
