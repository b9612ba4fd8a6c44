"""Batches become points, and repeating what is known of a record changes nothing of that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from firedrill.drill.compiled import CompiledWorker, compile_workers
from firedrill.drill.repetition import Everyday, ingest_repeated
from firedrill.drill.simulated_time import Placed
from firedrill.organisation import Ingested
from firedrill.resources import LOGS_INDEX, Resource
from firedrill.vendors.cloudflare.delivery import Batch
from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.queries import Point, Record
from tests.drill.conftest import every_point

Tiny = Callable[..., list[Resource]]
BEGAN_MS = 1_767_571_200_000
MINUTE_MS = 60_000
RECORDS: list[dict[str, Any]] = [
    {"EventTimestampMs": BEGAN_MS + number, "Outcome": outcome, "WallTimeMs": 7}
    for number, outcome in enumerate(("ok", "exception", "canceled"))
]
BY_TIME = {"filter": {"query": f"@EventTimestampMs:>{BEGAN_MS + MINUTE_MS}"}}
"""A metric that looks at the time itself."""


def batch(minute: int, *records: int, late_ms: int = 30_000) -> Batch[Placed]:
    """An upload of the records' places in that minute."""
    shift_ms = minute * MINUTE_MS
    return Batch(BEGAN_MS + shift_ms + late_ms, [Placed(RECORDS[number], shift_ms, 100) for number in records])


BY_LOGS = {"failures": 'logs("@Outcome:exception").index("*").rollup("count").last("5m") > 3'}
INDEX = Resource(LOGS_INDEX, "main", "urn:main", "main", {"name": "main", "filters": [{"query": "*"}], "dailyLimit": 5})

Outcome = tuple[int, Counter[str], list[Point], list[Record]]


def together(service: CompiledWorker, *batches: Batch[Placed]) -> Outcome:
    result, logs = ingest_repeated(service, batches, service.organisation.indexes(), Everyday(learning=False))
    return logs, result.dropped, every_point(result), result.records


def one_by_one(service: CompiledWorker, *batches: Batch[Placed]) -> Outcome:
    """What the batches become where no record comes twice."""
    indexes = service.organisation.indexes()
    alone = [ingest_repeated(service, [each], indexes, Everyday(learning=False)) for each in batches]
    whole = Ingested()
    for each, _ in alone:
        whole.dropped += each.dropped
        whole.points += each.points
        whole.repeated += each.repeated
        whole.records += each.records
    return sum(logs for _, logs in alone), whole.dropped, every_point(whole), whole.records


def service(resources: list[Resource]) -> CompiledWorker:
    (found,) = compile_workers(resources)
    return found


def test_a_record_makes_its_points_at_each_of_its_places(tiny: Tiny) -> None:
    batches = [batch(minute, 0, 1) for minute in range(5)]
    logs, dropped, points, _ = together(service(tiny()), *batches)
    assert (logs, dropped) == (10, {})
    failures = [point for point in points if point.metric == "tiny.failures"]
    assert [(point.timestamp_ms, point.arrived_ms) for point in failures] == [
        (BEGAN_MS + 1 + minute * MINUTE_MS, BEGAN_MS + minute * MINUTE_MS + 30_000) for minute in range(5)
    ]


def test_a_record_that_is_repeated_is_processed_twice_only(tiny: Tiny) -> None:
    compiled = service(tiny())
    processed = []
    process = compiled.organisation.logging.pipelines.process
    compiled.organisation.logging.pipelines.process = lambda log: processed.append(log) or process(log)  # type: ignore[method-assign, func-returns-value]
    together(compiled, *(batch(minute, 0) for minute in range(9)))
    assert len(processed) == 2


def test_a_log_that_a_log_monitor_reads_is_kept_at_each_place_and_the_others_are_processed_twice_only(
    tiny: Tiny,
) -> None:
    compiled = service(tiny(BY_LOGS, monitor={"type": "log alert"}))
    processed: list[Log] = []
    process = compiled.organisation.logging.pipelines.process
    compiled.organisation.logging.pipelines.process = lambda log: processed.append(log) or process(log)  # type: ignore[method-assign, func-returns-value]
    records = together(compiled, *(batch(minute, 0, 1) for minute in range(9)))[3]
    assert [record.log.timestamp - BEGAN_MS for record in records] == [1 + minute * MINUTE_MS for minute in range(9)]
    assert {record.index for record in records} == {"main"}
    assert len(processed) == 2 + 9


def test_what_is_known_of_everyday_records_is_not_found_out_again(tiny: Tiny) -> None:
    compiled, everyday = service(tiny()), Everyday()
    indexes = compiled.organisation.indexes()
    ingest_repeated(compiled, [batch(minute, 0) for minute in (0, 5, 9)], indexes, everyday)
    everyday.learning = False
    processed: list[Log] = []
    process = compiled.organisation.logging.pipelines.process
    compiled.organisation.logging.pipelines.process = lambda log: processed.append(log) or process(log)  # type: ignore[method-assign, func-returns-value]
    found = ingest_repeated(compiled, [batch(minute, 0) for minute in (3, 8)], indexes, everyday)
    assert (processed, found.logs, found.ingested.number_of_points) == ([], 2, 2)
    processed.clear()
    ingest_repeated(compiled, [batch(minute, 0) for minute in (3, 10)], indexes, everyday)
    assert len(processed) == 2


def test_what_looks_at_the_time_itself_is_processed_at_each_place(tiny: Tiny) -> None:
    compiled = service(tiny(metric=BY_TIME))
    batches = [batch(minute, 0) for minute in range(5)]
    assert together(compiled, *batches) == one_by_one(compiled, *batches)
    assert sum(point.metric == "tiny.failures" for point in together(compiled, *batches)[2]) == 3


def test_a_log_that_comes_too_late_makes_no_point_however_well_it_is_known(tiny: Tiny) -> None:
    batches = [batch(0, 0), batch(1, 0), batch(2, 0, late_ms=21 * MINUTE_MS), batch(3, 0, late_ms=19 * 60 * MINUTE_MS)]
    logs, dropped, points, _ = together(service(tiny()), *batches)
    assert (logs, dropped, len(points)) == (3, {"dated more than 18 hours before it was received": 1}, 2)


def test_an_upload_that_is_refused_makes_nothing(tiny: Tiny) -> None:
    too_many = Batch(BEGAN_MS + 30_000, [Placed(RECORDS[0], 0, 100)] * 1001)
    logs, dropped, points, _ = together(service(tiny()), too_many)
    assert (logs, dropped, points) == (0, {"request of 1001 logs, over 1000: refused (413)": 1001}, [])


@given(
    st.lists(
        st.tuples(
            st.integers(0, 30),
            st.lists(st.integers(0, 2), max_size=4),
            st.sampled_from([30_000, 30_000, 30_000, 21 * MINUTE_MS, 19 * 60 * MINUTE_MS]),
        ),
        max_size=8,
    ),
    st.sampled_from(["metrics", "logs", "an index"]),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_uploads_become_what_they_would_become_one_by_one(
    tiny: Tiny, uploads: list[tuple[int, list[int], int]], reader: str
) -> None:
    batches = [batch(minute, *records, late_ms=late_ms) for minute, records, late_ms in uploads]
    by_logs = tiny(BY_LOGS, monitor={"type": "log alert"})
    compiled = service({"metrics": tiny(), "logs": by_logs, "an index": [*by_logs, INDEX]}[reader])
    assert together(compiled, *batches) == one_by_one(compiled, *batches)
