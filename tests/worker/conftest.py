"""The Worker in the real workerd: one process for the session, every trace item collected."""

from __future__ import annotations

import http.client
import json
import os
import queue
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
MODULES = Path(__file__).parent / "modules"
ESBUILD = next(ROOT.glob("node_modules/@esbuild/*/bin/esbuild"))
WORKERD = next(ROOT.glob("node_modules/@cloudflare/workerd-*/bin/workerd"))
SALT = "salt-planted-by-the-tests"
DEADLINE_S = 20.0

NOW, OLDEST = "2026-11-01", "2024-04-03"  # compatibility dates: objects had no RPC before the oldest
QUICK = {"TELEMETRY_SALT": SALT, "RETRY_BASE_MS": "1"}

SAME = Path(__file__).parent / "same"
BOTH = {"ROOM": "Room", "FROZEN": "Frozen"}

CONVERSATION = {"CONVERSATION_STATE": "ConversationStateDO"}


@dataclass(frozen=True)
class Service:
    """A Worker behind a socket of its own. `objects`: class by binding; `unbound`: classes without one."""

    entry: Path
    variables: dict[str, str] = field(default_factory=dict)
    objects: dict[str, str] = field(default_factory=dict)
    date: str = NOW
    unbound: tuple[str, ...] = ()


SERVICES = {
    "main": Service(ROOT / "worker/src/index.mjs", {"TELEMETRY_SALT": SALT}, CONVERSATION),
    "short": Service(ROOT / "worker/src/index.mjs", {"INACTIVITY_MS": "150"}, CONVERSATION),
    "faulty": Service(MODULES / "faulty.mjs", {**QUICK, "RETRY_ATTEMPTS": "4"}, CONVERSATION),
    "oldest": Service(MODULES / "faulty.mjs", {**QUICK, "RETRY_ATTEMPTS": "many"}, CONVERSATION, OLDEST),
    "rooms": Service(
        MODULES / "rooms.mjs", {"TELEMETRY_SALT": SALT}, {"ROOM": "Room", "PLAIN": "Plain"}, unbound=("Hidden",)
    ),
    "entrypoints": Service(MODULES / "entrypoints.mjs", {"TELEMETRY_SALT": SALT}, {"ROOM": "Room"}),
    "bare": Service(SAME / "bare.mjs", {}, BOTH, unbound=("Hidden",)),
    "observed": Service(SAME / "observed.mjs", {}, BOTH, unbound=("Hidden",)),
    "overlap": Service(Path(__file__).parent / "overlap/counter.mjs", {}, {"COUNTER": "Counter"}),
    "wrapped": Service(MODULES / "wrapped.mjs"),
    "unit": Service(MODULES / "unit.mjs"),
}


@dataclass(frozen=True)
class Response:
    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


@dataclass
class Items:
    """Trace items as the tail Worker got them, in order of arrival."""

    arrived: queue.Queue[dict[str, Any]] = field(default_factory=queue.Queue)
    seen: list[dict[str, Any]] = field(default_factory=list)

    def wait(self, wanted: Callable[[dict[str, Any]], bool], count: int = 1) -> list[dict[str, Any]]:
        """The first `count` items that are wanted, among all that came and will come."""
        deadline = time.monotonic() + DEADLINE_S
        while len(found := [item for item in self.seen if wanted(item)]) < count:
            self.seen.append(self.arrived.get(timeout=max(0.0, deadline - time.monotonic())))
        return found


def lines(item: dict[str, Any]) -> list[str]:
    return [log["message"][0] for log in item["logs"] if log["level"] == "debug"]


def telemetry(item: dict[str, Any]) -> dict[str, Any]:
    """The telemetry of an invocation, which must have exactly one line."""
    (line,) = lines(item)
    event: dict[str, Any] = json.loads(line)
    return event


@dataclass
class Workerd:
    ports: dict[str, int]
    items: Items

    def send(
        self, service: str, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> Response:
        """One request; `body` is sent as JSON when it is a dict or a list."""
        connection = http.client.HTTPConnection("127.0.0.1", self.ports[service], timeout=DEADLINE_S)
        payload = json.dumps(body).encode() if isinstance(body, dict | list) else body
        try:
            connection.request(method, path, payload, headers or {})
            answer = connection.getresponse()
            return Response(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read().decode())
        finally:
            connection.close()

    def traced(
        self, service: str, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> tuple[Response, dict[str, Any]]:
        """One request, and the gateway's telemetry of it."""
        response = self.send(service, method, path, body, headers)
        return response, self.line_of(response, "gateway")

    def item_of(self, response: Response, at: str) -> dict[str, Any]:
        """The trace item of a response's request: the one of the `gateway` or of the `object`."""
        request = f'"request":"{response.headers["x-request-id"]}"'
        mark = f'"at":"{at}"'
        (item,) = self.items.wait(lambda item: any(request in line and mark in line for line in lines(item)))
        return item

    def line_of(self, response: Response, at: str) -> dict[str, Any]:
        """The telemetry of a response's request as the `gateway` or the `object` wrote it."""
        return telemetry(self.item_of(response, at))

    def of(self, instance: str, count: int = 1) -> list[dict[str, Any]]:
        """The first trace items of an instance."""
        return self.items.wait(lambda item: item.get("durableObjectId") == instance, count)

    def alarms(self, instance: str, count: int = 1) -> list[dict[str, Any]]:
        """The first trace items of an instance's alarm (`durableObjectId`)."""
        return self.items.wait(
            lambda item: item.get("durableObjectId") == instance and "scheduledTime" in (item["event"] or {}), count
        )


@pytest.fixture(scope="session")
def items() -> Iterator[tuple[int, Items]]:
    """A sink for trace items on a loopback port."""
    items = Items()

    class Sink(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            for item in json.loads(self.rfile.read(int(self.headers["content-length"]))):
                items.arrived.put(item)
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it so
            """Keep quiet."""

    class Server(ThreadingHTTPServer):
        request_queue_size = 128  # many calls end at once, each with an item of its own

    with Server(("127.0.0.1", 0), Sink) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port, items
        server.shutdown()
        thread.join()


def bundle(entry: Path, output: Path, *more: str) -> None:
    """One module from an entry and what it imports."""
    flags = ["--bundle", "--format=esm", "--target=es2022", "--keep-names", "--external:cloudflare:workers"]
    flags += ["--log-level=warning", f"--outfile={output}", *more]
    subprocess.run([ESBUILD, entry.relative_to(ROOT), *flags], cwd=ROOT, check=True)


@pytest.fixture(scope="session")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Bundles the deployed Worker into a new folder and returns the bundle's path."""

    def make(*more: str) -> Path:
        output = tmp_path_factory.mktemp("bundle") / "worker.mjs"
        bundle(ROOT / "worker/src/index.mjs", output, *more)
        return output

    return make


@pytest.fixture(scope="session")
def workerd(tmp_path_factory: pytest.TempPathFactory, items: tuple[int, Items]) -> Iterator[Workerd]:
    """All services in one process, with their storage in a temporary folder."""
    folder = tmp_path_factory.mktemp("workerd")
    sink_port, collected = items
    (folder / "storage").mkdir()
    (folder / "tail.mjs").write_text((MODULES / "tail.mjs").read_text())
    for name, service in SERVICES.items():
        bundle(service.entry, folder / f"{name}.mjs")
    (folder / "config.capnp").write_text(_config(sink_port))

    reader, writer = os.pipe()
    command = [str(WORKERD), "serve", "config.capnp", f"--control-fd={writer}"]
    with (
        (folder / "output.txt").open("wb") as output,
        os.fdopen(reader) as control,
        subprocess.Popen(command, cwd=folder, pass_fds=[writer], stdout=output, stderr=output) as process,
    ):
        os.close(writer)
        try:
            ports: dict[str, int] = {}
            while len(ports) < len(SERVICES):
                message = control.readline()
                assert message, f"workerd ended: {(folder / 'output.txt').read_text()}"
                event = json.loads(message)
                ports[event["socket"]] = event["port"]
            yield Workerd(ports, collected)
        finally:
            process.kill()  # when asked to terminate, it would wait for sockets that are open


def _config(sink_port: int) -> str:
    services = "".join(f'(name = "{name}", worker = .{name}), ' for name in SERVICES)
    sockets = "".join(
        f'(name = "{name}", address = "127.0.0.1:0", http = (), service = "{name}"), ' for name in SERVICES
    )
    return (
        'using Workerd = import "/workerd/workerd.capnp";\n'
        f"const config :Workerd.Config = (sockets = [{sockets}], services = [{services}"
        '(name = "tail", worker = .tail), (name = "storage", disk = (path = "storage", writable = true)), '
        f'(name = "sink", external = (address = "127.0.0.1:{sink_port}", http = ()))]);\n'
        f'const tail :Workerd.Worker = (compatibilityDate = "{NOW}", '
        'modules = [(name = "tail.mjs", esModule = embed "tail.mjs")], '
        'bindings = [(name = "SINK", service = "sink")]);\n'
        + "".join(_worker(name, service) for name, service in SERVICES.items())
    )


def _worker(name: str, service: Service) -> str:
    bindings = [f'(name = "{key}", text = "{value}")' for key, value in service.variables.items()]
    bindings += [f'(name = "{key}", durableObjectNamespace = "{value}")' for key, value in service.objects.items()]
    namespaces = [
        f'(className = "{value}", uniqueKey = "{name}-{value}", enableSql = true)'
        for value in (*service.objects.values(), *service.unbound)
    ]
    objects = f', tails = ["tail"], durableObjectStorage = (localDisk = "storage"), bindings = [{", ".join(bindings)}]'
    objects += f", durableObjectNamespaces = [{', '.join(namespaces)}]"
    return (
        f'const {name} :Workerd.Worker = (compatibilityDate = "{service.date}", '
        f'modules = [(name = "{name}.mjs", esModule = embed "{name}.mjs")]{objects if service.objects else ""});\n'
    )


@pytest.fixture(scope="session")
def salt() -> str:
    """The salt of the services `main` and `faulty`."""
    return SALT
