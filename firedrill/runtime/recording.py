"""A deployed Worker of which takes are recorded, one after another."""

from __future__ import annotations

import hashlib
import http.client
import json
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from firedrill.errors import CannotRun
from firedrill.ports import require_free
from firedrill.runtime.config import HARNESS
from firedrill.runtime.deeds import Deed
from firedrill.runtime.deployment import Deployment
from firedrill.runtime.failures import Thrown, failures, start_failure
from firedrill.runtime.profile import endless
from firedrill.runtime.served import served
from firedrill.runtime.tails import join
from firedrill.runtime.take import Faults, Request, Response, Take
from firedrill.runtime.workerd import START_SECONDS, Silent, Workerd
from firedrill.vendors.cloudflare.rules.exports import export_breach, exported_names
from firedrill.vendors.cloudflare.rules.migrations import live_before
from firedrill.vendors.errors import FiredrillError, refuse

LIMIT_S = 10.0
"""A take in which nothing begins and nothing is answered for so long hangs."""
PROFILE_S = 2.0
"""How long code that does not end is watched."""
NO_FAULTS = Faults()


@dataclass(frozen=True)
class Worker:
    """A deployed Worker that takes can be recorded of, one after another; `origin` is what its requests are sent to."""

    workerd: Workerd
    origin: str
    deployment: Deployment
    handlers: tuple[str, ...] = ()
    """Those that it exports: of its default export, and the names of other entrypoints and workflows."""

    @classmethod
    def of(cls, workerd: Workerd, deployment: Deployment, handlers: Sequence[str] = ()) -> Worker:
        """The Worker that this workerd runs."""
        return cls(workerd, origin(deployment), deployment, tuple(handlers))

    def take(
        self,
        requests: Sequence[Request],
        *,
        faults: Faults = NO_FAULTS,
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


def origin(deployment: Deployment) -> str:
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
    deployment: Deployment,
    *,
    port: int = 0,
    storage: str = "storage",
    harness: Path = HARNESS,
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


def _endless(deployment: Deployment, error: Silent, ask: Callable[[Workerd], object] | None = None) -> CannotRun:
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
