"""The tail of a Worker: everything that it emitted, once, whatever happens to single answers."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import SimpleQueue
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import pytest

from firedrill.live.worker import LiveWorker
from firedrill.runtime.workerd import Workerd
from firedrill.vendors.cloudflare.trace_items import Invocation

AT_ONCE = 3


def item(number: int) -> dict[str, Any]:
    return {"eventTimestamp": number, "event": {"scheduledTime": 0}, "logs": [], "entrypoint": "Counter"}


def span(number: int) -> dict[str, Any]:
    known = {"entrypoint": "Counter", "kind": "alarm", "returned": True}
    return {**known, "started_ms": number, "ended_ms": number + 7}


@dataclass
class Harness:
    """Answers as the module of that name does, but breaks off every second answer to a question."""

    entries: list[dict[str, Any]]
    port: int = 0
    asked: list[int] = field(default_factory=list)

    def answer(self, after: int) -> tuple[bytes, bool]:
        self.asked.append(after)
        entries = self.entries[after : after + AT_ONCE]
        body = json.dumps({"next": after + len(entries), "entries": entries}).encode()
        return body, len(self.asked) % 2 == 0


class Running:
    """A workerd that never dies."""

    def __init__(self, port: int) -> None:
        self.ports = {"harness": port}

    def check(self) -> None:
        pass


@pytest.fixture
def harness() -> Iterator[Harness]:
    found = Harness([told for n in range(20) for told in ({"span": span(n)}, {"item": item(n)})])

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body, broken = found.answer(int(parse_qs(urlsplit(self.path).query)["after"][0]))
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: len(body) // 2] if broken else body)
            self.close_connection = broken

        def log_message(self, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        found.port = server.server_address[1]
        yield found
        server.shutdown()


def test_an_answer_that_breaks_off_loses_nothing_and_repeats_nothing(harness: Harness) -> None:
    arrived: SimpleQueue[Invocation | Exception] = SimpleQueue()
    stopping = threading.Event()
    worker = LiveWorker("tiny", cast(Workerd, Running(harness.port)))
    tail = threading.Thread(target=worker.follow, args=(arrived.put, stopping))
    tail.start()
    invocations = [arrived.get(timeout=20) for _ in range(20)]
    stopping.set()
    tail.join()

    assert [each.item["eventTimestamp"] for each in invocations if isinstance(each, Invocation)] == list(range(20))
    assert {each.wall_ms for each in invocations if isinstance(each, Invocation)} == {7}
    assert arrived.empty()
    assert len(harness.asked) > len(set(harness.asked))


def test_a_tail_that_cannot_go_on_says_why() -> None:
    class Dead(Running):
        def check(self) -> None:
            raise RuntimeError("gone")

    arrived: list[Invocation | Exception] = []
    LiveWorker("tiny", cast(Workerd, Dead(1))).follow(arrived.append, threading.Event())

    assert [str(each) for each in arrived] == ["gone"]
