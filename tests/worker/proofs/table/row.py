"""What a row of the table is, and the words that rows are written in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Line = dict[str, Any]


@dataclass(frozen=True)
class Between:
    """Equals each integer from `low` to `high`, both included, that is a multiple of `step`."""

    low: int
    high: int
    step: int = 1

    def __eq__(self, other: object) -> bool:
        return type(other) is int and self.low <= other <= self.high and other % self.step == 0


@dataclass(frozen=True)
class Hex:
    """Equals each text of so many hexadecimal digits."""

    size: int

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str) and len(other) == self.size and not other.strip("0123456789abcdef")


@dataclass(frozen=True)
class Row:
    """One case: what is asked for, what shall go wrong (modules/planned.mjs), and exactly what must come of it.

    `gateway` and `objects` have the line of each record in order, None for a record without a line. `points` are those
    that count something, each 1; those that measure something follow from the lines. `known`: the conversation has one
    entry, `known`, before; else it is new. `inactive_ms`: its alarm is due so long after. `evicted`: before the
    request. `modelled` replaces fields of the gateway's or the object's record by what workerd does not show.
    """

    operation: str
    outcome: str
    request: tuple[str, str, Any]
    gateway: Sequence[Line | None]
    objects: Sequence[Line | None] = ()
    points: Sequence[str] = ()
    plan: Mapping[str, Any] = field(default_factory=dict)
    known: bool = True
    inactive_ms: int = 0
    modelled: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    evicted: bool = False

    @property
    def title(self) -> str:
        return f"{self.operation}: {self.outcome}"


CLASS = "ConversationStateDO"
MS = Between(0, 30_000)
BYTES = Between(4096, 65_536, 4096)  # whole pages
NAME = {"tool_name": "n"}
NEW, KNOWN, ALL = "/new", "/known", ""
ASKED: dict[str, tuple[str, str, Any]] = {  # of a conversation with one entry
    "store": ("PUT", NEW, NAME),
    "retrieve": ("GET", KNOWN, None),
    "delete": ("DELETE", KNOWN, None),
    "clear": ("DELETE", ALL, None),
}
OPERATIONS = tuple(ASKED)

FRESH: Line = {"pulse": 1, "cold": 1}
MISS: Line = {"error": "not_found"}
REJECTED: Line = {"error": "validation", "name": "InputError"}
CLEANING = {"clear": "api", "alarm": "alarm"}  # what an operation is a trigger of, however far it gets


def of_gateway(operation: str, status: int, result: str = "ok", **more: Any) -> Line:
    """The line of a request that called no object."""
    return {"at": "gateway", "op": operation, "result": result, "status": status, "request": Hex(16), **more}


def calling(
    operation: str, status: int, result: str = "ok", *, attempts: int = 1, outcome: str = "first_try", **more: Any
) -> Line:
    """The line of a request that called the object."""
    call = {"class": CLASS, "attempts": attempts, "outcome": outcome, "ms": MS}
    return {**of_gateway(operation, status, result), **call, **more}


def of_object(operation: str, result: str = "ok", **more: Any) -> Line:
    request = {} if operation == "alarm" else {"request": Hex(16)}
    trigger = {"trigger": CLEANING[operation]} if operation in CLEANING else {}
    named = {"at": "object", "op": operation, "result": result, "class": CLASS}
    return {**named, **trigger, "bytes": BYTES, "id": Hex(12), **request, **more}


def of_class(metric: str, **tags: str) -> str:
    """A point of the class, as text: the metric, then its tags in order."""
    return " ".join((metric, *sorted(f"{key}:{value}" for key, value in {"class": CLASS.lower(), **tags}.items())))


def answered(status: int, outcome: str = "ok") -> list[str]:
    """A record of the gateway with its line."""
    invocation = f"invocations class:none kind:gateway outcome:{outcome} telemetry:present"
    return [f"worker.requests status_class:{status // 100}xx", invocation]


def ran(outcome: str = "ok", telemetry: str = "present") -> list[str]:
    """A record of the object."""
    return [of_class("invocations", kind="object", outcome=outcome, telemetry=telemetry)]


STARTED = [of_class("do.active_instances"), of_class("do.cold_starts")]


def counted(operation: str, result: str = "ok", error: str = "") -> list[str]:
    """An operation, once, and once more if it is an error."""
    tags = {"operation": operation, "error_category": error}
    errors = [of_class(key, **tags) for key in ("do.errors", "do.errors.total")] if result == "error" else []
    misses = [of_class("do.misses")] if result == "miss" else []
    every = [of_class("do.operations", operation=operation, result=result), of_class("do.operations.total")]
    return [*every, *errors, *misses]


def retried(outcome: str) -> list[str]:
    return [of_class("gateway.retries", outcome=outcome)]


def unmapped(reason: str) -> list[str]:
    return [of_class("do.mapping_failures", reason=reason)]


def cleaned(operation: str, result: str = "ok") -> list[str]:
    """A clean-up, if the operation is one."""
    if operation not in CLEANING:
        return []
    return [of_class(key, trigger=CLEANING[operation], result=result) for key in ("do.cleanups", "do.cleanups.total")]


def asking(
    operation: str, outcome: str, line: Line, objects: Sequence[Line | None], points: list[str], **plan: Any
) -> Row:
    """The usual case: the operation of that name on a conversation with one entry, answered by the gateway."""
    return Row(operation, outcome, ASKED[operation], [line], objects, points, plan)
