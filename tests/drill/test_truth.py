"""What metrics say, held against what the drill saw itself of the real Worker."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from firedrill.drill.choice import Choice
from firedrill.drill.drill import drill_resources
from firedrill.drill.record import Recorder
from firedrill.drill.result import MetricTruth, WorkerResult
from firedrill.drill.stages import Counter, Stages
from firedrill.drill.truth.calls import operations
from firedrill.drill.truth.compared import differences, in_words, untrue
from firedrill.drill.truth.fact import Fact, fact, overlapped
from firedrill.drill.truth.judged import _comparable, _is_older, _is_sample, _without_name
from firedrill.drill.truth.known import Known
from firedrill.drill.truth.objects import carried_over, of_objects
from firedrill.drill.truth.platform import by_status
from firedrill.drill.truth.requests import UNKNOWN, by_answer, of_requests
from firedrill.resources import LOGS_PIPELINE, Resource
from firedrill.runtime.deeds import Call, Deed
from firedrill.runtime.deployment import Deployment
from firedrill.runtime.take import Faults, Request, Response, Take
from firedrill.scenarios.scenario import TakeSpec
from firedrill.scenarios.watched import WatchedClass
from firedrill.vendors.cloudflare.trace_items import Invocation
from tests.drill.test_mutations import mutated

ROOT = Path(__file__).resolve().parents[2]
CLASS = "class:conversationstatedo"

Drilled = Callable[..., WorkerResult]


@pytest.fixture
def drilled(rendered: list[Resource], recorder: Recorder) -> Drilled:
    """Drill the stack in some scenarios; each of `edits` replaces a text of the Worker's bundle."""

    def run(
        *edits: tuple[str, str],
        scenarios: tuple[str, ...] = ("every-path",),
        resources: list[Resource] = rendered,
    ) -> WorkerResult:
        def record(deployment: Deployment, specs: Iterable[TakeSpec], progress: Counter) -> dict[str, Take]:
            bundle = deployment.bundle
            for old, new in edits:
                assert old.encode() in bundle, old
                bundle = bundle.replace(old.encode(), new.encode())
            return dict(recorder(replace(deployment, bundle=bundle), specs, progress))

        choice = Choice(root=ROOT, scenarios=scenarios)
        stages = Stages(Console(file=io.StringIO()))
        return drill_resources(resources, choice, stages, record=record).result.workers[0]

    return run


@pytest.mark.workerd
def test_every_metric_of_the_shipped_worker_is_true_in_every_kind_of_traffic(drilled: Drilled) -> None:
    scenarios = (
        "every-path",
        "storage-failing",
        "unreachable",
        "overlapping-calls",
        "alarm-failing",
        "background-errors",
    )
    result = drilled(scenarios=scenarios)
    assert result.truth is not None
    assert result.truth.differences == ()
    assert result.truth.takes == len(scenarios) + 3  # healthy traffic, as the platform ends it, and with long lines
    assert result.truth.metrics >= 22


@pytest.mark.workerd
def test_metrics_are_true_where_one_scenario_alone_shows_little_of_the_worker(drilled: Drilled) -> None:
    result = drilled(scenarios=("storage-failing",))
    assert result.truth is not None
    assert result.truth.differences == ()


@pytest.mark.workerd
@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (("event.bytes = this.#bytes;", "event.bytes = 2 * this.#bytes;"), "do.storage.bytes{%s} says 24,576"),
        (
            ("event.keys = this.#keys;", "event.keys = 2 * this.#keys;"),
            "do.storage.keys{%s} says 4, the object holds 2",
        ),
        (("this.#cold = false;", ""), "do.cold_starts{%s} counts"),
        (
            ("console.debug(line(event));", "console.debug(line(event)); console.debug(line(event));"),
            "an invocation wrote 2 telemetry lines, where it owes one",
        ),
        (("id: this.#id };", "id: void 0 };"), "lines of objects name none by its hash, although there is a salt"),
        (("event.ms ??= call2.ms;", "event.ms ??= 1000 * call2.ms;"), "gateway.latency{%s,operation:"),
        (
            ("event.attempts ??= call2.attempts;", "event.attempts ??= 1 + call2.attempts;"),
            "gateway.attempts{%s,operation:",
        ),
    ],
)
def test_a_metric_that_says_something_else_than_the_drill_saw_is_told(
    drilled: Drilled, edit: tuple[str, str], told: str
) -> None:
    problems = drilled(edit).problems
    assert any(f"a metric is not true: {told.replace('%s', CLASS)}" in each for each in problems), problems


@pytest.mark.workerd
@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (("this.#ctx.waitUntil(this.#settle());", ""), "tell of"),
        (("(one.folded ?? 0) + 1 }", "void 0 }"), "tell of"),
        ((".total = this.#ended[", ".ignored = this.#ended["), "count"),
        (("this.#kinds.delete(first);", ""), "count"),
        (("for (const name of SUMS)", "for (const name of [])"), "sum read to"),
    ],
)
def test_lines_that_overlapping_calls_share_have_to_tell_of_all(
    drilled: Drilled, edit: tuple[str, str], told: str
) -> None:
    problems = drilled(edit, scenarios=("overlapping-calls",)).problems
    lines = f"the lines of an object whose invocations overlapped {told}"
    assert any(f"a metric is not true: {lines}" in each for each in problems), problems


def test_a_measured_value_is_compared_under_its_tags() -> None:
    meant = [fact("do.storage.bytes", 4096, class_="Room"), fact("do.storage.bytes", 4096, class_="Room")]
    said = [fact("do.storage.bytes", 4096, class_="Room"), fact("do.storage.bytes", 8192, class_="Room")]
    (found,) = differences("healthy", said, meant, counts=frozenset())
    assert found.said == "do.storage.bytes{class:room} says 8,192, the object holds 4,096 bytes"


def test_a_count_is_told_with_what_there_was() -> None:
    meant = [fact("do.operations", operation="store", result="ok")] * 3
    said = [fact("do.operations", operation="store", result="ok")]
    (found,) = differences("healthy", said, meant, counts=frozenset({"do.operations"}))
    assert found.said == "do.operations{operation:store,result:ok} counts 1, there were 3"


def test_a_time_may_be_longer_than_what_was_measured_inside_of_it_but_not_than_the_request() -> None:
    meant = [fact("gateway.latency", 10, None, 12, operation="store")]
    assert differences("healthy", [fact("gateway.latency", 11, operation="store")], meant, counts=frozenset()) == []
    (found,) = differences("healthy", [fact("gateway.latency", 13, operation="store")], meant, counts=frozenset())
    assert found.said == "gateway.latency{operation:store} says 13, it was 10 ms"


def test_an_error_that_the_drill_did_not_cause_may_have_any_category_and_no_other_operation() -> None:
    counts = frozenset({"do.errors"})
    meant = [fact("do.errors", operation="store", error_category=UNKNOWN)]
    same = fact("do.errors", operation="store", error_category="reset")
    other = fact("do.errors", operation="clear", error_category="reset")
    assert differences("healthy", [same], meant, counts=counts) == []
    assert len(differences("healthy", [other], meant, counts=counts)) == 1


def test_a_metric_is_told_once_with_the_first_take_and_how_many_more() -> None:
    meant, said = [fact("do.storage.keys", 2)], [fact("do.storage.keys", 4)]
    found = [each for take in ("one", "two") for each in differences(take, said, meant, counts=frozenset())]
    assert list(in_words(found)) == [
        "do.storage.keys{} says 4, the object holds 2 entries (in the take one and 1 more)"
    ]


def test_of_many_untrue_metrics_some_are_told_and_the_rest_counted() -> None:
    truth = MetricTruth(cells=9, metrics=9, takes=1, differences=tuple(f"m{number}" for number in range(7)))
    assert untrue(truth)[-1] == "2 more metrics are not true: see metricTruth in the JSON"


@pytest.mark.workerd
@pytest.mark.parametrize(
    ("name", "change", "told"),
    [
        ("Level", {"target": "levelx"}, "logs{event:"),
        ("Telemetry line as message", {"isEnabled": False}, "logs{event:"),
        ("What was cut for its size", {"categories": []}, "invocations.cut{"),
    ],
)
def test_what_people_read_of_logs_is_held_against_what_the_drill_saw(
    rendered: list[Resource], drilled: Drilled, name: str, change: dict[str, Any], told: str
) -> None:
    def edit(inputs: dict[str, Any]) -> None:
        for processor in (each for entry in inputs["processors"] for each in entry.values()):
            if processor["name"] == name:
                processor.update(change)

    truth = drilled(resources=mutated(rendered, LOGS_PIPELINE, edit)).truth
    assert truth is not None
    assert [each for each in truth.differences if each.startswith(told)], truth


def record(started_ms: int, wall_ms: int) -> Invocation:
    event = {"rpcMethod": "limit"}
    item = {"durableObjectId": "one", "eventTimestamp": started_ms, "event": event, "outcome": "ok"}
    return Invocation(item, wall_ms=wall_ms)


def ran(began: int, ended: int, *calls: Call) -> Deed:
    return Deed("limit", "Limiter", began, 0, ended, object="one", calls=calls)


@pytest.mark.parametrize(("second_ms", "mixed"), [(3, True), (6, True), (7, False)])
def test_calls_of_which_no_handler_tells_overlap_by_the_times_of_their_records(second_ms: int, mixed: bool) -> None:
    records = (record(1, 5), record(second_ms, 1))
    take = Take(records, (), 0, 9, 0, deeds=(ran(1, 2), ran(3, 4)))
    assert overlapped(take) == ({"one"} if mixed else frozenset())


def test_calls_of_which_a_handler_tells_overlap_by_its_own_order() -> None:
    calls = [Call("Limiter", "a", "limit", began, 0, began + 2, id="one") for began in (1, 4)]
    handler = Deed("fetch", "", 0, 0, 7, calls=tuple(calls))
    take = Take((record(1, 5), record(1, 5)), (), 0, 9, 0, deeds=(handler, ran(2, 3), ran(5, 6)))
    assert overlapped(take) == frozenset()


@pytest.mark.parametrize(("outcome", "status"), [("exception", "5xx"), ("ok", "1xx")])
def test_a_request_that_threw_is_none_that_became_a_websocket(outcome: str, status: str) -> None:
    item = {
        "eventTimestamp": 1,
        "outcome": outcome,
        "logs": [{"level": "debug", "message": []}],
        "event": {"request": {"headers": {}}},
    }
    take = Take((Invocation(item),), (), 0, 9, 0)
    assert [each.tags for each in by_status(take)] == [(f"status_class:{status}",)]


def test_what_no_deed_is_of_is_a_sample_of_an_object_that_overlapped() -> None:
    take = Take((), (), 0, 9, 0)
    told = Fact("invocations", ("kind:object",), 1, object="one")
    assert _is_sample(told, take, {"one"})
    assert not _is_sample(told, take, {"other"})


@pytest.mark.parametrize("whole", [False, True])
def test_lost_lines_are_compared_where_every_invocation_has_its_record_and_its_lines(whole: bool) -> None:
    spec = TakeSpec("lines-lost", requests=(), faults=Faults(telemetry_failing=0.5))
    assert ("telemetry.lost" in _comparable(spec, whole=whole)) == whole


def test_batches_calls_and_cron_events_are_no_requests() -> None:
    requests = (
        Request("GET", "/"),
        Request(queue="jobs", batch=({"of": "ada"},)),
        Request(rpc="Admin.grant"),
        Request(scheduled="* * * * *"),
    )
    take = Take((), (Response(200, ""),) * len(requests), 0, 9, 0)
    assert len([*by_answer(TakeSpec("healthy", requests=requests), take)]) == 1


@pytest.mark.parametrize(("status", "counted"), [(200, 0), (304, 0), (307, 0), (500, 1)])
def test_what_assets_answer_is_no_request_of_the_worker(status: int, counted: int) -> None:
    take = Take((), (Response(status, "", arrived=False),), 0, 9, 0)
    assert len([*by_answer(TakeSpec("healthy", requests=(Request(),)), take)]) == counted


@pytest.mark.parametrize(("answer", "result"), [(404, "miss"), (422, "rejected"), (200, "error"), (None, "error")])
def test_what_an_object_refuses_is_its_answer_whatever_the_worker_makes_of_it(answer: int | None, result: str) -> None:
    call = Call("Room", "a", "fetch", 1, 0, 2, 0, status=answer)
    deed = Deed("fetch", "", 0, 0, 3, 0, status=500, calls=(call,))
    learnt = Known({"Room": WatchedClass(("join",))}, {("Room", "fetch"): "join"})
    found = of_requests(learnt, TakeSpec("healthy", requests=()), Take((), (), 0, 9, 0, deeds=(deed,)))
    assert fact("do.operations", class_="Room", operation="join", result=result) in list(found)


def test_an_object_that_an_earlier_take_left_running_is_active_and_of_a_size_told_before() -> None:
    deed = Deed("fetch", "Room", 0, 0, 1, object="one", instance=1, bytes=8192)
    begun = Deed("fetch", "Room", 2, 2, 3, object="other", instance=1, cold=True, bytes=8192)
    take = Take((), (), 0, 9, 0, deeds=(deed, begun, replace(begun, began=4, ended=5, cold=False)))
    older = carried_over(take)
    for key in ("do.active_instances", "do.storage.bytes"):
        assert [_is_older(Fact(key, ("class:room",), 1, number), take, older) for number in range(3)] == [
            True,
            False,
            False,
        ]
    assert not _is_older(Fact("do.cold_starts", ("class:room",), 1, 0), take, older)


def test_an_operation_that_never_occurs_hides_no_name_of_another() -> None:
    declared = ("connect", "publish", "ping", "leave")
    assert operations(["fetch", "publish"], declared, {"connect", "publish"}) == {
        "fetch": "connect",
        "publish": "publish",
    }
    assert operations(["fetch", "publish"], declared, {"publish"}) == {}


def test_operations_without_a_name_are_compared_by_their_class_alone() -> None:
    meant = fact("gateway.attempts", class_="Room", operation="")
    said = fact("gateway.attempts", class_="Room", operation="connect")
    assert _without_name(meant, {"class:room"}) == _without_name(said, {"class:room"})


def test_an_operation_belongs_to_the_bucket_of_its_objects_hash() -> None:
    deed = Deed("post", "Room", 0, 0, 1, 1, object="one")
    item = {"durableObjectId": "one", "event": {"rpcMethod": "post"}, "outcome": "ok", "eventTimestamp": 0}
    learnt = Known({"Room": WatchedClass(("post",))}, {("Room", "post"): "post"}, frozenset({("Room", "id")}), salt="s")
    taken = Take((Invocation(item, 0, 1),), (), 0, 1, 0, deeds=(deed,))
    # HMAC-SHA256 of "one" with the key "s" begins with e2
    expected = fact("do.operations.by_bucket", 1, 0, class_="Room", bucket="e")
    assert expected in list(of_objects(learnt, Faults(), taken))
    assert not [each for each in of_objects(replace(learnt, telling=frozenset()), Faults(), taken) if "by_" in each.key]
