"""Takes: short recordings of the real Worker under given traffic and faults (contract 4)."""

from __future__ import annotations

import http.client
import json
import socket
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from firedrill.errors import CannotRun
from firedrill.runtime import config
from firedrill.runtime.collector import join
from firedrill.runtime.workerd import Workerd, serve
from firedrill.vendors.cloudflare.trace_items import Invocation
from firedrill.vendors.errors import FiredrillError


@dataclass(frozen=True)
class Request:
    """One call of the gateway: `path` with query; `messages`, if any, make it a WebSocket that sends each in turn.

    `scheduled`, a cron pattern, calls the scheduled handler instead. Requests with the same `session` follow one
    another, as those of one client do; "" is nobody's. Neighbours in a session that have `overlaps` run at once.
    """

    method: str = "GET"
    path: str = "/"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None
    messages: Sequence[str] | None = None
    scheduled: str = ""
    session: str = ""
    overlaps: bool = False


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
    storage_slow: float = 0.0
    """Rate of object operations that wait `storage_slow_ms` before they begin."""
    storage_slow_ms: int = 0
    unreachable: float = 0.0
    """Rate of gateway requests whose calls of an object fail as retryable: the first `unreachable_attempts`, or all."""
    unreachable_attempts: int | None = None
    overloaded: float = 0.0
    """Rate of gateway requests whose calls of an object fail as overloaded."""
    alarm_failing: float = 0.0
    """Rate of alarms whose storage calls throw `storage_message`."""
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
    telemetry_level: str = ""
    """Console method that `console.debug` writes with instead, "" for its own."""
    bindings: Mapping[str, str] = field(default_factory=dict)
    """Texts in place of deployed bindings, for objects and requests that begin in this take."""


@dataclass(frozen=True)
class Take:
    """What one take recorded: invocations ordered by start, responses ordered as requested, its span in real time (ms).

    `missing` counts invocations whose trace item never came; a proof on such a take is void.
    """

    invocations: tuple[Invocation, ...]
    responses: tuple[Response, ...]
    started_ms: int
    ended_ms: int
    missing: int


@dataclass(frozen=True)
class Worker:
    """A deployed Worker that takes can be recorded of, one after another; `origin` is what its requests are sent to."""

    workerd: Workerd
    origin: str

    def take(
        self,
        requests: Sequence[Request],
        *,
        faults: Faults = Faults(),
        concurrency: int = 8,
        alarms_within_ms: int = 0,
        timeout_s: float = 60.0,
    ) -> Take:
        """Send the requests, `concurrency` at a time, and wait for everything that they cause.

        An alarm belongs to the take when it is due within `alarms_within_ms` after the last response. Object ids have
        to be new in each take: what objects of earlier takes still emit is left out.
        Raises CannotRun when workerd dies or the take is not over after `timeout_s`.
        """
        sent = [
            {**asdict(request), "url": self.origin + request.path, "messages": request.messages} for request in requests
        ]
        order = {
            "requests": sent,
            "concurrency": concurrency,
            "faults": asdict(faults),
            "alarms_within_ms": alarms_within_ms,
        }
        recorded = _ask(self.workerd, "POST", json.dumps(order), timeout_s)
        invocations = join(recorded["items"], recorded["spans"])
        return Take(
            invocations=tuple(invocations),
            responses=tuple(Response(**response) for response in recorded["responses"]),
            started_ms=recorded["started_ms"],
            ended_ms=recorded["ended_ms"],
            missing=max(0, recorded["invocations"] - len(invocations)),
        )


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

    Raises CannotRun when workerd cannot run, FiredrillError when the bundle lacks a class that a binding names.
    """
    script = deployment.script["script_name"]
    _require_free(port)
    files = config.files(deployment, port, storage=storage, harness=harness)
    with serve(files, ("gateway", "harness"), program=program) as workerd:
        exported = _ask(workerd, "GET", None, 60.0)
        missing = [name for name in deployment.classes if name not in exported]
        if missing:
            raise FiredrillError(
                f"WorkersScript {script!r} binds the class {missing[0]!r}, which its bundle does not export;"
                f" it exports {', '.join(sorted(exported)) or 'nothing'}: export the class, or correct the binding"
            )
        yield Worker(workerd, origin=f"https://{script}.workers.dev")


def _require_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError) as error:  # the second for a port beyond the last one
            reason = error.strerror if isinstance(error, OSError) else "the last one is 65535"
            raise CannotRun(f"port {port} cannot be used ({reason}); choose another, or 0 for any") from error


def _ask(workerd: Workerd, method: str, body: str | None, timeout_s: float) -> Any:
    """The JSON that the harness answers."""
    connection = http.client.HTTPConnection("127.0.0.1", workerd.ports["harness"], timeout=timeout_s)
    try:
        connection.request(method, "/", body)
        response = connection.getresponse()
        answer = response.read()
    except TimeoutError as error:
        raise CannotRun(f"the Worker was not done after {timeout_s:g} s; a request or an alarm may hang") from error
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
