"""What a program declares, compiled as one organisation."""

from __future__ import annotations

from typing import Any

import pytest

from firedrill.declared.declaration import declared_in
from firedrill.organisation import Organisation, compile_organisation
from firedrill.resources import DOWNTIME_SCHEDULE, LOGS_INDEX, LOGS_PIPELINE, LOGS_PIPELINE_ORDER, MONITOR, Resource
from firedrill.vendors.errors import FiredrillError

RECEIVED_MS = 1_767_571_200_000


def resource(token: str, name: str, inputs: dict[str, Any]) -> Resource:
    return Resource(token, name, f"urn:{name}", f"id-{name}", {"name": name, **inputs})


def pipeline(name: str) -> Resource:
    """Appends its name to the attribute `seen`."""
    step = {"name": name, "isEnabled": True, "template": f"%{{seen}}{name}", "target": "seen", "isReplaceMissing": True}
    inputs = {"isEnabled": True, "filters": [{"query": "*"}], "processors": [{"stringBuilderProcessor": step}]}
    return resource(LOGS_PIPELINE, name, inputs)


def monitor(name: str, kind: str, query: str, **more: Any) -> Resource:
    return resource(MONITOR, name, {"type": kind, "query": query, "message": "", **more})


def organisation(*resources: Resource) -> Organisation:
    return compile_organisation(declared_in(resources))


def seen(compiled: Organisation) -> str:
    ingested = compiled.ingest([{"message": "a"}], {}, RECEIVED_MS, compiled.indexes())
    return str(ingested.logs[0].attributes["seen"])


def test_pipelines_run_in_the_order_of_their_declarations() -> None:
    assert seen(organisation(pipeline("b"), pipeline("a"))) == "ba"


def test_an_order_puts_pipelines_in_order_whatever_others_it_lists() -> None:
    order = resource(LOGS_PIPELINE_ORDER, "order", {"pipelines": ["id-a", "id-of-another-program", "id-b"]})
    assert seen(organisation(pipeline("b"), pipeline("a"), order)) == "ab"


def test_every_mistake_of_every_kind_is_told_at_once() -> None:
    broken = resource(LOGS_PIPELINE, "p", {"filters": [{"query": "a AND"}], "processors": []})
    downtime = Resource(DOWNTIME_SCHEDULE, "d", "urn:d", "d", {"scope": "*", "monitorIdentifier": {}})
    with pytest.raises(FiredrillError) as error:
        organisation(
            broken, monitor("m", "query alert", "nonsense"), resource(LOGS_INDEX, "Main", {"filters": [{}]}), downtime
        )
    told = str(error.value)
    assert [word in told for word in ("pipeline 'p'", "monitor 'm'", "log index 'Main'", "downtime of")] == [True] * 4


def test_without_a_log_monitor_no_log_is_stored() -> None:
    compiled = organisation(monitor("m", "query alert", "avg(last_5m):avg:a{*} > 1"))
    assert compiled.ingest([{"message": "a"}], {}, RECEIVED_MS, compiled.indexes()).records == []


def test_a_log_monitor_reads_the_logs_that_match_it_from_the_index_main() -> None:
    compiled = organisation(
        monitor("m", "log alert", 'logs("status:error").index("main").rollup("count").last("5m") > 1')
    )
    logs = [{"message": "a", "status": "error"}, {"message": "b", "status": "info"}]
    records = compiled.ingest(logs, {}, RECEIVED_MS, compiled.indexes()).records
    assert [(record.log.message, record.index, record.arrived_ms) for record in records] == [("a", "main", RECEIVED_MS)]


def test_the_tags_of_a_monitor_say_what_it_is_called() -> None:
    tags = ["env:dev", "monitor:errors", "class:chatroom", "service:chat", "monitor:second"]
    query = "avg(last_5m):avg:a{*} > 1"
    compiled = organisation(monitor("a", "query alert", query, tags=tags), monitor("b", "query alert", query))
    first, second = (compiled.tags[each.id] for each in compiled.monitors)
    assert (first.name, first.service, first.spelled(["Other", "ChatRoom"])) == ("errors", "chat", "ChatRoom")
    assert (second.name, second.service, second.class_name) == ("b", "", "")
