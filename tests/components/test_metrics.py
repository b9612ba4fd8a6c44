from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from firedrill.components.log_metrics.definitions import Metric, Tag, metrics
from firedrill.components.log_metrics.inputs import metric_inputs, resource_name
from firedrill.components.model import ObservedClass
from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.search import compile_query

Build = Callable[..., ObservedClass]
CLASS = ObservedClass("A", "A", ("x",), ("error",), "caller", {})
KEYS = [metric.key for metric in metrics([CLASS], reporter=True, heartbeat=True)]

LATENCY = "do.operations.latency"


@pytest.fixture
def counts(observed: Build) -> Callable[..., bool]:
    """Whether a metric of two classes, one counted by its callers and one by itself, counts a line."""
    classes = (observed(), observed("Room", operations=("join",), errors=("error", "miss"), counted_by="object"))
    by_key = {metric.key: metric for metric in metrics(classes, reporter=True, heartbeat=True)}

    def run(key: str, record: Mapping[str, object] = {}, **line: object) -> bool:
        attributes = {"telemetry": {name.strip("_"): value for name, value in line.items()}, "WallTimeMs": 3, **record}
        return compile_query(by_key[key].filter)(Log(attributes, timestamp=0))

    return run


def ok(**line: object) -> dict[str, object]:
    return {"at": "object", "op": "put", "result": "ok", "class_": "ClassA", **line}


def failed(**line: object) -> dict[str, object]:
    return ok(result="error", error="storage", **line)


def test_an_operation_counted_by_its_caller_counts_in_the_gateways_line_alone(counts: Callable[..., bool]) -> None:
    assert counts("do.operations", **ok(at="gateway"))
    assert not counts("do.operations", **ok(at="object"))


def test_an_operation_counted_by_its_object_counts_in_the_objects_line_alone(counts: Callable[..., bool]) -> None:
    assert counts("do.operations", **ok(class_="Room", op="join"))
    assert not counts("do.operations", **ok(class_="Room", op="join", at="gateway"))


@pytest.mark.parametrize("event", ["alarm", "message", "close", "socket_error"])
@pytest.mark.parametrize("name", ["ClassA", "Room"])
def test_an_event_without_a_caller_counts_in_the_objects_line(
    counts: Callable[..., bool], event: str, name: str
) -> None:
    assert counts("do.operations", **ok(class_=name, op=event))


@pytest.mark.parametrize("key", ["do.operations", LATENCY, "do.latency", "do.storage.rows_read", "gateway.latency"])
def test_an_operation_that_is_not_declared_has_no_series(counts: Callable[..., bool], key: str) -> None:
    measured = {"read": 1, "ms": 2, "result": "ok"}
    for at in ("object", "gateway"):
        assert not counts(key, **ok(op="drop", at=at, **measured))
        assert not counts(key, **ok(op="join", at=at, **measured)), "it is declared, but for another class"
        assert not counts(key, **ok(class_="Other", at=at, **measured))


def test_results_are_errors_as_the_class_says(counts: Callable[..., bool]) -> None:
    assert counts("do.errors", **failed(at="gateway"))
    assert not counts("do.errors", **ok(at="gateway", result="miss", error="not_found"))
    assert counts("do.errors", **ok(class_="Room", op="join", result="miss", error="not_found"))
    assert not counts("do.errors", **ok(class_="Room", op="join", result="rejected", error="validation"))


def test_an_error_is_counted_where_its_operation_is(counts: Callable[..., bool]) -> None:
    assert not counts("do.errors", **failed(at="object"))
    assert not counts("do.errors", **failed(at="gateway", class_="Room", op="join"))
    assert counts("do.errors", **failed(op="alarm"))


def timed(event_type: str, **more: object) -> dict[str, object]:
    """A record of that type with the time that the pipeline gives its operation."""
    return {"EventType": event_type, "operation": {"ms": 3}, "invocation": {"outcome": "ok"}, **more}


RPC, ALARM, SOCKET = timed("worker_rpc"), timed("alarm"), timed("hibernatable_web_socket")
LEFT = {"invocation": {"outcome": "canceled"}}


def test_a_called_operation_takes_as_long_as_its_caller_measured(counts: Callable[..., bool]) -> None:
    assert counts(LATENCY, timed("fetch"), **ok(at="gateway", ms=3))
    assert not counts(LATENCY, timed("fetch"), **ok(at="gateway")), "a call that has not ended"
    assert not counts(LATENCY, RPC, **ok())


def test_an_operation_that_failed_has_no_latency(counts: Callable[..., bool]) -> None:
    assert counts(LATENCY, timed("fetch"), **ok(at="gateway", ms=3, result="miss", error="not_found"))
    assert not counts(LATENCY, timed("fetch"), **failed(at="gateway", ms=3))
    assert not counts(LATENCY, ALARM, **failed(op="alarm"))


@pytest.mark.parametrize("name", ["ClassA", "Room"])
def test_an_event_takes_its_records_wall_time_but_in_a_record_of_another_kind_none(
    counts: Callable[..., bool], name: str
) -> None:
    for record, own in ((ALARM, {"alarm"}), (SOCKET, {"message", "close", "socket_error"}), (RPC, set())):
        for event in ("alarm", "message", "close", "socket_error"):
            assert counts(LATENCY, record, **ok(class_=name, op=event)) == (event in own)


@pytest.mark.parametrize("event_type", ["fetch", "worker_rpc"])
def test_an_operation_counted_by_its_object_takes_the_wall_time_unless_somebody_kept_it_open(
    counts: Callable[..., bool], event_type: str
) -> None:
    join = ok(class_="Room", op="join")
    assert counts(LATENCY, timed(event_type), **join)
    assert not counts(LATENCY, timed(event_type, **LEFT), **join)
    assert not counts(LATENCY, ALARM, **join)


def test_a_call_that_went_well_at_once_is_no_retry(counts: Callable[..., bool]) -> None:
    assert counts("gateway.retries", **ok(at="gateway", outcome="recovered"))
    assert not counts("gateway.retries", **ok(at="gateway", outcome="first_try"))
    assert not counts("gateway.retries", **ok(at="object", op="alarm", outcome="recovered"))


@pytest.mark.parametrize("key", KEYS)
def test_a_log_without_one_of_the_tags_is_not_counted(observed: Build, key: str) -> None:
    (metric,) = [each for each in metrics([observed()], reporter=True, heartbeat=True) if each.key == key]
    for path in (metric.source, *(tag.path for tag in metric.tags)):
        assert f"{path}:" in metric.filter.replace(f"-{path}:", "")


@pytest.mark.parametrize("key", KEYS)
def test_a_filter_joins_the_scope_with_and(observed: Build, key: str) -> None:
    (metric,) = [
        each for each in metrics([observed(), observed("B")], reporter=True, heartbeat=True) if each.key == key
    ]
    query = metric_inputs(metric, "p.", "source:s")["filter"]["query"]
    assert query.startswith("source:s ")
    assert not compile_query(query)(Log({}, timestamp=0, source="other"))
    assert " OR " not in query.split("(")[0], "an OR outside parentheses would let other services' logs in"


def test_each_metric_has_a_name_and_a_resource_name_of_its_own() -> None:
    assert len(set(KEYS)) == len(KEYS)
    assert len({key.replace(".", "-").replace("_", "-") for key in KEYS}) == len(KEYS)


def test_metrics_of_the_reporter_and_of_a_heartbeat_are_made_where_there_is_one(observed: Build) -> None:
    without = {metric.key for metric in metrics([observed()], reporter=False)}
    assert set(KEYS) - without == {"reporter.events", "heartbeat.requests"}


def test_operations_are_counted_by_bucket_where_that_is_asked_for(observed: Build) -> None:
    asked = {metric.key for metric in metrics([observed()], reporter=True, heartbeat=True, buckets=True)}
    assert asked - set(KEYS) == {"do.operations.by_bucket", "do.operations.total_by_bucket"}


def test_operations_are_counted_by_name_alone_where_that_is_asked_for(observed: Build) -> None:
    asked = {metric.key for metric in metrics([observed()], reporter=True, heartbeat=True, mix=True)}
    assert asked - set(KEYS) == {"do.operations.by_operation"}


def test_of_a_shared_line_the_total_counts_whatever_operation_it_tells(counts: Callable[..., bool]) -> None:
    shared = {"operation": {"total": 8, "alike": 1}}
    assert counts("do.operations.total", shared, **ok(class_="Room", op="undeclared", total=8))
    assert not counts("do.operations.total", shared, **ok(class_="Room", op="undeclared"))
    assert not counts("do.operations.total", shared, **ok(op="put", total=8)), "its callers count it"
    assert counts("do.operations.total", shared, **ok(op="message", total=8))


@pytest.mark.parametrize("shared", [{"folded": 7}, {"alike": 1}])
def test_what_a_shared_line_tells_has_no_latency(counts: Callable[..., bool], shared: dict[str, int]) -> None:
    assert counts(LATENCY, RPC, **ok(class_="Room", op="join"))
    assert not counts(LATENCY, RPC, **ok(class_="Room", op="join", **shared))


def test_a_tag_says_how_many_values_it_may_have(observed: Build) -> None:
    classes = [observed(operations=("a", "b")), observed("B", operations=("b", "c", "alarm"))]
    found = {
        metric.key: {tag.name: tag.cardinality for tag in metric.tags} for metric in metrics(classes, reporter=False)
    }
    assert found["do.latency"] == {"class": 2, "operation": 7}
    assert found["gateway.latency"] == {"class": 2, "operation": 4}
    assert found["invocations.cpu_time"] == {"kind": 2, "class": 3}, "the gateway has the class none"


def test_a_count_has_no_path() -> None:
    metric = Metric("a.b_c", "count", "request", "d", "platform", "@x", tags=(Tag("z", "@y", 1),))
    assert resource_name(metric) == "a-b-c"
    assert metric_inputs(metric, "svc.dev.", "source:s") == {
        "name": "svc.dev.a.b_c",
        "filter": {"query": "source:s @y:* @x:* -@telemetry.request:f12ed211*"},
        "compute": {"aggregation_type": "count"},
        "group_bies": [{"path": "@y", "tag_name": "z"}],
    }


def test_a_metric_that_counts_canaries_leaves_none_out() -> None:
    metric = Metric("a", "count", "request", "d", "platform", "@x", canaries=True)
    assert metric_inputs(metric, "p.", "source:s")["filter"] == {"query": "source:s @x:*"}


def test_a_distribution_has_a_path_and_says_whether_it_has_percentiles() -> None:
    metric = Metric("a", "distribution", "ms", "d", "platform", "@v", aggregate="p95")
    compute = metric_inputs(metric, "p.", "s")["compute"]
    assert compute == {"aggregation_type": "distribution", "path": "@v", "include_percentiles": True}


def test_an_example_graphs_the_metric_by_its_tags() -> None:
    count = Metric("a", "count", "request", "d", "platform", "@x", tags=(Tag("y", "@y", 1), Tag("z", "@z", 1)))
    assert count.example("svc.prod.") == "sum:svc.prod.a{*} by {y,z}.as_count()"
    assert Metric("b", "distribution", "ms", "d", "object", "@v", aggregate="avg").example("p.") == "avg:p.b{*}"
