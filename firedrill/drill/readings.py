"""What the vendor leaves open, read both ways: a proof has to hold under either reading."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from firedrill.drill.service import Service
from firedrill.drill.timeline import RecordedTake
from firedrill.scenarios.scenario import Scenario, TakeSpec
from firedrill.vendors.cloudflare.trace_items import Record
from firedrill.vendors.datadog.intake import receive
from firedrill.vendors.datadog.queries.store import Point

OTHER = " (other reading)"


def to_run_again(
    service: Service,
    scenarios: Sequence[Scenario],
    healthy: TakeSpec,
    one: Mapping[str, RecordedTake],
    other: Mapping[str, RecordedTake],
) -> list[Scenario]:
    """The scenarios that could end otherwise under the `other` reading, named so.

    Where every record of a scenario makes the same metric points under both readings, the monitors cannot tell them
    apart, and the one run stands for both.
    """
    differing = {name for name, take in one.items() if _points(service, take) != _points(service, other[name])}
    return [
        replace(scenario, name=scenario.name + OTHER)
        for scenario in scenarios
        if differing & {phase.take.name for phase in scenario.phases(healthy)}
    ]


def _points(service: Service, take: RecordedTake) -> list[list[Point]]:
    return [_points_of(service, record) for record in take.records]


def _points_of(service: Service, record: Record) -> list[Point]:
    prepared = service.job.prepare(record)
    if prepared is None:
        return []
    received_ms = record["EventTimestampMs"] + record["WallTimeMs"]
    logs = receive([prepared], params=service.job.destination.parameters, received_ms=received_ms, size_bytes=0).logs
    return [point for log in logs for point in service.metrics.points(service.pipelines.process(log), received_ms)]
