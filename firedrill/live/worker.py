"""One deployed Worker that runs in workerd, and the thread that takes over what it emits."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from firedrill.errors import CannotRun
from firedrill.live.deployable import Program
from firedrill.runtime.recording import deployed
from firedrill.runtime.tails import Joiner
from firedrill.runtime.take import Faults
from firedrill.runtime.workerd import Workerd
from firedrill.vendors.cloudflare.trace_items import Invocation

HARNESS = Path(__file__).with_name("harness.mjs")
PATIENCE_S = 1.0
"""How long an invocation waits for its span, which adds its wall time."""
ANSWER_S = 10.0
"""Ten times as long as the harness keeps a question open."""
AGAIN_S = 0.05

Sink = Callable[[Invocation | Exception], None]
"""Takes each invocation when it has ended, or why there will be no more; it is called from a thread of its own."""


@dataclass(frozen=True)
class LiveWorker:
    """A running Worker: its script's name, and the workerd that it has for itself."""

    name: str
    workerd: Workerd

    @property
    def address(self) -> str:
        """Where its default handler answers."""
        return f"http://127.0.0.1:{self.workerd.ports['gateway']}"

    def switch(self, faults: Faults) -> None:
        """Let these things fail, and nothing else; raises CannotRun when workerd is gone."""
        connection = self._connect()
        try:
            _ask(connection, "POST", "/faults", json.dumps(asdict(faults)))
        except (OSError, http.client.HTTPException) as error:
            self.workerd.check()
            raise CannotRun(f"workerd does not answer: {error!r}") from error
        finally:
            connection.close()

    def follow(self, sink: Sink, stopping: threading.Event) -> None:
        """Hand every invocation to the sink, once and without loss, until `stopping` is set."""
        try:
            self._follow(sink, stopping)
        except Exception as error:  # noqa: BLE001 - whatever it is, without the tail nothing on screen is true any more
            sink(error)

    def _follow(self, sink: Callable[[Invocation], None], stopping: threading.Event) -> None:
        connection, after, joiner = self._connect(), 0, Joiner()
        while not stopping.is_set():
            try:
                answer = _ask(connection, "GET", f"/tail?after={after}")
            except (OSError, http.client.HTTPException):
                connection.close()  # and asked again: the harness keeps what was not acknowledged
                if not stopping.wait(AGAIN_S):
                    self.workerd.check()
                continue
            after, now_ms = answer["next"], time.monotonic() * 1000
            for entry in answer["entries"]:
                add = joiner.add_item if "item" in entry else joiner.add_span
                for invocation in add(entry.get("item") or entry["span"], now_ms):
                    sink(invocation)
            for invocation in joiner.give_up(now_ms - PATIENCE_S * 1000):
                sink(invocation)
        connection.close()

    def _connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.workerd.ports["harness"], timeout=ANSWER_S)


@contextmanager
def running(program: Program, port: int, sink: Sink) -> Iterator[LiveWorker]:
    """Run a Worker until the block ends; `port` 0 is any free one.

    Raises CannotRun when workerd cannot run, FiredrillError when the bundle lacks a class that a binding names.
    """
    stopping = threading.Event()
    with ExitStack() as stack:
        program.storage.mkdir(parents=True, exist_ok=True)
        storage = str(program.storage.resolve())
        started = deployed(program.deployment, port=port, storage=storage, harness=HARNESS)
        worker = LiveWorker(program.name, stack.enter_context(started).workerd)
        tail = threading.Thread(target=worker.follow, args=(sink, stopping), daemon=True)
        tail.start()
        stack.callback(stopping.set)
        yield worker


def _ask(connection: http.client.HTTPConnection, method: str, path: str, body: str | None = None) -> Any:
    connection.request(method, path, body)
    response = connection.getresponse()
    answer = response.read()
    if response.status != 200:
        raise http.client.HTTPException(answer.decode(errors="replace"))
    return json.loads(answer)
