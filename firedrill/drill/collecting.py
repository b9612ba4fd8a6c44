"""The collector of the stack, run at simulated times: what takes come to at Cloudflare, on its way to Datadog.

timeline -> Cloudflare's analytics (modelled) -> the declared collector in workerd -> metrics that monitors read
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from firedrill.declared.collectors import Collector
from firedrill.drill.compiled import CompiledWorker
from firedrill.drill.simulated_time import Placed, uncollected
from firedrill.local_server import QuietHandler, serving
from firedrill.project import program_folder
from firedrill.runtime.collecting import collecting as running
from firedrill.scenarios.scenario import Phase
from firedrill.vendors.cloudflare import analytics
from firedrill.vendors.cloudflare.analytics import Namespace, Usage
from firedrill.vendors.cloudflare.crons import due
from firedrill.vendors.cloudflare.rules import answers
from firedrill.vendors.datadog.queries import Point, PointStore
from firedrill.vendors.datadog.series import Submitted
from firedrill.vendors.errors import FiredrillError

MODELLED = "what Cloudflare measures of objects, and that a minute of it is known five minutes later"
TOOK_MS = 5_000
"""From the time of a run to the arrival of what it submits: modelled."""
_API = "api.cloudflare.com"
_UNAUTHORISED = 10000


@dataclass
class Collected:
    """What Cloudflare has measured so far, and what was submitted of it."""

    usage: Usage = field(default_factory=Usage)
    submitted: Submitted = field(default_factory=Submitted)

    def copy(self) -> Collected:
        """The same, to go on from."""
        return Collected(self.usage.copy(), self.submitted.copy())


@contextmanager
def with_collector(worker: CompiledWorker, root: Path) -> Iterator[CompiledWorker]:
    """The Worker with its collector running until the block ends; as it is where none is declared."""
    if worker.collector is None:
        yield worker
        return
    script = worker.collector.script
    with running(script, (program_folder(root) / script["content_file"]).read_bytes(), root) as process:
        yield replace(worker, collecting=process)


def collect(
    worker: CompiledWorker,
    collected: Collected,
    placed: Iterable[Placed],
    phases: Sequence[Phase],
    span_ms: tuple[int, int],
    store: PointStore,
) -> None:
    """Measure the records of a stretch of the timeline, run the collector as it is scheduled in it, store what comes.

    `collected` goes on from what it was; the stretch lasts from the first to the second time of `span_ms`.
    """
    collected.usage.add((record, shift_ms) for record, shift_ms, _ in placed)
    if worker.collector is None or worker.collecting is None:
        return
    begin_ms, end_ms = span_ms
    stopped, refused = uncollected(phases, begin_ms)
    cloud = _Cloud(worker, worker.collector, collected, lambda at_ms: any(at_ms in each for each in refused))
    for cron in worker.collector.crons:
        times = [at for at in due(cron, begin_ms - 1, end_ms - 1) if not any(at in each for each in stopped)]
        with serving(_handler(cloud)) as address:
            worker.collecting.run(address, times, cron)
    store.add_all(cloud.points)


class _Cloud:
    """Answers the collector: Cloudflare's API, whose token is refused when `refuses` says so, and Datadog's intake."""

    def __init__(
        self, worker: CompiledWorker, collector: Collector, collected: Collected, refuses: Callable[[int], bool]
    ) -> None:
        bound = {each["name"]: each.get("text", "") for each in collector.script["bindings"]}
        script = worker.script["script_name"]
        self._namespaces = [Namespace(script, name) for name in worker.classes]
        self._account, self._token, self._key = bound["ACCOUNT_ID"], bound["CLOUDFLARE_TOKEN"], bound["DD_API_KEY"]
        self._intake = f"api.{bound['DD_SITE']}"
        self._collected, self._refuses = collected, refuses
        self.points: list[Point] = []

    def answer(self, at_ms: int, host: str, path: str, headers: Mapping[str, str], body: Any) -> tuple[int, Any]:
        """Status and JSON of the answer to a request of the run at a time (ms)."""
        if host == self._intake and path == "/api/v2/series":
            return self._take_in(at_ms, headers, body)
        if host != _API:
            return 404, {"errors": [f"nothing answers for {host}{path}"]}
        if self._refuses(at_ms) or headers.get("authorization") != f"Bearer {self._token}":
            return 403, answers.refusal(_UNAUTHORISED, "Authentication error")
        if path == "/client/v4/graphql":
            return 200, analytics.answer(body, self._account, self._collected.usage, at_ms)
        if path == f"/client/v4/accounts/{self._account}/workers/durable_objects/namespaces":
            return 200, analytics.namespaces(self._namespaces)
        return 404, answers.refusal(7003, f"Could not route to {path}")

    def _take_in(self, at_ms: int, headers: Mapping[str, str], body: Any) -> tuple[int, Any]:
        if headers.get("dd-api-key") != self._key:
            return 403, {"errors": ["Forbidden"]}
        try:
            self.points += self._collected.submitted.receive(body, at_ms + TOOK_MS)
        except FiredrillError as error:
            return 400, {"errors": [str(error)]}
        return 202, {"errors": []}


def _handler(cloud: _Cloud) -> type[QuietHandler]:
    class Handler(QuietHandler):
        def do_POST(self) -> None:  # noqa: N802 - its name there
            text = self.rfile.read(int(self.headers.get("content-length") or 0))
            time, host, path = self.path.partition("?")[0].removeprefix("/").split("/", 2)
            headers = {name.lower(): value for name, value in self.headers.items()}
            self.send_json(*cloud.answer(int(time), host, f"/{path}", headers, json.loads(text) if text else None))

        do_GET = do_POST  # noqa: N815 - as the base class has them

    return Handler
