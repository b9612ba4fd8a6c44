"""Takes: short recordings of the real Worker under given traffic and faults (contract 4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from firedrill.runtime.deeds import Deed
from firedrill.runtime.failures import Thrown
from firedrill.vendors.cloudflare.trace_items import Invocation


@dataclass(frozen=True)
class Request:
    """One call of the gateway: `path` with query; `messages`, if any, make it a WebSocket that sends each in turn.

    `scheduled`, a cron pattern, calls the scheduled handler instead; a `batch` of messages goes to the consumer of
    `queue`; `rpc` names a method ("grant", or "Admin.grant" of a named entrypoint) to call with `args`. `binary` is a
    body in base64, as are messages that are mappings with that key. Messages go out each `every_ms`, 0 for one after
    the answer to the one before. `capture` names values of the answer (`json.` and a path, `headers.` and a name,
    `body`), which stand for {name} in what its session sends later. Requests with the same `session` follow one
    another, as those of one client do; "" is nobody's. Neighbours in a session that have `overlaps` run at once.
    """

    method: str = "GET"
    path: str = "/"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None
    messages: Sequence[str | Mapping[str, str]] | None = None
    scheduled: str = ""
    binary: str = ""
    cf: Mapping[str, Any] | None = None
    every_ms: int = 0
    queue: str = ""
    batch: Sequence[Any] = ()
    rpc: str = ""
    args: Sequence[Any] = ()
    capture: Mapping[str, str] = field(default_factory=dict)
    session: str = ""
    overlaps: bool = False

    def __str__(self) -> str:
        """What a person calls it."""
        if self.rpc:
            return f"the call {self.rpc}"
        if self.queue:
            return f"the batch of {self.queue}"
        return f"the scheduled run {self.scheduled!r}" if self.scheduled else f"{self.method} {self.path}"


@dataclass(frozen=True)
class Response:
    """What the caller got: a WebSocket's answers are a JSON list; an uncaught exception is a 500 with its text.

    A scheduled run that went well is a 200. What assets answer has not `arrived` at the Worker.
    """

    status: int
    body: str
    arrived: bool = True


@dataclass(frozen=True)
class Faults:
    """What fails in a take. A rate is the fraction of occasions, spread evenly: 0.25 is every fourth; 0 is never."""

    classes: tuple[str, ...] = ()
    """Classes of objects that faults strike (storage, alarms, reaching them); all by default."""
    limit: int | None = None
    """Each fault strikes at most so often."""
    storage_failing: float = 0.0
    """Rate of object operations whose storage calls throw `storage_message`."""
    storage_message: str = "database or disk is full: SQLITE_FULL"
    object_throws: float = 0.0
    """Rate of object operations whose own method throws `object_message`."""
    object_message: str = "thrown by the drill"
    storage_slow: float = 0.0
    """Rate of object operations that wait `storage_slow_ms` before they begin."""
    storage_slow_ms: int = 0
    unreachable: float = 0.0
    """Rate of gateway requests whose calls of an object fail as retryable: the first `unreachable_attempts`, or all."""
    unreachable_attempts: int | None = None
    overloaded: float = 0.0
    """Rate of gateway requests whose calls of an object fail as overloaded."""
    called_failing: float = 0.0
    """Rate of gateway requests whose calls of an object fail, each in the next one of the ways that are documented."""
    start_failing: float = 0.0
    """Rate of objects whose storage calls throw `storage_message` while they start."""
    alarm_failing: float = 0.0
    """Rate of alarms whose storage calls throw `storage_message`."""
    alarm_attempts: int | None = None
    """Runs of such an alarm that fail, of 7 at most: retries come at once. By default the first one, and no retry
    within the take, since the platform waits before it."""
    alarm_slow: float = 0.0
    """Rate of alarms that wait `storage_slow_ms` before they begin."""
    alarm_again: int = 0
    """How often each alarm is set again as soon as it ran, as code does that keeps waking its object."""
    worker_throws: float = 0.0
    """Rate of gateway requests that throw `worker_message` before the handler runs."""
    worker_message: str = "thrown by the drill"
    background_failing: float = 0.0
    """Rate of gateway requests and object operations that leave a `waitUntil` which rejects `background_message`."""
    background_message: str = "rejected by the drill"
    evicting: float = 0.0
    """Rate of requests and WebSocket messages before which all objects are evicted; storage and WebSockets stay."""
    later_ms: int = 0
    """By so many ms the Worker's clock is ahead of what it was, at each request and WebSocket message."""
    intake_failing: float = 0.0
    """Rate of the Worker's own requests to Datadog's metrics intake that are refused; the others are taken."""
    dataset_failing: float = 0.0
    """Rate of the Worker's own data points that Analytics Engine refuses; the others are forgotten."""
    telemetry_suppressed: float = 0.0
    """Rate of `console.debug` calls that write nothing."""
    telemetry_failing: float = 0.0
    """Rate of `console.debug` calls that throw."""
    telemetry_level: str = ""
    """Console method that `console.debug` writes with instead, "" for its own."""
    flooding: float = 0.0
    """Rate of gateway requests and object operations that log more, before all else, than a record can hold."""
    bindings: Mapping[str, str] = field(default_factory=dict)
    """Texts in place of deployed bindings, for objects and requests that begin in this take."""

    @property
    def slowing(self) -> bool:
        """Whether objects are meant to take long."""
        return bool(self.storage_slow or self.alarm_slow)


@dataclass(frozen=True)
class Take:
    """What one take recorded: invocations ordered by start, responses ordered as requested, its span in real time (ms).

    `missing` counts invocations whose trace item never came; a proof on such a take is void. `open` counts those that
    have returned and not ended: a WebSocket that stays open, or work that outlives the take. Cloudflare has no record
    of them either until they end. `running` names what had not returned, `thrown` what was thrown or left rejected.
    """

    invocations: tuple[Invocation, ...]
    responses: tuple[Response, ...]
    started_ms: int
    ended_ms: int
    missing: int
    open: int = 0
    running: tuple[str, ...] = ()
    thrown: tuple[Thrown, ...] = ()
    refusals: int = 0
    """Storage calls that a fault made fail."""
    reached: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """What its traffic came to, how often: by kind (see `reach` in wrapper/take.mjs), then by name."""
    handlers: tuple[str, ...] = ()
    """What the Worker exports to be called, whether or not anything came to it."""
    uncaptured: tuple[tuple[Request, str], ...] = ()
    """Requests whose answer lacked what they capture, each with its name."""
    deeds: tuple[Deed, ...] = ()
    """What the drill itself saw of each invocation, in the order in which they began."""
    lost: tuple[int, ...] = ()
    """For each line that came after some that could not be written, how many these were."""
