"""Log searches over the observed classes, which the pipeline, the metrics and their documentation share.

Source: docs.datadoghq.com/logs/explorer/search_syntax
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from firedrill.canaries import BEATING
from firedrill.components.model import ObservedClass
from firedrill.components.telemetry import CANARY, DELIVERED, EVENT_OPERATIONS

CANARIES = f"@telemetry.request:{CANARY}*"
"""Logs of canary requests, and of calls that were handed their id."""
HEARTBEATS = f"@telemetry.request:{BEATING}"
"""Those of them that the heartbeat sent."""
CALLED = ("fetch", "worker_rpc")
"""EventType of the records of an object's called operations."""


def any_of(attribute: str, values: Sequence[str]) -> str:
    """Logs whose `attribute` is one of `values`: `@a:b` or `@a:(b OR c)`."""
    return f"{attribute}:{values[0] if len(values) == 1 else f'({_alternatives(values)})'}"


def watched(classes: Sequence[ObservedClass], monitor: str) -> bool:
    """Whether any class has the monitor with that id, for metrics and attributes that nothing else reads."""
    return any(monitor in observed.monitors for observed in classes)


def of_classes(classes: Sequence[ObservedClass]) -> str:
    """Telemetry lines of the declared classes, whoever wrote them and into whichever record (docs/adr/0008)."""
    return any_of("@telemetry.class", [observed.name for observed in classes])


def by_object(classes: Sequence[ObservedClass]) -> str:
    """The objects' lines of declared operations and of events: an operation that nobody declared has no series."""
    return _per_class(classes, lambda observed: any_of("@telemetry.op", operations(observed)))


def by_gateway(classes: Sequence[ObservedClass]) -> str:
    """The gateway's lines of declared operations."""
    return _per_class(classes, lambda observed: any_of("@telemetry.op", observed.operations))


def counted(classes: Sequence[ObservedClass]) -> str:
    """Each operation of each class once, from the line that cannot be lost among overlapping calls (docs/adr/0008)."""
    return _per_class(classes, _counted)


def totalled(classes: Sequence[ObservedClass]) -> str:
    """The same lines, and of an object that counts itself every shared one, since that has the number of them all."""
    return _per_class(classes, lambda observed: _counted(observed, " OR @telemetry.total:*"))


def timed(classes: Sequence[ObservedClass]) -> str:
    """Of the counted operations those that did not fail and have a time of their own (docs/adr/0022)."""
    return f"-@telemetry.result:error {_per_class(classes, _timed)}"


def failed(classes: Sequence[ObservedClass]) -> str:
    """Of the counted operations those whose result is an error for their class."""
    return _per_class(classes, lambda observed: f"{any_of('@telemetry.result', observed.errors)} {_counted(observed)}")


def operations(observed: ObservedClass) -> list[str]:
    """What the lines of an object may tell about: its declared operations, then events without a caller."""
    return list(dict.fromkeys((*observed.operations, *EVENT_OPERATIONS)))


def _counted(observed: ObservedClass, more: str = "") -> str:
    if observed.counted_by == "object":
        own = any_of("@telemetry.op", operations(observed))
        return f"@telemetry.at:object {f'({own}{more})' if more else own}"
    called = f"(@telemetry.at:gateway {any_of('@telemetry.op', observed.operations)})"
    return f"({called} OR (@telemetry.at:object {any_of('@telemetry.op', EVENT_OPERATIONS)}))"


def _timed(observed: ObservedClass) -> str:
    own = [(any_of("@EventType", [kind]), names) for kind, names in DELIVERED.items()]
    if observed.counted_by == "object":
        return _by_wall_time([(any_of("@EventType", CALLED), observed.operations), *own])
    called = f"@telemetry.at:gateway {any_of('@telemetry.op', observed.operations)} @telemetry.ms:*"
    return f"(({called}) OR ({_by_wall_time(own)}))"


def _by_wall_time(records: Sequence[tuple[str, Sequence[str]]]) -> str:
    """An object's lines, each in a record of its own kind: those that overlap are in another's, or in one line.

    Without what lived as long as a client or a caller did: a WebSocket, a stream, a call whose result was kept.
    """
    own = [f"({of_kind} {any_of('@telemetry.op', names)})" for of_kind, names in records]
    shared = "-@telemetry.folded:* -@telemetry.alike:*"  # of a shared line, older ones have the first alone
    return f"@telemetry.at:object {shared} -@invocation.outcome:canceled ({_alternatives(own)})"


def _per_class(classes: Sequence[ObservedClass], search: Callable[[ObservedClass], str]) -> str:
    found = [f"(@telemetry.class:{observed.name} {search(observed)})" for observed in classes]
    return found[0] if len(found) == 1 else f"({_alternatives(found)})"


def _alternatives(searches: Sequence[str]) -> str:
    return " OR ".join(searches)
