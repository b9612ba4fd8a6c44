"""All takes of a Worker: how many metrics in how many kinds of traffic are true, and which are not."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from firedrill.drill.compiled import CompiledWorker
from firedrill.drill.result import MetricTruth
from firedrill.drill.truth.compared import Difference, differences, in_words
from firedrill.drill.truth.fact import Fact, overlapped
from firedrill.drill.truth.known import Known, known
from firedrill.drill.truth.lines import wrong_lines
from firedrill.drill.truth.logs import LOGS, of_logs
from firedrill.drill.truth.objects import carried_over, is_begun, of_objects
from firedrill.drill.truth.platform import (
    CUT,
    ENDED,
    LENGTHENED,
    OF_RECORDS,
    OF_TIMES,
    by_status,
    ended_by_the_platform,
    lengthened,
    of_records,
)
from firedrill.drill.truth.requests import by_answer, of_requests
from firedrill.drill.truth.said import said
from firedrill.in_turn import cores, in_turn
from firedrill.runtime.take import Faults, Take
from firedrill.salt import SALT
from firedrill.scenarios.scenario import TakeSpec

COUNTS = frozenset(
    {
        "worker.requests",
        "invocations",
        "invocations.cut",
        "do.operations",
        "do.operations.by_bucket",
        "do.errors",
        "gateway.retries",
        "do.mapping_failures",
        "do.active_instances",
        "do.cold_starts",
        "do.alarms",
        "do.alarms.retries",
        "do.cleanups",
        "do.operations.total",
        "do.operations.by_operation",
        "do.operations.total_by_bucket",
        "do.errors.total",
        "do.misses",
        "do.cleanups.total",
        "reporter.events",
        "canary.requests",
        "heartbeat.requests",
    }
)
DISTRIBUTIONS = frozenset(
    {
        "invocations.cpu_time",
        "invocations.wall_time",
        "do.operations.latency",
        "do.latency",
        "gateway.latency",
        "gateway.attempts",
        "do.storage.rows_read",
        "do.storage.rows_written",
        "do.storage.calls",
        "do.storage.keys",
        "do.storage.bytes",
        "do.alarms.lag",
        "do.cleanups.removed",
        "telemetry.lost",
    }
)
KEYS = COUNTS | DISTRIBUTIONS
OF_OBJECTS = frozenset(key for key in KEYS if key.startswith("do.") and key != "do.mapping_failures")
"""The metrics of which at least a part comes from the lines of objects."""

_OPTIONAL = (
    "reporter.events",
    "do.operations.by_bucket",
    "do.operations.total_by_bucket",
    "do.operations.by_operation",
)
_TOLD_ONCE = ("do.active_instances", "do.storage.bytes")
"""The metrics of which an object that runs on tells only now and then."""


Comparer = Callable[[CompiledWorker, Sequence[TakeSpec], Mapping[str, Take]], MetricTruth | None]
"""Compares the metrics of a Worker's takes: truth_of, unless what it comes to is known."""


def truth_of(worker: CompiledWorker, specs: Sequence[TakeSpec], takes: Mapping[str, Take]) -> MetricTruth | None:
    """Compare every metric in every take; None for a Worker that nobody observes, or of which nothing arrives."""
    classes = {name: each for name, each in worker.classes.items() if each.operations is not None}
    recorded = [(spec, takes[spec.name]) for spec in specs if takes[spec.name].deeds]
    changed = ((ENDED, ended_by_the_platform), (LENGTHENED, lengthened))
    recorded += [(replace(spec, name=name), change(take)) for spec, take in recorded[:1] for name, change in changed]
    if not classes or not recorded or worker.job.obstacles(worker.script):
        return None
    keys = _keys(worker.organisation.logging.metrics.definitions)
    every = [*in_turn(lambda each: said(worker, each[1], keys), recorded, min(cores(), len(recorded)))]
    learnt = known(classes, [take for _, take in recorded], every, salt=_salt(worker.script))
    logs = frozenset({LOGS} if worker.promises else ())  # a pipeline of somebody else's may make of them what it will
    looked_up, unnamed = learnt.looked_up, learnt.unnamed
    found: list[Difference] = []
    cells: dict[str, int] = {}
    for (spec, take), facts in zip(recorded, every, strict=True):
        mixed = overlapped(take)
        whole = not (mixed or take.open or "reporter.events" in keys.values())
        comparable = (frozenset(keys.values()) | logs) & _comparable(spec, whole=whole)
        one = [each for each in facts if each.key in comparable and not _is_sample(each, take, mixed)]
        other = [each for each in _meant(learnt, spec, take) if each.key in comparable]
        older = carried_over(take)
        one, other = ([each for each in some if not _is_older(each, take, older)] for some in (one, other))
        one = [each for each in one if each.key != "do.mapping_failures" or looked_up & {*each.tags}]
        one, other = ([_without_name(each, unnamed) for each in some] for some in (one, other))
        for key in {each.key for each in (*one, *other)} - {LOGS}:
            cells[key] = cells.get(key, 0) + 1
        found += differences(spec.name, one, other, counts=COUNTS | {LOGS})
        if LOGS in comparable and not loses_lines(spec.faults):
            found += [Difference("lines", spec.name, told) for told in wrong_lines(learnt, take)]
    found += _undeclared(worker, keys, recorded[0][0].name)
    return MetricTruth(
        cells=sum(cells.values()),
        metrics=len(cells),
        takes=len(recorded),
        differences=tuple(in_words(found)),
        unreached=tuple(sorted({*keys.values()} - cells.keys())),
    )


def _undeclared(worker: CompiledWorker, keys: Mapping[str, str], take: str) -> Iterator[Difference]:
    """The metrics of this package that are gone; a Worker without promises is not of this package's making."""
    optional = {*_OPTIONAL, *(() if worker.heartbeat else ("heartbeat.requests",))}
    missing = KEYS - {*keys.values()} - optional if worker.promises else ()
    yield from (Difference(key, take, f"no metric {key} is declared") for key in sorted(missing))


def _salt(script: Mapping[str, Any]) -> str:
    """What a Worker hashes the ids of its objects with, "" for nothing that is known."""
    found = (each.get("text") for each in script.get("bindings") or () if each.get("name") == SALT)
    return str(next(found, None) or "")


def _keys(names: Mapping[str, object]) -> dict[str, str]:
    """The metrics that this knows, by name: the key is what follows the prefix of the Worker."""
    found = {}
    for name in names:
        ends = [key for key in KEYS if name == key or name.endswith(f".{key}")]
        if ends:
            found[name] = max(ends, key=len)
    return found


def loses_lines(faults: Faults) -> bool:
    """Whether a take's faults keep lines from where they are read."""
    return bool(faults.telemetry_suppressed or faults.telemetry_level or faults.telemetry_failing)


def _comparable(spec: TakeSpec, *, whole: bool) -> frozenset[str]:
    """The metrics that a take's faults leave alone: without their lines, records tell only what the platform does.

    Unless it is `whole`, the line that tells of lost ones may be lost itself: there is no record of an invocation that
    is still open, not every line of those that overlapped, and a line that waits for a reporter may come in another
    take than its record.
    """
    if spec.name == LENGTHENED:
        return frozenset({CUT})
    if spec.faults.flooding:
        return frozenset({*OF_TIMES, CUT})
    if spec.faults.telemetry_failing:
        return frozenset({*OF_RECORDS, LOGS, "worker.requests", *(("telemetry.lost",) if whole else ())})
    if spec.faults.telemetry_suppressed or spec.faults.telemetry_level:
        return frozenset({*OF_RECORDS, LOGS, "worker.requests"})
    every = KEYS | {LOGS}
    if spec.faults.start_failing:
        return every - {"telemetry.lost"}  # a Worker's telemetry may need its storage at the start
    if spec.faults.intake_failing != spec.faults.dataset_failing:
        return every - {"reporter.events"}
    return every


def _is_sample(fact: Fact, take: Take, mixed: Container[str]) -> bool:
    """Whether it is of an object whose lines are a sample, since its invocations overlapped (ADR 8).

    Nor can a clean-up be compared that failed: the Worker decides when it has begun one.
    """
    if fact.key in ("do.cleanups", "do.cleanups.total") and fact.deed is not None and is_begun(take.deeds[fact.deed]):
        return True
    if fact.key not in OF_OBJECTS | {"invocations"}:
        return False
    return (fact.object if fact.deed is None else take.deeds[fact.deed].object) in mixed


def _is_older(fact: Fact, take: Take, older: Container[str]) -> bool:
    """Whether it depends on what the object has told in an earlier take, in which it began."""
    return fact.key in _TOLD_ONCE and fact.deed is not None and take.deeds[fact.deed].object in older


def _without_name(fact: Fact, unnamed: Container[str]) -> Fact:
    """The fact without its operation, where the Worker names these in a way of its own."""
    if not any(tag in unnamed for tag in fact.tags):
        return fact
    return fact._replace(tags=tuple(tag for tag in fact.tags if tag.split(":")[0] != "operation"))


def _meant(learnt: Known, spec: TakeSpec, take: Take) -> Iterator[Fact]:
    yield from of_records(learnt, take)
    yield from of_logs(learnt, take)
    yield from by_status(take) if loses_lines(spec.faults) else by_answer(spec, take)
    yield from of_requests(learnt, spec, take)
    yield from of_objects(learnt, spec.faults, take)
