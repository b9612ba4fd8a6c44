"""What a Worker's users rely on beyond its answers: `expects` of a drill file."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from firedrill.vendors.rules.models import NO_FLAG

Least = Annotated[float, NO_FLAG, Field(ge=0)]
Category = Literal["overloaded", "limits", "storage", "reset", "timeout", "disconnected", "unreachable", "code"]


class _Keys(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class MethodExpects(_Keys):
    """What one method of an object may cost; None where nothing is expected."""

    calls: Annotated[
        int | None,
        NO_FLAG,
        Field(ge=1, description="how many calls of objects a request makes that calls it, repetitions aside"),
    ] = None
    attempts: Annotated[
        int | None, NO_FLAG, Field(ge=1, description="how often a request calls it at most, repetitions included")
    ] = None
    rows_read: Annotated[Least | None, Field(description="rows that a call reads at most, on average")] = None
    rows_written: Annotated[
        Least | None, Field(description="rows that a call writes at most, on average; an alarm that is set is one")
    ] = None
    storage_calls: Annotated[Least | None, Field(description="calls of its storage at most, on average")] = None


class Repeats(_Keys):
    """When a call of an object is repeated."""

    after: Annotated[
        tuple[Category, ...],
        Field(description="the categories of failures after which it may be, where the failure is `retryable` too"),
    ]
    wait_ms: Annotated[Least, Field(description="how long the Worker waits before, at least, on average; in ms")] = 0.0


class CleansUp(_Keys):
    """When an object that nobody calls any more removes what it holds."""

    after_s: Annotated[Least, Field(description="no sooner than so many seconds after the last call")]
    within_s: Annotated[Least, Field(description="no later than so many seconds after it")]


class Expects(_Keys):
    """All that is expected of a Worker, in takes in which nothing fails unless a key says otherwise."""

    methods: Annotated[
        dict[str, MethodExpects], Field(description="what a call of an object may cost, by the name of the method")
    ] = {}
    repeats: Annotated[
        Repeats | None,
        Field(description="after which failures a call is repeated, and how soon; also in takes that fail"),
    ] = None
    cleans_up: Annotated[
        CleansUp | None, Field(description="when the alarm comes that removes what an object holds")
    ] = None
    canaries_leave_nothing: Annotated[
        bool, Field(description="true or false: objects of canary requests hold nothing in the end, and set no alarm")
    ] = False
    active_once: Annotated[
        bool,
        Field(description="true or false: an object that starts again within five minutes counts as active once"),
    ] = False
