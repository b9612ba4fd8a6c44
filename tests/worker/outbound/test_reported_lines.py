"""A Worker with a reporter: the response does not wait, and each event has one line that says what became of it."""

from __future__ import annotations

import json
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from firedrill.runtime import Deployment, Faults, Request, Take, deployed

pytestmark = pytest.mark.workerd

ROOT = Path(__file__).parents[3]
DEADLINE_S = 60.0
KEY = {"DD_API_KEY": 'text = "key-planted"'}


@pytest.fixture(scope="module")
def client(start: Callable[..., Any]) -> Any:
    return start(
        {
            "observed": ("observed.mjs", KEY, True),
            "alone": ("observed.mjs", KEY, False),
            "bare": ("observed.mjs", {}, True),
            "crowd": ("crowd.mjs", {"OBSERVED": 'service = "observed"'}, True),
            "lonely": ("crowd.mjs", {"OBSERVED": 'service = "alone"'}, True),
            "tail": ("tail.mjs", {}, True),
        }
    )


@pytest.fixture
def lines(client: Any, sink: Any) -> Callable[[int], list[dict[str, Any]]]:
    """The lines of so many invocations, of which each must have exactly one."""

    def collect(count: int) -> list[dict[str, Any]]:
        found: list[Any] = []
        deadline = time.monotonic() + DEADLINE_S
        while len(found) < count and time.monotonic() < deadline:
            time.sleep(0.02)  # what is waited for happens in another process
            found += [line for line in client.ask("tail") if line]  # the crowd itself writes nothing
        assert [len(each) for each in found] == [1] * count
        return [line for (line,) in found]

    client.ask("tail")
    return collect


def events(sink: Any) -> int:
    """How many events the sink has been told of."""
    series = [series for request in sink.received for series in request.body["series"]]
    counted = [each["points"] for each in series if each["metric"] == "reported.operations"]
    return sum(sum(values) for ((_, values),) in counted)


@pytest.mark.parametrize(("status", "fate"), [(202, "sent"), (403, "failed"), (429, "failed"), (500, "failed")])
def test_the_response_is_there_before_the_sink_answers(
    client: Any, sink: Any, lines: Any, status: int, fate: str
) -> None:
    sink.hold()
    sink.answer = lambda _: (status, None, {})
    assert client.ask("observed") == "done"
    sink.wait()
    assert client.ask("observed") == "done"
    assert client.ask("tail") == []
    sink.release()
    assert [line["report"] for line in lines(2)] == [fate, fate]


def test_the_response_is_there_when_nobody_listens(client: Any, lines: Any) -> None:
    assert client.ask("alone") == "done"
    (line,) = lines(1)
    assert line["report"] == "failed"


def test_without_its_bindings_a_reporter_leaves_the_line_as_it_is(client: Any, lines: Any) -> None:
    assert client.ask("bare") == "done"
    (line,) = lines(1)
    assert "report" not in line
    assert line["status"] == 200


def test_every_event_of_a_crowd_has_one_line_and_is_sent_once(client: Any, sink: Any, lines: Any) -> None:
    for _ in range(3):
        assert client.ask("crowd", 1_000) == 1_000
        assert Counter(line["report"] for line in lines(1_000)) == {"sent": 1_000}
    assert events(sink) == 3_000


def test_what_does_not_find_room_has_its_line_too(client: Any, sink: Any, lines: Any) -> None:
    sink.hold()
    assert client.ask("crowd", 3_000) == 3_000
    sink.wait()
    sink.release()
    assert Counter(line["report"] for line in lines(3_000)) == {"failed": 2_000, "sent": 1_000}
    assert events(sink) == 1_000


def test_10000_events_that_nobody_takes_have_one_line_each(client: Any, lines: Any) -> None:
    assert client.ask("lonely", 10_000) == 10_000
    assert Counter(line["report"] for line in lines(10_000)) == {"failed": 10_000}


@pytest.fixture(scope="module")
def shipped() -> bytes:
    """The shipped Worker's bundle."""
    esbuild = next(ROOT.glob("node_modules/@esbuild/*/bin/esbuild"))
    flags = ["--bundle", "--format=esm", "--target=es2022", "--external:cloudflare:workers", "--log-level=warning"]
    command = [str(esbuild), "worker/src/index.mjs", *flags]
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout


def take(bundle: bytes, reporting: list[dict[str, str]], intake_failing: float = 0) -> Take:
    """Two operations and a health check of the shipped Worker, whose reporter has these bindings."""
    objects = {"type": "durable_object_namespace", "name": "CONVERSATION_STATE", "class_name": "ConversationStateDO"}
    script = {"script_name": "shipped", "compatibility_date": "2026-11-01", "bindings": [objects, *reporting]}
    store = Request("PUT", "/conversations/one/tools/t1", body='{"tool_name":"grep"}', session="one")
    requests = [store, Request(path="/conversations/one/tools/t1", session="one"), Request(path="/health")]
    with deployed(Deployment(script, bundle)) as worker:
        recorded = worker.take(requests, faults=Faults(intake_failing=intake_failing))
    assert [response.status for response in recorded.responses] == [200, 200, 200]
    assert (len(recorded.invocations), recorded.missing) == (5, 0)
    return recorded


def reports(recorded: Take) -> Counter[tuple[str, str | None]]:
    """What the lines say of the report, by who wrote them; every invocation must have exactly one."""
    found: Counter[tuple[str, str | None]] = Counter()
    for invocation in recorded.invocations:
        (log,) = invocation.item["logs"]
        line = json.loads(log["message"][0])
        found[line["at"], line.get("report")] += 1
    return found


DATADOG = [
    {"type": "secret_text", "name": "DD_API_KEY", "text": "key-planted"},
    {"type": "plain_text", "name": "DD_SITE", "text": "datadoghq.eu"},
    {"type": "plain_text", "name": "FIREDRILL_METRIC_PREFIX", "text": "conversation_state.dev."},
]
DATASET = {"type": "analytics_engine", "name": "FIREDRILL_ANALYTICS", "dataset": "conversation_state_dev"}


@pytest.mark.parametrize("reporting", [DATADOG, [DATASET], [*DATADOG, DATASET]], ids=["datadog", "analytics", "both"])
def test_the_shipped_gateway_reports_where_its_bindings_say(shipped: bytes, reporting: list[dict[str, str]]) -> None:
    assert reports(take(shipped, reporting)) == {("gateway", "sent"): 3, ("object", None): 2}


def test_the_shipped_gateway_says_so_when_the_intake_refuses(shipped: bytes) -> None:
    refused = take(shipped, DATADOG, intake_failing=1)
    assert reports(refused) == {("gateway", "failed"): 3, ("object", None): 2}


def test_the_shipped_gateway_without_these_bindings_reports_nothing(shipped: bytes) -> None:
    assert reports(take(shipped, [])) == {("gateway", None): 3, ("object", None): 2}
