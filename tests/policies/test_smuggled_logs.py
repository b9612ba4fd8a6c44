"""What is wrong with jobs, pipelines and metrics in other spellings than the obvious ones: it is found all the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from firedrill.policies.rule import Declared, Item, violations
from firedrill.policies.rules import RULES
from firedrill.resources import LOGPUSH_JOB, MONITOR

Spoilt = Callable[..., Declared]
DATADOG = "datadog://http-intake.logs.datadoghq.com/api/v2/logs?header_DD-API-KEY=[secret]&"


def found(rule_id: str, declared: Declared) -> list[tuple[str, str]]:
    return [(each.item.name, each.finding) for each in violations(RULES, declared, {}) if each.rule.id == rule_id]


def where(*conditions: tuple[str, str, str], word: str = "and") -> str:
    parts = ",".join(f'{{"key":"{key}","operator":"{op}","value":"{value}"}}' for key, op, value in conditions)
    return f'{{"where":{{"{word}":[{parts}]}}}}'


OWN = ("ScriptName", "eq", "shop-prod")
FOREIGN = "its filter lets the records of other Workers through: it sends, and bills, them too"


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        (where(OWN, ("Outcome", "eq", "ok"), word="or"), FOREIGN),
        (where(("ScriptName", "!eq", "other"), OWN, word="or"), FOREIGN),
        (where(("ScriptName", "startsWith", "shop-prod")), FOREIGN),
        (
            where(("ScriptName", "!eq", "shop-prod")),
            "its filter keeps back records of the Worker 'shop-prod' that alerts count",
        ),
        (
            where(OWN, ("Outcome", "!eq", "exception")),
            "its filter keeps back records of the Worker 'shop-prod' that alerts count",
        ),
        (
            where(OWN, ("EventType", "eq", "fetch")),
            "its filter keeps back records of the Worker 'shop-prod' that alerts count",
        ),
        ('"shop-prod"', "filter is '\"shop-prod\"'; allowed: an object with the only key 'where'"),
    ],
)
def test_a_filter_is_held_to_what_it_lets_through(spoilt: Spoilt, text: str, finding: str) -> None:
    told = [each for _, each in found("logpush-filter-present", spoilt("job", {"filter": text}))]
    assert finding in told


def test_a_job_beside_the_services_is_no_catch_all_either(stack: Declared) -> None:
    conf = {"destinationConf": "r2://logs/[secret]", "filter": where(("Outcome", "!eq", "canceled"))}
    job = next(each for each in stack.items if each.type == LOGPUSH_JOB)
    archive = replace(job, name="archive", urn="urn:archive", parent="", inputs={**job.inputs, **conf})
    assert found("logpush-filter-present", Declared([*stack.items, archive])) == [("archive", FOREIGN)]


def test_an_archive_may_keep_a_part_of_the_records(spoilt: Spoilt) -> None:
    archive = {"destinationConf": "r2://logs/[secret]", "filter": where(OWN, ("Outcome", "eq", "exception"))}
    assert found("logpush-filter-present", spoilt("job", archive)) == []


@pytest.mark.parametrize(
    "conf",
    [
        "https://http-intake.logs.datadoghq.com/api/v2/logs?header_DD-API-KEY=[secret]&ddsource=shop-events",
        "DATADOG://http-intake.logs.datadoghq.com/api/v2/logs?header_DD-API-KEY=[secret]&ddsource=shop-events",
    ],
)
def test_a_job_to_datadog_is_known_by_its_host_as_well(spoilt: Spoilt, conf: str) -> None:
    declared = spoilt("job", {"destinationConf": conf, "outputOptions": {"fieldNames": [], "sampleRate": 0.5}})
    assert found("logpush-no-sampling", declared)
    assert found("logpush-fields-cover-readers", declared)


@pytest.mark.parametrize(
    ("inputs", "shown"),
    [
        ({"outputOptions": {"sampleRate": "0.5"}}, "0.5"),
        ({"outputOptions": {"sampleRate": 0}}, "0"),
        ({"logpullOptions": "fields=Logs&sample=0.01"}, "0.01"),
    ],
)
def test_a_sample_is_found_however_it_is_written(spoilt: Spoilt, inputs: dict[str, Any], shown: str) -> None:
    ((_, finding),) = found("logpush-no-sampling", spoilt("job", inputs))
    assert f" is {shown}: every count in Datadog would be {shown} of the truth" in finding


RATIO = "sum(last_5m):100 * sum:shop.prod.errors{*}.as_count() / sum:shop.prod.all{*}.as_count() > 5"


def sampled(stack: Declared, change: Callable[[Item], Item | None]) -> list[tuple[str, str]]:
    """What is found of a job with a sample beside these monitors."""
    job = {"outputOptions": {"fieldNames": ["Logs", "WallTimeMs"], "sampleRate": 0.1}}
    items = [replace(each, inputs={**each.inputs, **job}) if each.type == LOGPUSH_JOB else each for each in stack.items]
    changed = [change(each) if each.type == MONITOR else each for each in items]
    return found("logpush-no-sampling", Declared([each for each in changed if each]))


def test_a_sample_that_no_alert_reads_is_fine(stack: Declared) -> None:
    assert sampled(stack, lambda monitor: None) == []


@pytest.mark.parametrize(
    "inputs",
    [{"query": RATIO, "type": "query alert"}, {"type": "composite"}, {"tags": ["sampling:a_tenth_still_shows_it"]}],
    ids=["a ratio", "a composite", "one that says why"],
)
def test_a_sample_is_fine_beside_monitors_that_bear_it(stack: Declared, inputs: dict[str, Any]) -> None:
    assert sampled(stack, lambda monitor: replace(monitor, inputs={**monitor.inputs, **inputs})) == []


@pytest.mark.parametrize(
    "inputs",
    [
        {"query": RATIO.replace(" / sum:shop.prod.all{*}.as_count()", " - sum:shop.prod.all{*}.as_count()")},
        {"query": "sum(last_5m):sum:shop.prod.errors{*}.as_count() > 5"},
        {"query": RATIO.replace(" > 5", " + sum:a{*}.as_count() > 5")},
        {"tags": ["sampling:"]},
    ],
    ids=["a difference", "a count", "a ratio and more", "no reason"],
)
def test_a_sample_is_found_beside_monitors_that_count(stack: Declared, inputs: dict[str, Any]) -> None:
    ((_, finding),) = sampled(stack, lambda monitor: replace(monitor, inputs={**monitor.inputs, **inputs}))
    assert "would be 0.1 of the truth, also for the monitor" in finding


def test_a_filter_by_what_a_metric_reads_is_found_in_any_program(spoilt: Spoilt) -> None:
    by_time = where(OWN, ("WallTimeMs", "lt", "1000"))
    ((_, finding),) = found("logpush-fields-cover-readers", spoilt("job", {"filter": by_time}))
    assert finding.startswith("filter keeps records back by WallTimeMs, which the metric 'shop.prod.latency'")


def test_logs_that_no_job_delivers_are_found(stack: Declared, spoilt: Spoilt) -> None:
    finding = "no Logpush job delivers to Datadog what it reads"
    alone = Declared([each for each in stack.items if each.type != LOGPUSH_JOB])
    elsewhere = spoilt("job", {"destinationConf": "r2://logs/[secret]"})
    for declared in (alone, elsewhere):
        assert found("logpush-fields-cover-readers", declared) == [("pipeline", finding)]


@pytest.mark.parametrize("processors", [None, []])
def test_a_pipeline_without_processors_writes_no_attribute(spoilt: Spoilt, processors: list[object] | None) -> None:
    assert found("pipeline-processors-enabled", spoilt("pipeline", {"processors": processors})) == [
        ("pipeline", "it has no processor, so it writes no attribute")
    ]


@pytest.mark.parametrize("source", ["Cloudflare", "cloud%66lare", "", "shop&ddsource=cloudflare"])
def test_cloudflares_source_is_found_however_it_is_written(spoilt: Spoilt, source: str) -> None:
    assert found("logpush-own-source", spoilt("job", {"destinationConf": f"{DATADOG}ddsource={source}"}))


@pytest.mark.parametrize(
    ("query", "missing"),
    [
        ("source:shop-events -service:shop", "service"),
        ("source:shop-events service:*", "service"),
        ("source:* service:shop", "source"),
        ("source:shop-events OR service:shop", "source and no service"),
        ("@source:shop-events @service:shop", "source and no service"),
        ('"source:shop-events service:shop"', "source and no service"),
        ("source:(shop-events service:", "source and no service"),
    ],
)
def test_a_search_that_leaves_room_for_others_is_not_narrow(spoilt: Spoilt, query: str, missing: str) -> None:
    ((_, finding),) = found("pipeline-filter-narrow", spoilt("pipeline", {"filters": [{"query": query}]}))
    assert f"names no {missing}" in finding


def test_a_metric_of_any_environment_is_not_narrow(spoilt: Spoilt) -> None:
    query = {"query": "source:shop-events service:shop (env:prod OR *)"}
    assert found("metric-filter-narrow", spoilt("requests", {"filter": query})) == [
        ("requests", "its filter names no env: it would count what belongs to others")
    ]


@pytest.mark.parametrize("source", ["(shop OR cloudflare)", '"cloudflare"', "Cloudflare"])
def test_a_pipeline_of_cloudflares_source_is_found_however_it_is_written(spoilt: Spoilt, source: str) -> None:
    declared = spoilt("pipeline", {"filters": [{"query": f"(source:{source} service:shop)"}]})
    assert found("pipeline-own-source", declared)


@pytest.mark.parametrize(
    "path",
    [
        "@conversationId",
        "@usr.email",
        "@network.client.ip",
        "@telemetry.uuid",
        "@EventTimestampMs",
        "@WallTimeMs",
        "@Event.RayID",
        "@session",
    ],
)
def test_values_without_end_are_no_tags(spoilt: Spoilt, path: str) -> None:
    assert found("metric-tags-bounded", spoilt("requests", {"groupBies": [{"path": path, "tagName": "t"}]}))


@pytest.mark.parametrize("path", ["@telemetry.trigger", "@http.status_class", "@invalid", "@telemetry.outcome"])
def test_values_of_a_short_list_are_tags(spoilt: Spoilt, path: str) -> None:
    assert not found("metric-tags-bounded", spoilt("requests", {"groupBies": [{"path": path, "tagName": "t"}]}))


def test_what_leaves_the_region_is_found_at_the_job_and_at_the_binding(spoilt: Spoilt) -> None:
    conf = {"destinationConf": "s3://logs/{DATE}?region=us-east-1&access-key-id=[secret]&secret-access-key=[secret]"}
    told = "it delivers to a place outside of the European Union, or to one that promises none"
    assert found("region-kept", spoilt("job", conf)) == [("job", told)]
    bindings = [{"type": "r2_bucket", "name": "FILES", "bucketName": "files"}]
    assert found("region-kept", spoilt("script", {"bindings": bindings})) == [
        ("script", "its binding 'FILES' finds no bucket of the jurisdiction eu")
    ]
    assert found("region-kept", spoilt("shop", {"region": None})) == []
