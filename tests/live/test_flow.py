"""From trace items to logs and points, without a Worker."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from firedrill.declared.declaration import declared_in
from firedrill.live.flow import Flow
from firedrill.organisation import compile_organisation, empty_store
from firedrill.resources import LOGPUSH_JOB, MONITOR, Resource
from firedrill.vendors.cloudflare.trace_items import Invocation
from firedrill.vendors.datadog.queries import PointStore

SCRIPT = {"script_name": "tiny", "logpush": True}
INTERVAL_MS, DELAY_MS, UPLOAD_MS = 30_000, 30_000, 50


class Clock:
    """Time stands still at 0, and real times are simulated times."""

    def now_ms(self) -> int:
        return 0

    def at(self, real_ms: int) -> int:
        return real_ms

    def seconds_until(self, simulated_ms: int) -> float:
        return 0.0


def invocation(time_ms: int, message: str = '{"at": "object", "result": "ok"}') -> Invocation:
    log = {"level": "debug", "message": [message], "timestamp": time_ms}
    item = {"eventTimestamp": time_ms, "outcome": "ok", "exceptions": [], "logs": [log], "event": None}
    return Invocation({**item, "entrypoint": "Counter"}, wall_ms=20)


Make = Callable[..., Flow]


@pytest.fixture
def store(resources: list[Resource]) -> PointStore:
    return empty_store(compile_organisation(declared_in(resources)).logging.metrics)


@pytest.fixture
def flow(resources: list[Resource], store: PointStore) -> Make:
    """A flow into the store; each mapping is a job with these inputs in place of the fixture's."""

    def make(*jobs: dict[str, Any]) -> Flow:
        (job,) = [each for each in resources if each.type == LOGPUSH_JOB]
        declared = [replace(job, inputs={**job.inputs, **inputs}) for inputs in jobs or ({},)]
        others = [each for each in resources if each.type != LOGPUSH_JOB]
        return Flow(compile_organisation(declared_in([*declared, *others])), Clock(), store)

    return make


def test_a_log_arrives_when_its_batch_is_full_of_time_and_uploaded(flow: Make, store: PointStore) -> None:
    carried = flow()
    carried.take(SCRIPT, invocation(1_000), 1_000)
    closed_ms = 1_000 + INTERVAL_MS
    assert (carried.next_ms(), carried.advance(closed_ms - 1)) == (closed_ms, [])

    arrives_ms = closed_ms + DELAY_MS + UPLOAD_MS
    assert (carried.advance(closed_ms), carried.next_ms(), carried.advance(arrives_ms - 1)) == ([], arrives_ms, [])
    (log,) = carried.advance(arrives_ms)
    assert (log.timestamp, log.service, log.message) == (1_000, "counter", '{"at": "object", "result": "ok"}')
    assert store.series("tiny.operations")[("result:ok",)].arrived_ms.tolist() == [arrives_ms]
    assert (carried.events, carried.logs) == (1, 1)


def test_every_job_of_the_account_gets_every_event(flow: Make) -> None:
    carried = flow({}, {"name": "another"})
    carried.take(SCRIPT, invocation(0), 0)

    assert len(carried.advance(61_500)) == 2


def test_a_job_keeps_back_what_its_filter_does_not_accept(flow: Make) -> None:
    only_others = '{"where":{"key":"ScriptName","operator":"eq","value":"other"}}'
    carried = flow({"filter": only_others})
    carried.take(SCRIPT, invocation(0), 0)

    assert (carried.advance(61_500), carried.events) == ([], 1)


def test_logs_are_stored_where_a_log_monitor_reads_them(resources: list[Resource], store: PointStore) -> None:
    (declared,) = [each for each in resources if each.type == MONITOR]
    query = 'logs("@telemetry.result:error").index("main").rollup("count").last("5m") > 1'
    by_logs = replace(declared, inputs={**declared.inputs, "type": "log alert", "query": query})
    others = [each for each in resources if each.type != MONITOR]
    carried = Flow(compile_organisation(declared_in([*others, by_logs])), Clock(), store)
    carried.take(SCRIPT, invocation(0), 0)
    carried.take(SCRIPT, invocation(1, '{"at": "object", "result": "error"}'), 1)

    assert len(carried.advance(61_500)) == 2
    assert [(record.log.timestamp, record.index) for record in store.logs] == [(1, "main")]


def test_a_sample_is_a_part_of_the_events(flow: Make) -> None:
    fields = ["EventTimestampMs", "Logs", "WallTimeMs"]
    carried = flow({"outputOptions": {"fieldNames": fields, "sampleRate": 0.25}})
    for _ in range(400):
        carried.take(SCRIPT, invocation(0), 0)

    assert 60 < len(carried.advance(61_500)) < 140


def test_what_goes_elsewhere_than_to_datadog_is_handed_on_in_batches_once(flow: Make) -> None:
    only_others = '{"where":{"key":"ScriptName","operator":"eq","value":"other"}}'
    archive = {"name": "archive", "destinationConf": "s3://[secret]", "ownershipChallenge": "[secret]"}
    carried = flow(archive, {**archive, "name": "others", "filter": only_others}, {**archive, "enabled": False})
    for _ in range(3):
        carried.take(SCRIPT, invocation(0), 0)

    assert (carried.next_ms(), [*carried.uploads(INTERVAL_MS - 1)]) == (INTERVAL_MS, [])
    ((job, batch),) = carried.uploads(INTERVAL_MS)
    assert (job.name, batch.time_ms, len(batch.records)) == ("archive", INTERVAL_MS, 3)
    assert ([*carried.uploads(INTERVAL_MS)], carried.advance(61_500)) == ([], [])


def test_logs_that_datadog_drops_are_counted_by_reason(flow: Make) -> None:
    carried = flow()
    carried.take(SCRIPT, invocation(0), 20 * 3_600_000)

    assert carried.advance(21 * 3_600_000) == []
    assert carried.dropped == {"dated more than 18 hours before it was received": 1}


def test_without_a_job_nothing_is_ever_due(resources: list[Resource], store: PointStore) -> None:
    carried = Flow(
        compile_organisation(declared_in([each for each in resources if each.type != LOGPUSH_JOB])), Clock(), store
    )
    carried.take(SCRIPT, invocation(0), 0)

    assert (carried.advance(61_500), carried.next_ms() > 10**15) == ([], True)
