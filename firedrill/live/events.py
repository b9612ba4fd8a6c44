"""What happens in a running stack, as those who watch it are told; every time is simulated, in ms since the epoch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

SHOWN_MINUTES = 5
"""What is shown of each metric: its last simulated minutes."""


@dataclass(frozen=True)
class LogSeen:
    """A log that Datadog has taken in, as the pipelines left it."""

    time_ms: int
    service: str
    status: str
    message: str
    kind: Literal["log"] = "log"


@dataclass(frozen=True)
class StateChanged:
    """A monitor's group went from one state into another; `value`, if any, was compared with `threshold`.

    `modelled` says that no documentation decides the value.
    """

    time_ms: int
    service: str
    monitor: str
    group: str
    before: str
    state: str
    value: float | None
    threshold: str
    modelled: bool = False
    kind: Literal["state"] = "state"


@dataclass(frozen=True)
class Notified:
    """A monitor has notified `handles`."""

    time_ms: int
    title: str
    handles: tuple[str, ...]
    kind: Literal["sent"] = "sent"


@dataclass(frozen=True)
class Noted:
    """Anything else worth a line: a fault that was switched, logs that Datadog refused."""

    time_ms: int
    text: str
    kind: Literal["note"] = "note"


@dataclass(frozen=True)
class MonitorState:
    """A monitor as it stands: the state and value of its worst group, and how many of its groups are as bad.

    `modelled` says that no documentation decides the value.
    """

    service: str
    monitor: str
    state: str
    group: str
    value: float | None
    threshold: str
    alike: int
    modelled: bool = False


@dataclass(frozen=True)
class MetricValue:
    """A metric over its last `SHOWN_MINUTES`: its sum, its 95th percentile or its average, as `aggregated` says.

    `modelled` says that it was not measured, or that no documentation decides it.
    """

    name: str
    aggregated: str
    value: float | None
    modelled: bool = False


@dataclass(frozen=True)
class Standing:
    """Everything as it stands after an evaluation: `faults` that are on, trace `events` and `logs` so far.

    `modelled` is what of it was not measured, or no documentation decides.
    """

    time_ms: int
    stack: str
    speed: float
    addresses: dict[str, str]
    faults: tuple[str, ...]
    events: int
    logs: int
    monitors: tuple[MonitorState, ...]
    metrics: tuple[MetricValue, ...]
    modelled: tuple[str, ...] = ()
    kind: Literal["standing"] = "standing"


Event = LogSeen | StateChanged | Notified | Noted | Standing
_EVENT: TypeAdapter[Event] = TypeAdapter(Annotated[Event, Field(discriminator="kind")])


def to_json(event: Event) -> bytes:
    """The event as one line of JSON."""
    return _EVENT.dump_json(event)


def from_json(line: bytes) -> Event:
    """The event that `to_json` has written."""
    return _EVENT.validate_json(line)
