"""What the vendor leaves open, read both ways: a proof has to hold under either reading."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from firedrill.drill.compiled import CompiledWorker
from firedrill.drill.record import records_of
from firedrill.drill.simulate import Drilled, simulate
from firedrill.drill.simulated_time import RecordedTake
from firedrill.drill.stages import Counter
from firedrill.organisation import Ingested
from firedrill.runtime.take import Take
from firedrill.scenarios.scenario import Scenario, TakeSpec
from firedrill.vendors.cloudflare.trace_items import VARIANTS, Record
from firedrill.vendors.datadog.indexes import Indexes

OTHER = " (other reading)"

Runner = Callable[[CompiledWorker, TakeSpec, Sequence[Scenario], Mapping[str, Take], Counter], list[Drilled]]
"""Runs scenarios on the recorded takes: run_both_readings, unless what they come to is known."""


def run_both_readings(
    worker: CompiledWorker,
    healthy: TakeSpec,
    scenarios: Sequence[Scenario],
    takes: Mapping[str, Take],
    progress: Counter,
) -> list[Drilled]:
    """Run the scenarios under one reading, then those that could end otherwise under the other."""
    one, other = (records_of(worker, takes, reading) for reading in VARIANTS)
    again = to_run_again(worker, scenarios, healthy, one, other)
    first, of_all = len(scenarios), len(scenarios) + len(again)
    drilled = simulate(worker, healthy, scenarios, one, lambda done: progress(done, of_all))
    return [*drilled, *simulate(worker, healthy, again, other, lambda done: progress(first + done, of_all))]


def to_run_again(
    worker: CompiledWorker,
    scenarios: Sequence[Scenario],
    healthy: TakeSpec,
    one: Mapping[str, RecordedTake],
    other: Mapping[str, RecordedTake],
) -> list[Scenario]:
    """The scenarios that could end otherwise under the `other` reading, named so.

    Where every record of a scenario leaves the same points and logs for monitors under both readings, the monitors
    cannot tell them apart, and one run counts for both.
    """
    differing = {name for name, take in one.items() if _left_by(worker, take) != _left_by(worker, other[name])}
    return [
        replace(scenario, name=scenario.name + OTHER)
        for scenario in scenarios
        if differing & {take.name for phase in scenario.phases(healthy) for take in phase.takes}
    ]


def _left_by(worker: CompiledWorker, take: RecordedTake) -> list[Ingested | None]:
    """What monitors read of each record, None for one that the job keeps back."""
    indexes = worker.organisation.indexes()
    return [_left(worker, each, indexes) for each in take.records]


def _left(worker: CompiledWorker, record: Record, indexes: Indexes) -> Ingested | None:
    prepared = worker.job.prepare(record)
    if prepared is None:
        return None
    received_ms = record["EventTimestampMs"] + record["WallTimeMs"]
    parameters = worker.job.destination.parameters
    ingested = worker.organisation.ingest([prepared], parameters, received_ms, indexes, size_bytes=0)
    return replace(ingested, logs=[])
