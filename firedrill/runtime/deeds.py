"""What the drill itself saw of a take, apart from the Worker's telemetry: told by wrapper/ledger.mjs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Call:
    """One attempt of the Worker to call a method of the object `id`, which it found by the name or id `object`.

    `began` and `ended` order it among all that began and ended in the take; `ended` is None while it has not.
    `injected` is the category of the failure that the drill put in its place, "" for none; `retryable` is what the
    failure itself says, `status` a response's.
    """

    class_name: str
    object: str
    method: str
    began: int
    began_ms: int
    ended: int | None = None
    ended_ms: int | None = None
    id: str = ""
    threw: bool = False
    injected: str = ""
    error_name: str = ""
    error_message: str = ""
    retryable: bool = False
    status: int | None = None

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Call:
        """The call as wrapper/ledger.mjs tells it."""
        error = told.get("error") or {}
        return cls(
            class_name=told["class"],
            object=told["object"],
            method=told["what"],
            began=told["began"],
            began_ms=told["began_ms"],
            ended=told.get("ended"),
            ended_ms=told.get("ended_ms"),
            id=told["id"],
            threw=told["threw"],
            injected=told.get("injected") or "",
            error_name=error.get("name", ""),
            error_message=error.get("message", ""),
            retryable=error.get("retryable", False),
            status=told.get("status"),
        )


@dataclass(frozen=True)
class Stored:
    """What one invocation of an object did with its storage.

    Of invocations that overlap, the one that began last has the calls of all. Calls that a fault `refused` are not
    among the `calls`; rows as SQLite counts them and an alarm that was set as one written; `cleared` is how often
    everything was deleted.
    """

    calls: int = 0
    refused: int = 0
    read: int = 0
    written: int = 0
    cleared: int = 0


@dataclass(frozen=True)
class Deed:
    """One invocation: of the Worker's own handler `what` where there is no `class_name`, else of an object's method.

    `began`, when it arrived, and `ended` order it as those of calls; `began_ms` is when its code began, `status` a
    response's. Of an object: `instance` numbers its constructions in the take from 1, `cold` is the first invocation
    since; `overlapped` when another one of the object ran meanwhile; `before` and `entries` have the rows of each table
    and under "" the entries beside these; `bytes` is what it held afterwards, `due_ms` when the alarm comes that its
    code has set, None for none. Of an alarm: its `retry`, and when it was due.
    """

    what: str
    class_name: str
    began: int
    began_ms: int
    ended: int | None = None
    ended_ms: int | None = None
    threw: bool = False
    error_name: str = ""
    error_message: str = ""
    status: int | None = None
    calls: tuple[Call, ...] = ()
    object: str = ""
    instance: int = 0
    cold: bool = False
    overlapped: bool = False
    before: Mapping[str, int] = field(default_factory=dict)
    entries: Mapping[str, int] = field(default_factory=dict)
    bytes: int | None = None
    storage: Stored = Stored()
    retry: int | None = None
    scheduled_ms: int | None = None
    due_ms: int | None = None

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Deed:
        """The deed as wrapper/ledger.mjs tells it."""
        error = told.get("error") or {}
        return cls(
            what=told["what"],
            class_name=told["class"],
            began=told["began"],
            began_ms=told["began_ms"],
            ended=told.get("ended"),
            ended_ms=told.get("ended_ms"),
            threw=told["threw"],
            error_name=error.get("name", ""),
            error_message=error.get("message", ""),
            status=told.get("status"),
            calls=tuple(map(Call.of, told.get("calls", ()))),
            object=told.get("object", ""),
            instance=told.get("instance", 0),
            cold=told.get("cold", False),
            overlapped=told.get("overlapped", False),
            before=told.get("before", {}),
            entries=told.get("entries", {}),
            bytes=told.get("bytes"),
            storage=Stored(**told.get("storage", {})),
            retry=told.get("retry"),
            scheduled_ms=told.get("scheduled_ms"),
            due_ms=told.get("due_ms"),
        )


def attempts(calls: Iterable[Call]) -> list[tuple[Call, ...]]:
    """The attempts of each call that one invocation of the Worker made, in order of the first ones.

    The same method of the same object, called after it has failed, is its next attempt.
    """
    found: list[list[Call]] = []
    for call in calls:
        again = next((each for each in found if _repeats(call, each[-1])), None)
        if again is None:
            found.append([call])
        else:
            again.append(call)
    return [*map(tuple, found)]


def _repeats(call: Call, earlier: Call) -> bool:
    same = (call.class_name, call.object, call.method) == (earlier.class_name, earlier.object, earlier.method)
    return same and earlier.threw and earlier.ended is not None and earlier.ended < call.began
