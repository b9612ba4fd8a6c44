"""Takes of several.mjs: faults of one class among several, evictions, cron runs, and what a Worker fetches."""

from __future__ import annotations

import dataclasses
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from firedrill.runtime import Deployment, Faults, Request, Take, Worker, deployed
from firedrill.vendors.cloudflare.trace_items import event_type

pytestmark = pytest.mark.workerd

FULL = "database or disk is full: SQLITE_FULL"
LOST = "Network connection lost."
DEPLOYMENT = Deployment(
    {
        "script_name": "several",
        "compatibility_date": "2026-01-01",
        "migrations": {"new_sqlite_classes": ["Rows"], "new_classes": ["Keys"]},
        "bindings": [
            {"type": "durable_object_namespace", "name": "ROWS", "class_name": "Rows"},
            {"type": "durable_object_namespace", "name": "KEYS", "class_name": "Keys"},
            {"type": "kv_namespace", "name": "CACHE"},
        ],
    },
    (Path(__file__).parent / "several.mjs").read_bytes(),
    {"CACHE": None, "ADDED": "by the drill"},
)


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with deployed(DEPLOYMENT) as running:
        yield running


def bodies(take: Take) -> list[str]:
    return [response.body for response in take.responses]


def exceptions(take: Take) -> list[tuple[str, str, str]]:
    """Where each exception happened, with the outcome of its invocation."""
    items = [invocation.item for invocation in take.invocations]
    return [
        (item.get("entrypoint", ""), item["outcome"], each["message"]) for item in items for each in item["exceptions"]
    ]


def test_a_default_export_that_is_a_class_is_called(worker: Worker) -> None:
    take = worker.take([Request(path="/both?id=called")])
    assert bodies(take) == ['{"runs":1,"awake":1} 1']
    assert (len(take.invocations), take.missing) == (3, 0)


def test_a_binding_that_only_the_drill_gives_is_there(worker: Worker) -> None:
    assert bodies(worker.take([Request()])) == ["by the drill"]


@pytest.mark.parametrize(
    ("faults", "body"),
    [
        (Faults(storage_failing=1), f"{FULL} {FULL}"),
        (Faults(storage_failing=1, classes=("Rows",)), f"{FULL} 1"),
        (Faults(storage_failing=1, classes=("Keys",)), f'{{"runs":1,"awake":1}} {FULL}'),
        (Faults(unreachable=1), f"{LOST} {LOST}"),
        (Faults(unreachable=1, classes=("Keys",)), f'{{"runs":1,"awake":1}} {LOST}'),
    ],
)
def test_a_fault_strikes_the_objects_of_the_chosen_classes(worker: Worker, faults: Faults, body: str) -> None:
    object_id = f"{faults.classes}-{faults.unreachable}"
    assert bodies(worker.take([Request(path=f"/both?id={object_id}")], faults=faults)) == [body]


def test_a_fault_strikes_no_more_often_than_its_limit(worker: Worker) -> None:
    requests = [Request(path=f"/both?id=limit-{number}", session="s") for number in range(3)]
    found = bodies(worker.take(requests, faults=Faults(unreachable=1, limit=2)))
    assert found == [f"{LOST} {LOST}", '{"runs":1,"awake":1} 1', '{"runs":1,"awake":1} 1']


def test_work_left_behind_can_fail_after_the_answer(worker: Worker) -> None:
    take = worker.take([Request(path="/both?id=behind")], faults=Faults(background_failing=1, classes=("Rows",)))
    assert bodies(take) == ['{"runs":1,"awake":1} 1']
    assert sorted(exceptions(take)) == [(where, "ok", "rejected by the drill") for where in ("", "Rows")]


def test_an_evicted_object_is_constructed_again_and_keeps_what_it_stored(worker: Worker) -> None:
    requests = [Request(path="/both?id=evicted", session="s")] * 4
    found = bodies(worker.take(requests, faults=Faults(evicting=0.5)))
    assert [json.loads(body.split(" ")[0]) for body in found] == [
        {"runs": runs, "awake": awake} for runs, awake in ((1, 1), (2, 1), (3, 2), (4, 1))
    ]


def test_a_wrapped_object_hibernates_between_messages_and_wakes(worker: Worker) -> None:
    take = worker.take([Request(path="/socket?id=sleeper", messages=["a", "b"])], faults=Faults(evicting=1))
    assert bodies(take) == ['["a 1","b 1"]']
    assert sum(event_type(invocation.item) == "hibernatable_web_socket" for invocation in take.invocations) == 3


def test_a_message_without_an_answer_is_waited_for_a_moment_only(worker: Worker) -> None:
    take = worker.take([Request(path="/socket?id=silent", messages=["silence", "b"])])
    assert bodies(take) == ['["b 2"]']


def test_a_cron_run_is_an_invocation_with_its_outcome(worker: Worker) -> None:
    take = worker.take([Request(scheduled="*/5 * * * *"), Request(scheduled="0 0 * * *")], concurrency=1)
    assert [(response.status, response.body) for response in take.responses] == [(200, "ok"), (500, "exception")]
    assert [event_type(invocation.item) for invocation in take.invocations] == ["scheduled", "scheduled"]
    assert exceptions(take) == [("", "exception", "not at midnight")]


def test_neighbours_of_a_session_that_overlap_wait_for_those_before_them_only(worker: Worker) -> None:
    at_once = [Request(path="/both?id=turns", session="s", overlaps=True)] * 4
    alone = Request(path="/both?id=turns", session="s")
    found = bodies(worker.take([alone, *at_once, alone]))
    runs = [json.loads(body.split(" ")[0])["runs"] for body in found]
    assert (runs[0], sorted(runs[1:5]), runs[5]) == (1, [2, 3, 4, 5], 6)


def test_nothing_beyond_this_machine_can_be_fetched(worker: Worker) -> None:
    (body,) = bodies(worker.take([Request(path="/out")]))
    assert "example" not in body


def test_what_a_worker_fetches_can_be_answered_by_a_local_server() -> None:
    asked = []

    class Server(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append((self.headers["host"], self.path))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"answered here")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
            """Keep quiet."""

    with HTTPServer(("127.0.0.1", 0), Server) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        deployment = dataclasses.replace(DEPLOYMENT, outbound=f"127.0.0.1:{server.server_port}")
        with deployed(deployment) as worker:
            assert bodies(worker.take([Request(path="/out")])) == ['"answered here"']
        server.shutdown()
    assert asked == [("example.com", "/where?to")]
