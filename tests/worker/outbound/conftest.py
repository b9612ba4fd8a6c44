"""Workers in the real workerd whose every outgoing request reaches a sink of the test, whatever its host."""

from __future__ import annotations

import http.client
import json
import queue
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from firedrill.runtime.workerd import Workerd, binary, serve

ROOT = Path(__file__).parents[3]
MODULES = Path(__file__).parent / "modules"
ESBUILD = next(ROOT.glob("node_modules/@esbuild/*/bin/esbuild"))
DATE = "2026-11-01"
OLD = "2024-04-03"
"""Before one invocation may settle a promise of another."""
NOBODY = "127.0.0.1:1"  # nothing listens there
DEADLINE_S = 30.0


@dataclass(frozen=True)
class Received:
    """A request that the sink got."""

    url: str
    headers: dict[str, str]
    body: Any
    method: str = "POST"


Answer = tuple[int, Any, dict[str, str]]
"""Status, body to send as JSON or None, and headers."""


def takes(_: Received) -> Answer:
    return 202, None, {}


@dataclass
class Sink:
    """Answers what the test says; `hold` makes it take requests and answer none of them until `release`."""

    port: int
    received: list[Received] = field(default_factory=list)
    answer: Callable[[Received], Answer] = takes
    arrived: queue.Queue[Received] = field(default_factory=queue.Queue)
    open: threading.Event = field(default_factory=threading.Event)

    def reset(self) -> None:
        self.open.set()
        self.answer = takes
        self.received, self.arrived = [], queue.Queue()

    def hold(self) -> None:
        self.open.clear()

    def release(self) -> None:
        self.open.set()

    def wait(self) -> Received:
        """The next request that has arrived or will."""
        return self.arrived.get(timeout=DEADLINE_S)


@dataclass(frozen=True)
class Client:
    workerd: Workerd

    def ask(self, worker: str, order: Any = None) -> Any:
        """The JSON that a test Worker answers to an order."""
        connection = http.client.HTTPConnection("127.0.0.1", self.workerd.ports[worker], timeout=DEADLINE_S)
        try:
            connection.request("POST", "/", json.dumps(order))
            answer = connection.getresponse()
            text = answer.read().decode()
            assert answer.status == 200, text
            return json.loads(text)
        finally:
            connection.close()


@pytest.fixture(scope="session")
def endless_sink() -> Iterator[Sink]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            text = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            received = Received(
                f"https://{headers['host']}{self.path}", headers, json.loads(text) if text else None, self.command
            )
            opened.received.append(received)
            opened.arrived.put(received)
            opened.open.wait(DEADLINE_S)
            status, body, more = opened.answer(received)
            content = b"" if body is None else json.dumps(body).encode()
            try:
                self.send_response(status)
                for name, value in {**more, "content-length": str(len(content))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)
            except ConnectionError:
                self.close_connection = True  # the Worker did not wait

        do_GET = do_PUT = do_DELETE = do_POST  # noqa: N815 - the base class names them so

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it so
            """Keep quiet."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 128

    with Server(("127.0.0.1", 0), Handler) as server:
        opened = Sink(server.server_port)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield opened
        opened.release()
        server.shutdown()


@pytest.fixture
def sink(endless_sink: Sink) -> Iterator[Sink]:
    endless_sink.reset()
    yield endless_sink
    endless_sink.release()


@pytest.fixture(scope="session")
def start(endless_sink: Sink) -> Iterator[Callable[..., Client]]:
    """Starts test Workers: name -> (module, bindings, whether anybody listens outside); `tail` gets what they log."""

    def run(workers: dict[str, tuple[str, dict[str, str], bool]]) -> Client:
        files = {f"{name}.mjs": bundled(module) for name, (module, _, _) in workers.items()}
        files["dataset.mjs"] = (MODULES / "dataset.mjs").read_bytes()
        files["config.capnp"] = config(workers, endless_sink.port).encode()
        return Client(stack.enter_context(serve(files, list(workers), program=binary(ROOT))))

    with ExitStack() as stack:
        yield run


def bundled(module: str) -> bytes:
    flags = ["--bundle", "--format=esm", "--target=es2022", "--external:cloudflare:workers", "--log-level=warning"]
    entry = (MODULES / module).relative_to(ROOT)
    return subprocess.run([ESBUILD, entry, *flags], cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout


def config(workers: dict[str, tuple[str, dict[str, str], bool]], port: int) -> str:
    services = "".join(f'(name = "{name}", worker = .{name}), ' for name in workers)
    tails = 'tails = ["tail"], ' if "tail" in workers else ""
    sockets = "".join(
        f'(name = "{name}", address = "127.0.0.1:0", http = (), service = "{name}"), ' for name in workers
    )
    return (
        'using Workerd = import "/workerd/workerd.capnp";\n'
        f"const config :Workerd.Config = (sockets = [{sockets}], services = [{services}"
        f'(name = "sink", external = (address = "127.0.0.1:{port}", http = ())), '
        f'(name = "nobody", external = (address = "{NOBODY}", http = ()))], '
        'extensions = [(modules = [(name = "test:dataset", esModule = embed "dataset.mjs", internal = true)])]);\n'
        + "".join(worker(name, bindings, outside, tails) for name, (_, bindings, outside) in workers.items())
    )


def worker(name: str, bindings: dict[str, str], outside: bool, tails: str) -> str:
    bound = "".join(f"(name = {json.dumps(key)}, {value}), " for key, value in bindings.items())
    date = OLD if name == "older" else DATE
    return (
        f'const {name} :Workerd.Worker = (compatibilityDate = "{date}", bindings = [{bound}], '
        f'globalOutbound = "{"sink" if outside else "nobody"}", {"" if name == "tail" else tails}'
        f'modules = [(name = "{name}.mjs", esModule = embed "{name}.mjs")]);\n'
    )
