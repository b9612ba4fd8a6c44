"""The log lines that a fault leaves and that are behind what an alert measures."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

from firedrill.drill.compiled import CompiledWorker
from firedrill.drill.simulate import Drilled
from firedrill.drill.simulated_time import RecordedTake, as_platform_says, slowed, struck_records
from firedrill.scenarios.scenario import Scenario
from firedrill.vendors.cloudflare.trace_items import Record
from firedrill.vendors.datadog.intake import receive
from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.monitors import Monitor
from firedrill.vendors.datadog.queries import MonitorQuery, RecordQuery
from firedrill.vendors.datadog.queries.scopes import compile_scope

SHOWN_LOGS = 3
ORDINARY = ("info", "ok", "notice", "debug")
"""Statuses of logs that say nothing is wrong."""
OF_PLATFORM = ("EventType", "Outcome", "WallTimeMs", "CPUTimeMs")
"""Fields of a trace event that are shown with its telemetry line."""
_SAMPLE = 120
"""Records of a fault that are looked through for lines to show."""


def fault_logs(worker: CompiledWorker, scenario: Scenario, takes: Mapping[str, RecordedTake]) -> list[Log]:
    """Logs of records that the fault is made of, as the pipelines leave them."""
    records = list(_fault_records(scenario, takes))[:_SAMPLE]
    prepared = [kept for each in records if (kept := worker.job.prepare(each)) is not None]
    received_ms = max((each["EventTimestampMs"] + each["WallTimeMs"] for each in records), default=0) + 1000
    logs = receive(prepared, params=worker.job.destination.parameters, received_ms=received_ms).logs
    for log in logs:
        worker.organisation.logging.pipelines.process(log)
    return logs


def _fault_records(scenario: Scenario, takes: Mapping[str, RecordedTake]) -> Iterable[Record]:
    phase = scenario.fault[0]
    if phase.struck:
        return struck_records(phase.struck, takes[phase.struck.take.name].records)
    if not phase.delivery or not phase.kept:
        return ()
    records: Sequence[Record] = takes[phase.take.name].records
    records = as_platform_says(records, phase.platform) if phase.platform else records
    return slowed(records, phase.slowed) if phase.slowed else records


def fault_lines(worker: CompiledWorker, monitor: Monitor, drilled: Drilled, logs: Sequence[Log]) -> Iterator[str]:
    """Up to SHOWN_LOGS lines that are behind what the monitor measured while the fault lasted."""
    query = monitor.threshold_query
    matching: Iterable[Log] = ()
    if isinstance(query, RecordQuery):
        outcome = drilled.outcome
        matching = (
            each.log
            for each in drilled.store.logs
            if outcome.begin_ms <= each.log.timestamp < outcome.end_ms and query.matches(each)
        )
    elif isinstance(query, MonitorQuery):
        matching = _measuring(worker, query, logs)
    for log, _ in zip(matching, range(SHOWN_LOGS), strict=False):
        yield _line(log)


def _measuring(worker: CompiledWorker, query: MonitorQuery, logs: Sequence[Log]) -> Iterator[Log]:
    """Logs with a point of the query's first metric within its scope: errors first, then by what they measure."""
    leaf = query.leaves[0]
    inside = compile_scope(leaf.scope)
    metrics = worker.organisation.logging.metrics
    found = []
    for number, log in enumerate(logs):
        points = [point for point in metrics.points(log, log.timestamp + 1000) if point.metric == leaf.metric]
        if values := [point.value for point in points if inside(point.tags)]:
            found.append((log.status in ORDINARY, -max(values), number, log))
    yield from (log for *_, log in sorted(found, key=lambda each: each[:3]))


def _line(log: Log) -> str:
    """A log in a line: what the platform says of the invocation, and the Worker's own line."""
    telemetry = log.attributes.get("telemetry")
    said = {name: log.attributes[name] for name in OF_PLATFORM if name in log.attributes}
    own = {"telemetry": telemetry} if telemetry else {} if said else {"message": log.message}
    return json.dumps({**said, **own}, separators=(", ", ": "), ensure_ascii=False, default=str)
