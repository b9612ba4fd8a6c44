"""Each operation with each outcome: the lines that workerd shows, and the points that the dev stack makes of them."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest

from firedrill.components.telemetry import (
    BACKGROUND_ERROR,
    ERROR_CATEGORIES,
    OUTCOMES,
    PULSE_WINDOW_S,
    REASONS,
    RESULTS,
    SCHEMA_VERSION,
    TRIGGERS,
)
from firedrill.runtime import Faults, Request, Take, Worker
from firedrill.vendors.cloudflare.trace_items import Record
from firedrill.vendors.cloudflare.truncation import LOGS_MARKER, truncate
from tests.worker.proofs.table import calls, life
from tests.worker.proofs.table.row import CLASS, NAME, OPERATIONS, Line, Row, of_class

pytestmark = pytest.mark.workerd

ROWS = (*calls.ROWS, *life.ROWS)
ALARMS_WITHIN_MS = 1_000

# What a field of a line measures: the metric, and the tags besides the class.
MEASURES = {
    "ms": ("gateway.latency", "operation"),
    "attempts": ("gateway.attempts", "operation"),
    "read": ("do.storage.rows_read", "operation"),
    "written": ("do.storage.rows_written", "operation"),
    "calls": ("do.storage.calls", "operation"),
    "keys": ("do.storage.keys",),
    "bytes": ("do.storage.bytes",),
    "removed": ("do.cleanups.removed", "trigger"),
    "lag": ("do.alarms.lag",),
}
TIMES = {"invocations.cpu_time": "CPUTimeMs", "invocations.wall_time": "WallTimeMs"}
LATENCIES = ("do.latency", "do.operations.latency")
PREFIX = "conversation_state.dev."

_numbers = itertools.count()


def request(row: Row, conversation: str) -> Request:
    method, below, body = row.request
    path = below[1:] if below.startswith("//") else f"/conversations/{conversation}/tools{below}"
    text = body if body is None or isinstance(body, str) else json.dumps(body)
    path = f"/client{path}" if "leave" in row.plan else path
    return Request(method, path, {"x-plan": json.dumps(row.plan)}, text)


def recorded(planned: Worker, row: Row) -> Take:
    """The row's request alone, in the window of pulses in which its conversation began."""
    bindings = {"INACTIVITY_MS": str(row.inactive_ms)} if row.inactive_ms else {}
    faults = Faults(bindings=bindings, evicting=float(row.evicted))
    while True:
        conversation = f"table-{next(_numbers)}"
        stored = Request("PUT", f"/conversations/{conversation}/tools/known", {}, json.dumps(NAME))
        before = planned.take([stored if row.known else Request("GET", "/health")])
        take = planned.take(
            [request(row, conversation)], faults=faults, alarms_within_ms=ALARMS_WITHIN_MS if row.inactive_ms else 0
        )
        assert take.missing == 0
        if before.started_ms // (PULSE_WINDOW_S * 1000) == take.ended_ms // (PULSE_WINDOW_S * 1000):
            return take


def written(record: Record) -> Line | None:
    """The line of a record, which has no other and nothing else but marks of a failure, or of a cut, beside it."""
    logs = truncate(record)["Logs"]
    if not logs or logs[-1]["Message"][-1].endswith(LOGS_MARKER):
        return None
    (log,) = [each for each in logs if each["Message"] != [BACKGROUND_ERROR]]
    assert log["Level"] == "debug"
    (text,) = log["Message"]
    line: Line = json.loads(text)
    return line


def kind(record: Record) -> str:
    return {"": "gateway", CLASS: "object"}[record["Entrypoint"]]


def by_client(record: Record) -> bool:
    """Whether it is of a client that the test module plays."""
    return "/client/" in record["Event"].get("Request", {}).get("URL", "")


def alone(record: Record) -> float | None:
    """How long an invocation took that no caller waited for."""
    return record["WallTimeMs"] if record["EventType"] == "alarm" and record["Outcome"] != "canceled" else None


def measured(record: Record, line: Line | None) -> list[tuple[str, float]]:
    """The points that a record makes of its numbers."""
    tags = f"class:{record['Entrypoint'].lower() or 'none'} kind:{kind(record)}"
    points = [(f"{metric} {tags}", record[name]) for metric, name in TIMES.items()]
    if line is None:
        return points
    if "lost" in line:
        points.append(("telemetry.lost", line["lost"]))
    if "class" not in line:
        return points
    if kind(record) == "object":
        points.append((of_class("do.latency", operation=line["op"]), record["WallTimeMs"]))
    took = line.get("ms") if kind(record) == "gateway" else alone(record)
    if took is not None and line["result"] != "error":
        points.append((of_class("do.operations.latency", operation=line["op"]), took))
    tagged = {"operation": line["op"], "trigger": line.get("trigger", "")}
    for name, (metric, *tags_) in MEASURES.items():
        if name in line:
            points.append((of_class(metric, **{tag: tagged[tag] for tag in tags_}), line[name]))
    return points


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.title)
def test_each_record_has_its_line_and_all_lines_their_points(planned: Worker, stack: Any, row: Row) -> None:
    take = recorded(planned, row)
    full = [stack.record(invocation) for invocation in take.invocations]
    records = [{**record, **row.modelled.get(kind(record), {})} for record in full if not by_client(record)]
    by_gateway = [record for record in records if kind(record) == "gateway"]
    by_object = [record for record in records if kind(record) == "object"]
    version = {"v": SCHEMA_VERSION}
    lines = [written(record) for record in by_gateway], [written(record) for record in by_object]
    assert lines == tuple([line and version | line for line in side] for side in (row.gateway, row.objects))
    points = sorted(point for record in records for point in stack.points(record))
    expected = [(point, 1) for point in row.points]
    assert points == sorted(expected + [point for record in records for point in measured(record, written(record))])


def test_the_table_has_every_operation_with_every_error_and_every_value_that_a_line_can_have(tell: Any) -> None:
    lines = [line for row in ROWS for line in (*row.gateway, *row.objects) if line]
    everywhere = {(operation, error) for operation in (*OPERATIONS, "alarm") for error in ERROR_CATEGORIES}
    not_there = {(operation, "not_found") for operation in ("store", "clear", "alarm")}
    without_input = {(operation, "validation") for operation in ("alarm",)}
    failed = {(line["op"], line["error"]) for line in lines if "error" in line}
    assert failed - {("fetch", "validation")} == everywhere - not_there - without_input
    for name, values in (("result", RESULTS), ("outcome", OUTCOMES), ("reason", REASONS), ("trigger", TRIGGERS)):
        assert {line[name] for line in lines if name in line} == set(values)
    assert len({row.title for row in ROWS}) == len(ROWS)
    tell("rows of the table", len(ROWS))


def test_the_table_has_a_point_of_every_metric_that_the_stack_declares(stack: Any) -> None:
    every = {name.removeprefix(PREFIX) for name in stack.organisation.logging.metrics.definitions}
    declared = every - {"canary.requests"}  # of requests that the table has none of: tests/verify
    counted = {point.split(" ")[0] for row in ROWS for point in row.points}
    assert counted | {metric for metric, *_ in MEASURES.values()} | {*TIMES, *LATENCIES, "telemetry.lost"} == declared
