"""Takes: short recordings of the real Worker under given traffic and faults (contract 4)."""

from __future__ import annotations

import hashlib
import http.client
import json
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from firedrill.errors import CannotRun
from firedrill.ports import require_free
from firedrill.runtime import config
from firedrill.runtime.deeds import Deed
from firedrill.runtime.failures import Thrown, failures, start_failure
from firedrill.runtime.profile import endless
from firedrill.runtime.served import served
from firedrill.runtime.tails import join
from firedrill.runtime.workerd import START_SECONDS, Silent, Workerd
from firedrill.vendors.cloudflare.rules.exports import export_breach, exported_names
from firedrill.vendors.cloudflare.rules.migrations import live_before
from firedrill.vendors.cloudflare.trace_items import Invocation
from firedrill.vendors.errors import FiredrillError, refuse

LIMIT_S = 10.0
"""A take in which nothing begins and nothing is answered for so long hangs."""
PROFILE_S = 2.0
"""How long code that does not end is watched."""


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

    A scheduled run that went well is a 200.
    """

    status: int
    body: str


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


@dataclass(frozen=True)
class Worker:
    """A deployed Worker that takes can be recorded of, one after another; `origin` is what its requests are sent to."""

    workerd: Workerd
    origin: str
    deployment: config.Deployment
    handlers: tuple[str, ...] = ()
    """Those that it exports: of its default export, and the names of other entrypoints and workflows."""

    @classmethod
    def of(cls, workerd: Workerd, deployment: config.Deployment, handlers: Sequence[str] = ()) -> Worker:
        """The Worker that this workerd runs."""
        return cls(workerd, origin(deployment), deployment, tuple(handlers))

    def take(
        self,
        requests: Sequence[Request],
        *,
        faults: Faults = Faults(),
        concurrency: int = 8,
        alarms_within_ms: int = 0,
        limit_s: float = LIMIT_S,
    ) -> Take:
        """Send the requests, `concurrency` at a time, and wait for everything that they cause.

        An alarm belongs to the take when it is due within `alarms_within_ms` after the last response. Object ids have
        to be new in each take: what objects of earlier takes still emit is left out.
        Raises CannotRun when workerd dies, or with what hangs when nothing begins or is answered for `limit_s`.
        """
        sent = [
            {
                **asdict(request),
                "url": self.origin + request.path,
                "messages": request.messages,
                "headers": with_address(request.headers, request.session),
            }
            for request in requests
        ]
        limit_s += faults.storage_slow_ms / 1000
        order = {
            "requests": sent,
            "concurrency": concurrency,
            "faults": asdict(faults),
            "alarms_within_ms": alarms_within_ms,
        }

        def ask(workerd: Workerd, patience_s: float) -> Any:
            return _ask(workerd, "POST", json.dumps({**order, "limit_ms": patience_s * 1000}), patience_s)

        try:
            recorded = ask(self.workerd, limit_s)
        except Silent as error:
            raise _endless(self.deployment, error, lambda again: ask(again, PROFILE_S)) from error
        if "refused" in recorded:
            raise FiredrillError(recorded["refused"])
        thrown = tuple(Thrown(**each) for each in recorded["thrown"])
        if "unanswered" in recorded:
            first, *others = (requests[index] for index in recorded["unanswered"])
            which = f"{first}{f' and {len(others)} more' if others else ''}"
            causes = [unreturned(recorded["running"]), *failures(thrown, (), self.deployment.sources)]
            raise CannotRun(f"no answer within {limit_s:g} s to {which}: {'; '.join(causes)}")
        invocations = join(recorded["items"], recorded["spans"])
        ended = not recorded["running"]  # also what threw, of which no tail tells that it has returned
        left_open = sum(
            each.get("ended_ms") is None
            and (ended or each["returned"] or each.get("entrypoint") in recorded["workflows"])
            for each in recorded["spans"]
        )
        return Take(
            invocations=tuple(invocations),
            responses=tuple(Response(**response) for response in recorded["responses"]),
            started_ms=recorded["started_ms"],
            ended_ms=recorded["ended_ms"],
            missing=max(0, recorded["invocations"] - left_open - len(invocations)),
            open=left_open,
            running=tuple(recorded["running"]),
            thrown=thrown,
            refusals=recorded["refusals"],
            reached=recorded["reached"],
            handlers=self.handlers,
            uncaptured=tuple((requests[index], name) for index, name in recorded["uncaptured"]),
            deeds=tuple(map(Deed.of, recorded["deeds"])),
            lost=tuple(recorded["lost"]),
        )


CLIENT = "cf-connecting-ip"


def origin(deployment: config.Deployment) -> str:
    """What the requests of takes are sent to."""
    return f"https://{deployment.name}.workers.dev"


def with_address(headers: Mapping[str, str], session: str) -> dict[str, str]:
    """Headers with the client's address, as Cloudflare adds it: one for each session, of those for documentation.

    Source: developers.cloudflare.com/fundamentals/reference/http-headers/#cf-connecting-ip, RFC 3849
    """
    if any(name.lower() == CLIENT for name in headers):
        return dict(headers)
    digits = hashlib.sha256(session.encode()).hexdigest()
    return {**headers, CLIENT: ":".join(["2001:db8", *(digits[at : at + 4] for at in range(0, 24, 4))])}


@contextmanager
def deployed(
    deployment: config.Deployment,
    *,
    port: int = 0,
    storage: str = "storage",
    harness: Path = config.HARNESS,
    program: Path | None = None,
) -> Iterator[Worker]:
    """Run the deployment in workerd until the block ends; `port`, `storage` and `harness` are as in `config.files`.

    Raises CannotRun when workerd cannot run, or the Worker does not start in it, with the place in its sources;
    FiredrillError when the bundle lacks a class that a binding names.
    """
    script = deployment.name
    require_free([(port, f"the Worker {script!r}")], "Choose another, or 0 for any that is free.")
    running = served(deployment, port=port, storage=storage, harness=harness, program=program)
    with ExitStack() as stack:
        exports = exported_names(deployment.bundle.decode(errors="replace"))
        if strangers := set(deployment.entrypoints) - exports:
            raise FiredrillError(
                f"the drill file calls the entrypoint {min(strangers)!r}, which the bundle of {script!r} does not"
                f" export; it exports {', '.join(sorted(exports))}: export it, or correct the drill file"
            )
        try:
            workerd = stack.enter_context(running)
        except Silent as error:
            raise _endless(deployment, error) from error
        except CannotRun as error:
            found = start_failure(str(error), deployment.sources, deployment.bundle)
            raise CannotRun(f"the Worker {script!r} does not start: {found}") if found else error from error
        exported = _ask(workerd, "GET", None, START_SECONDS)
        live, names = live_before(deployment.script), exported["names"]
        lacking = [each for each in deployment.classes if each not in names]
        missing = [export_breach(deployment.script, each, names, live) for each in lacking]
        refuse(f"WorkersScript {script!r}", missing)
        yield Worker.of(workerd, deployment, exported["handlers"])


def unreturned(running: Sequence[str]) -> str:
    """What keeps an invocation from ending, in words."""
    names = list(dict.fromkeys(running))
    if not names:
        return "every handler has returned, so a body or a WebSocket does not end"
    return f"{', '.join(names)} {'has' if len(names) == 1 else 'have'} not returned"


def _endless(deployment: config.Deployment, error: Silent, ask: Callable[[Workerd], object] | None = None) -> CannotRun:
    """The same error with the place where the Worker's code runs without end, seen in another workerd that runs it.

    It loops where it loads, unless `ask` is what makes it loop.
    """

    def run(flags: Sequence[str]) -> None:
        with served(deployment, v8_flags=flags, start_s=None if ask else PROFILE_S) as workerd:
            if ask:
                ask(workerd)

    where = endless(run, deployment.bundle)
    if where is None:
        return error
    what = f"the code of the Worker {deployment.name!r}"
    place = deployment.sources.place(*where)
    return CannotRun(f"{what} does not end: after {error.after_s:g} s it still ran at {place}")


def _ask(workerd: Workerd, method: str, body: str | None, timeout_s: float) -> Any:
    """The JSON that the harness answers."""
    connection = http.client.HTTPConnection("127.0.0.1", workerd.ports["harness"], timeout=timeout_s)
    try:
        connection.request(method, "/", body)
        response = connection.getresponse()
        answer = response.read()
    except TimeoutError as error:
        raise Silent(f"the Worker let nothing else run for {timeout_s:g} s; its code may not end", timeout_s) from error
    except (OSError, http.client.HTTPException) as error:
        with suppress(subprocess.TimeoutExpired):
            workerd.process.wait(timeout=1)
        workerd.check()
        raise CannotRun(f"workerd does not answer: {error!r}") from error
    finally:
        connection.close()
    workerd.check()
    if response.status != 200:
        raise FiredrillError(answer.decode())
    return json.loads(answer)
