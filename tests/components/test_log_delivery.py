from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

import pytest

from components.log_delivery.destinations import datadog_conf
from components.log_delivery.fields import OBSERVED_FIELDS, TraceEventField, field_names
from components.log_delivery.filters import script_filter
from components.problems import DeclarationError


def test_one_worker_is_one_condition() -> None:
    assert script_filter(["w-1"]) == '{"where":{"key":"ScriptName","operator":"eq","value":"w-1"}}'


def test_several_workers_are_alternatives_in_a_stable_order() -> None:
    where = json.loads(script_filter(["w-2", "w-1"]))["where"]
    assert [condition["value"] for condition in where["or"]] == ["w-1", "w-2"]


def test_a_filter_without_a_worker_would_send_the_whole_account_and_is_refused() -> None:
    with pytest.raises(DeclarationError) as error:
        script_filter([])
    assert str(error.value) == ("A Logpush job needs at least one Worker to filter on; without one it sends them all.")


def test_a_filter_may_have_a_thousand_bytes_and_no_more() -> None:
    workers = [f"w{number}" for number in range(16)]
    missing = 1_000 - len(script_filter(workers))
    longest = [*workers[:-1], workers[-1] + "x" * missing]
    assert len(script_filter(longest)) == 1_000
    with pytest.raises(DeclarationError) as error:
        script_filter([*longest[:-1], longest[-1] + "x"])
    assert str(error.value) == (
        "The Logpush filter on 16 Workers has 1001 bytes, Cloudflare takes 1000: "
        "shorten the Workers' names or spread them over several LogDelivery components."
    )


def test_the_intake_gets_key_source_service_and_tags_url_encoded() -> None:
    conf = datadog_conf("datadoghq.eu", "key&1", "workers-trace-events", "svc", ["env:dev", "team:a b"])
    parts = urlsplit(conf)
    assert (parts.scheme, parts.netloc, parts.path) == ("datadog", "http-intake.logs.datadoghq.eu", "/api/v2/logs")
    assert parse_qs(parts.query) == {
        "header_DD-API-KEY": ["key&1"],
        "ddsource": ["workers-trace-events"],
        "service": ["svc"],
        "ddtags": ["env:dev,team:a b"],
    }
    assert "+" not in parts.query, "Logpush takes %20, not +"


def test_the_dataset_has_its_thirteen_documented_fields() -> None:
    assert sorted(field.value for field in TraceEventField) == [
        "CPUTimeMs", "DispatchNamespace", "Entrypoint", "Event", "EventTimestampMs", "EventType", "Exceptions", "Logs",
        "Outcome", "ScriptName", "ScriptTags", "ScriptVersion", "WallTimeMs",
    ]  # fmt: skip


def test_the_observed_fields_hold_what_pipeline_and_metrics_read() -> None:
    names = {field.value for field in OBSERVED_FIELDS}
    assert {
        "Logs",
        "Entrypoint",
        "Event",
        "EventTimestampMs",
        "EventType",
        "Outcome",
        "CPUTimeMs",
        "WallTimeMs",
    } <= names


def test_a_field_that_logpush_does_not_have_is_refused_with_the_closest_and_all_others() -> None:
    with pytest.raises(DeclarationError) as error:
        field_names([TraceEventField.LOGS, "EventTimestamp"])
    assert str(error.value) == (
        "Logpush's workers_trace_events has no field 'EventTimestamp'; did you mean EventTimestampMs? Its fields: "
        "CPUTimeMs, DispatchNamespace, Entrypoint, Event, EventTimestampMs, EventType, Exceptions, Logs, Outcome, "
        "ScriptName, ScriptTags, ScriptVersion, WallTimeMs."
    )
