"""The fields that are read of a job's records, and what is told when it does not select one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from firedrill.declared.declaration import Declaration, Declared, declared_in
from firedrill.declared.fields import lacks, read_fields, withheld
from firedrill.resources import LOGPUSH_JOB, Resource

CONF = "datadog://http-intake.logs.datadoghq.com/api/v2/logs?header_DD-API-KEY=k&ddsource=shop-events&service=shop"


def job(conf: str = CONF, **changes: Any) -> Declaration:
    spec = {
        "name": "shop",
        "dataset": "workers_trace_events",
        "destination_conf": conf,
        "output_options": {"field_names": ["Outcome"]},
        **changes,
    }
    return Declaration("Logpush job", "shop", spec)


def metric(name: str, query: str) -> Declaration:
    spec = {"id": name, "compute": {"aggregation_type": "count"}, "filter": {"query": query}, "group_by": []}
    return Declaration("log metric", name, spec)


def told(*declarations: Declaration) -> list[str]:
    return [str(lack) for lack in lacks(Declared("the stack", declarations, {}))]


def test_a_field_that_is_read_and_not_selected_is_told_with_who_reads_it() -> None:
    monitor = Declaration("monitor", "m", {"name": "too many", "query": "sum(last_5m):sum:a{*}.as_count() > 1"})
    assert told(job(), metric("a", "@EventType:fetch @Outcome:ok"), monitor) == [
        "Logpush job 'shop': output_options.field_names lacks EventType, which the metric 'a' and the monitor "
        "'too many' read; select it"
    ]


def test_of_many_readers_of_one_kind_the_first_are_named_and_the_others_counted() -> None:
    metrics = [metric(name, "@EventType:fetch") for name in "abcde"]
    assert told(job(), *metrics) == [
        "Logpush job 'shop': output_options.field_names lacks EventType, which the metrics 'a', 'b', 'c' and 2 "
        "more read; select it"
    ]


def test_an_attribute_that_no_record_has_is_no_field() -> None:
    assert told(job(), metric("a", "@http.status_code:500 @Outcome:ok")) == []


@pytest.mark.parametrize(
    "other",
    [
        job("r2://logs/{DATE}?account-id=a&access-key-id=b&secret-access-key=c"),
        job(dataset="audit_logs"),
        job(CONF.replace("service=shop", "service=bakery")),
    ],
    ids=["archive", "other dataset", "other service"],
)
def test_a_job_that_nothing_reads_may_select_what_it_likes(other: Declaration) -> None:
    assert told(other, metric("a", "service:shop @EventType:fetch")) == []


def test_a_job_whose_destination_is_not_known_yet_is_taken_for_one_to_datadog() -> None:
    assert told(job(""), metric("a", "@EventType:fetch")) != []


def test_the_shipped_stack_reads_what_its_job_selects_but_for_what_people_look_at(rendered: list[Resource]) -> None:
    declared = declared_in(rendered)
    (each,) = [resource for resource in rendered if resource.type == LOGPUSH_JOB]
    selected = set(each.inputs["outputOptions"]["fieldNames"])
    assert set(read_fields(declared, each.inputs["destinationConf"])) == selected - {"ScriptName", "ScriptVersion"}


OWN = {"key": "ScriptName", "operator": "eq", "value": "shop"}


def kept_back(*conditions: dict[str, Any], conf: str = CONF) -> list[str]:
    """What is told of a job that filters so, beside a metric that reads outcomes."""
    text = json.dumps({"where": {"and": [OWN, *conditions]}})
    declarations = (job(conf, filter=text), metric("a", "@Outcome:exception"))
    return [str(found) for found in withheld(Declared("the stack", declarations, {}))]


def test_a_filter_that_keeps_back_records_by_what_a_metric_reads_is_told() -> None:
    assert kept_back({"key": "Outcome", "operator": "!in", "value": ["ok", "exception"]}) == [
        "Logpush job 'shop': filter keeps records back by Outcome, which the metric 'a' reads; filter on ScriptName "
        "alone, and give what is to have fewer records a job of its own"
    ]


@pytest.mark.parametrize(
    "condition",
    [
        OWN,
        {"key": "EventType", "operator": "eq", "value": "fetch"},
        {"key": "Outcome", "operator": "!eq", "value": "no outcome"},
        {"key": "Outcome", "operator": "!in", "value": ["ok", "canceled"]},
    ],
    ids=["of Workers", "by what nothing reads", "without effect", "of what is not counted"],
)
def test_a_filter_that_keeps_back_nothing_that_is_read_is_fine(condition: dict[str, Any]) -> None:
    assert kept_back(condition) == []


def test_a_filter_of_an_archive_keeps_back_what_it_likes() -> None:
    conf = "r2://logs/{DATE}?account-id=a&access-key-id=b&secret-access-key=c"
    assert kept_back({"key": "Outcome", "operator": "eq", "value": "ok"}, conf=conf) == []
