from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from firedrill.components.log_metrics.definitions import metrics
from firedrill.components.log_pipeline import processors
from firedrill.components.log_pipeline.pipeline import pipeline_inputs
from firedrill.components.model import ObservedClass
from firedrill.components.monitor_settings import MonitorSettings
from firedrill.vendors.cloudflare.truncation import LIMIT, truncate
from firedrill.vendors.cloudflare.uploads import TEST
from firedrill.vendors.datadog.from_pulumi import pipeline as from_pulumi
from firedrill.vendors.datadog.intake import receive
from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.pipelines import Pipelines, compile_pipelines
from firedrill.vendors.datadog.search import compile_query

Process = Callable[..., Log]
NOW_MS = 1_700_000_000_000
MARK = {"Level": "error", "Message": ["firedrill_background_error"], "TimestampMs": NOW_MS}


@pytest.fixture(scope="module")
def inputs(observed: Callable[..., ObservedClass]) -> dict[str, Any]:
    """The pipeline of a Worker with two classes: a miss is an error in Room."""
    return pipeline_inputs("name-1", "source:s", [observed(), observed("Room", errors=("error", "miss"))])


@pytest.fixture(scope="module")
def kinds(inputs: dict[str, Any]) -> list[str]:
    return [next(iter(processor)) for processor in inputs["processors"]]


@pytest.fixture
def classes(observed: Callable[..., ObservedClass]) -> list[ObservedClass]:
    return [observed(), observed("Room", errors=("error", "miss"))]


@pytest.fixture
def pipelines(declare: Callable[..., Any], kit: SimpleNamespace, classes: list[ObservedClass]) -> Pipelines:
    """The pipeline as it is rendered."""
    declared = declare(lambda: kit.LogPipeline("p", kit.LogPipelineArgs("title", "source:s", classes)))
    return compile_pipelines([from_pulumi(declared.of_type("LogsCustomPipeline")[0].inputs)])


@pytest.fixture
def process(pipelines: Pipelines) -> Process:
    """What the rendered pipeline makes of a trace event: a good fetch of the gateway but for the fields given."""

    def run(line: Mapping[str, Any] | None = None, marks: Sequence[Mapping[str, Any]] = (), **fields: Any) -> Log:
        record: dict[str, Any] = {"EventTimestampMs": NOW_MS, "EventType": "fetch", "Entrypoint": "", "Outcome": "ok"}
        logs = [] if line is None else [{"Level": "debug", "Message": [json.dumps(line)], "TimestampMs": NOW_MS}]
        record |= {"Logs": [*logs, *marks], **fields}
        (log,) = receive([record], params={"ddsource": "s"}, received_ms=NOW_MS + 9).logs
        return pipelines.process(log)

    return run


def test_every_processor_is_enabled_since_the_provider_leaves_them_disabled(inputs: dict[str, Any]) -> None:
    for processor in inputs["processors"]:
        (body,) = processor.values()
        assert body["is_enabled"] is True
        assert body["name"]


def test_the_telemetry_line_is_selected_written_out_parsed_and_shown_in_this_order(kinds: list[str]) -> None:
    order = ["date_remapper", "array_processor", "string_builder_processor", "grok_parser", "message_remapper"]
    assert kinds[: len(order)] == order


def test_the_status_comes_last_since_it_is_made_from_the_categories(kinds: list[str]) -> None:
    assert kinds[-1] == "status_remapper"


def test_a_pipeline_stays_within_the_twenty_processors_that_datadog_recommends(kinds: list[str]) -> None:
    assert len(kinds) <= 20


def test_categories_keep_their_order_since_the_first_match_wins() -> None:
    category = processors.category("n", "t", {"b": "@x:1", "a": "@y:2"})["category_processor"]
    assert category["categories"] == [
        {"name": "b", "filter": {"query": "@x:1"}},
        {"name": "a", "filter": {"query": "@y:2"}},
    ]


def test_a_grok_parser_has_a_line_per_rule() -> None:
    parser = processors.grok("n", "s", {"one": "%{word:a}", "two": "%{data:b:json}"})["grok_parser"]
    assert parser["grok"] == {"match_rules": "one %{word:a}\ntwo %{data:b:json}", "support_rules": ""}


def test_a_good_request_with_its_line(process: Process) -> None:
    line = {"v": 2, "at": "gateway", "op": "put", "result": "ok", "status": 200}
    log = process(line)
    assert log.attributes["invocation"] == {"kind": "gateway", "class": "none", "telemetry": "present", "outcome": "ok"}
    assert log.attributes["http"] == {"status_class": "2xx"}
    assert (log.status, log.message) == ("info", json.dumps(line))


def test_what_a_job_uploads_as_a_test_counts_in_no_metric(pipelines: Pipelines, classes: list[ObservedClass]) -> None:
    (log,) = receive([json.loads(TEST)], params={"ddsource": "s"}, received_ms=NOW_MS).logs
    made = pipelines.process(log)
    assert [each.key for each in metrics(classes, reporter=True) if compile_query(each.filter)(made)] == []
    assert made.status == "info"


def test_an_operation_takes_what_its_caller_measured_else_the_wall_time(process: Process) -> None:
    called = process({"v": 2, "at": "gateway", "ms": 12}, WallTimeMs=40)
    assert called.attributes["operation"]["ms"] == 12
    alarm = process({"v": 2, "at": "object", "op": "alarm"}, EventType="alarm", Entrypoint="ClassA", WallTimeMs=40)
    assert alarm.attributes["operation"]["ms"] == 40
    assert (called.attributes["telemetry"]["ms"], alarm.attributes["WallTimeMs"]) == (12, 40), "both stay"


@pytest.mark.parametrize(
    ("line", "total", "alike"),
    [
        ({}, 1, 1),
        ({"total": 8, "alike": 2, "folded": 7}, 8, 2),
        ({"total": 0, "alike": 1}, 0, 1),
        ({"folded": 7}, 8, 1),
    ],
    ids=["a line of its own", "a shared one", "one of a kind that waited", "a shared one of an older Worker"],
)
def test_a_line_counts_the_operations_that_share_it(
    process: Process, line: Mapping[str, int], total: int, alike: int
) -> None:
    told = process({"v": 2, "at": "object", "op": "put", "result": "error", **line}, EventType="worker_rpc")
    assert told.attributes["operation"] == {"total": total, "alike": alike}


@pytest.mark.parametrize("name", ["ClassA", "Room"])
def test_an_object_is_told_by_its_class(process: Process, name: str) -> None:
    log = process({"v": 2}, Entrypoint=name, EventType="worker_rpc")
    assert log.attributes["invocation"]["kind"] == "object"
    assert log.attributes["invocation"]["class"] == name


def test_the_class_of_an_invocation_is_that_of_its_record_whatever_line_it_holds(process: Process) -> None:
    log = process({"v": 2, "class": "Room"}, Entrypoint="ClassA", EventType="worker_rpc")
    assert log.attributes["invocation"]["class"] == "ClassA"
    assert log.attributes["telemetry"]["class"] == "Room"


@pytest.mark.parametrize(
    ("entrypoint", "event_type", "telemetry"),
    [
        ("", "fetch", "missing"),
        ("ClassA", "alarm", "not_expected"),
        ("ClassA", "fetch", "not_expected"),
        ("ClassA", "worker_rpc", "not_expected"),
        ("ClassA", "hibernatable_web_socket", "not_expected"),
    ],
)
def test_a_line_is_missed_where_calls_cannot_share_it(
    process: Process, entrypoint: str, event_type: str, telemetry: str
) -> None:
    assert process(Entrypoint=entrypoint, EventType=event_type).attributes["invocation"]["telemetry"] == telemetry


def test_a_record_that_cloudflare_cut_is_told(process: Process) -> None:
    long = {"Level": "log", "Message": ["x" * (LIMIT + 1)], "TimestampMs": NOW_MS}
    line = {"Level": "debug", "Message": ['{"v":2,"at":"object"}'], "TimestampMs": NOW_MS}
    record = truncate({"Exceptions": [], "Logs": [long, line], "Entrypoint": "ClassA", "EventType": "worker_rpc"})
    invocation = process(**record).attributes["invocation"]
    assert (invocation["telemetry"], invocation["cut"]) == ("not_expected", "record")


def test_a_record_that_exceptions_left_no_room_in_is_told(process: Process) -> None:
    line = {"Level": "debug", "Message": ['{"v":2,"at":"object"}'], "TimestampMs": NOW_MS}
    record = truncate({"Exceptions": [{"Name": "Error", "Message": "x" * LIMIT, "TimestampMs": 1}], "Logs": [line]})
    assert process(Logs=record["Logs"]).attributes["invocation"]["cut"] == "record"


@pytest.mark.parametrize(
    ("written", "cut"),
    [
        (json.dumps({"v": 2, "at": "gateway", "op": "x" * 256}, separators=(",", ":")), "line"),
        (json.dumps({"v": 2, "at": "gateway", "op": "put"}, separators=(",", ":")), None),
        ("a debug line of the Worker's own", None),
        ("{" + "x" * 300, None),
    ],
    ids=["too long", "short enough", "of another kind", "of another kind and long"],
)
def test_a_line_that_is_longer_than_what_the_string_builder_writes_is_told(
    process: Process, written: str, cut: str | None
) -> None:
    logs = [{"Level": "debug", "Message": [written], "TimestampMs": NOW_MS}]
    assert process(Logs=logs).attributes["invocation"].get("cut") == cut


@pytest.mark.parametrize("outcome", ["exception", "canceled", "exceededCpu"])
def test_no_line_is_missed_of_an_invocation_that_broke_off(process: Process, outcome: str) -> None:
    assert process(Outcome=outcome).attributes["invocation"]["telemetry"] == "not_expected"


@pytest.mark.parametrize(
    ("outcome", "marks", "told", "level"),
    [
        ("ok", [], "ok", "info"),
        ("ok", [MARK], "background_error", "error"),
        ("ok", [{**MARK, "Message": ["failed"]}], "ok", "info"),
        ("exception", [MARK], "exception", "error"),
        ("exceededCpu", [], "exceeded_cpu", "error"),
        ("exceededMemory", [], "exceeded_memory", "error"),
        ("canceled", [], "canceled", "info"),
        ("responseStreamDisconnected", [], "canceled", "info"),
        ("loadShed", [], "other", "error"),
        ("internalError", [], "other", "error"),
        ("exceededWallTime", [], "other", "error"),
        ("aborted", [], "other", "error"),
        ("killSwitch", [], "other", "error"),
    ],
)
def test_an_outcome_is_told_in_one_word(
    process: Process, outcome: str, marks: list[dict[str, Any]], told: str, level: str
) -> None:
    log = process({"v": 2}, marks, Outcome=outcome)
    assert (log.attributes["invocation"]["outcome"], log.status) == (told, level)


def test_a_mark_that_comes_before_the_line_does_not_take_its_place(process: Process) -> None:
    line = {"Level": "debug", "Message": ['{"v": 2, "result": "ok"}'], "TimestampMs": NOW_MS}
    log = process(Logs=[MARK, line])
    assert (log.message, log.attributes["invocation"]["outcome"]) == ('{"v": 2, "result": "ok"}', "background_error")


@pytest.mark.parametrize("outcome", ["exception", "ok"])
def test_a_web_socket_handler_that_throws_is_an_error_whether_it_is_asynchronous_or_not(
    process: Process, outcome: str
) -> None:
    line = {"v": 2, "at": "object", "op": "message", "result": "error", "class": "ClassA"}
    log = process(line, EventType="hibernatable_web_socket", Entrypoint="ClassA", Event={}, Outcome=outcome)
    assert log.status == "error"


def test_lines_of_one_time_long_after_their_event_are_read_as_others(process: Process) -> None:
    telemetry = {"Level": "debug", "Message": ['{"v":2,"op":"put"}'], "TimestampMs": NOW_MS}
    logs = [{"Level": "log", "Message": ["a"], "TimestampMs": NOW_MS}, telemetry]
    log = process(EventTimestampMs=NOW_MS - 9_700, Logs=logs)
    assert (log.timestamp, log.attributes["telemetry"]["op"]) == (NOW_MS - 9_700, "put")


@pytest.mark.parametrize(
    ("status", "outcome", "status_class"),
    [
        (101, "ok", "1xx"),
        (None, "ok", "unknown"),
        (302, "ok", "3xx"),
        (404, "ok", "4xx"),
        (503, "ok", "5xx"),
        (None, "exception", "5xx"),
        (None, "exceededMemory", "5xx"),
        (None, "canceled", None),
        (None, "responseStreamDisconnected", None),  # the client left a WebSocket or a stream
        (200, "responseStreamDisconnected", "2xx"),
        (None, "internalError", "5xx"),
    ],
)
def test_a_request_has_a_status_class(
    process: Process, status: int | None, outcome: str, status_class: str | None
) -> None:
    log = process({"v": 2, "status": status} if status else {"v": 2}, Outcome=outcome)
    assert log.attributes.get("http", {}).get("status_class") == status_class


@pytest.mark.parametrize(
    ("line", "level"),
    [
        ({"result": "error", "class": "ClassA"}, "error"),
        ({"result": "miss", "class": "ClassA"}, "warn"),
        ({"result": "miss", "class": "Room"}, "error"),
        ({"result": "rejected", "class": "Room"}, "warn"),
        ({"result": "ok", "lost": 2}, "warn"),
        ({"result": "ok", "report": "failed"}, "warn"),
        ({"result": "ok", "report": "sent"}, "info"),
    ],
)
def test_a_line_has_the_level_that_its_result_has_in_its_class(
    process: Process, line: dict[str, Any], level: str
) -> None:
    assert process({"v": 2, **line}).status == level


@pytest.mark.parametrize(
    ("line", "outcome"),
    [
        ({"at": "object", "op": "alarm", "result": "ok"}, "first_try"),
        ({"at": "object", "op": "alarm", "result": "ok", "outcome": "recovered"}, "recovered"),
        ({"at": "object", "op": "alarm", "result": "error", "outcome": "retrying"}, "retrying"),
        ({"at": "object", "op": "put", "result": "ok"}, None),
    ],
)
def test_every_run_of_an_alarm_has_an_outcome(process: Process, line: dict[str, Any], outcome: str | None) -> None:
    assert process({"v": 2, **line}).attributes["telemetry"].get("outcome") == outcome


def test_an_instance_has_a_bucket_where_a_class_asks_who_is_hot(
    declare: Callable[..., Any], kit: SimpleNamespace, observed: Callable[..., ObservedClass]
) -> None:
    watched = observed(monitors={"hot-object": MonitorSettings(window="last_5m", critical=50)})
    line = {"v": 2, "at": "object", "op": "put", "result": "ok", "class": "ClassA", "id": "c0ffee123456"}
    logs = [{"Level": "debug", "Message": [json.dumps(line, separators=(",", ":"))], "TimestampMs": NOW_MS}]
    record = {"EventTimestampMs": NOW_MS, "Outcome": "ok", "Entrypoint": "ClassA", "EventType": "rpc", "Logs": logs}
    found = []
    for of in (watched, observed()):
        (log,) = receive([record], params={"ddsource": "s"}, received_ms=NOW_MS + 9).logs
        declared = declare(lambda of=of: kit.LogPipeline("p", kit.LogPipelineArgs("title", "source:s", [of])))
        pipelines = compile_pipelines([from_pulumi(declared.of_type("LogsCustomPipeline")[0].inputs)])
        found.append(pipelines.process(log).attributes.get("instance"))
    assert found == [{"bucket": "c"}, None]
