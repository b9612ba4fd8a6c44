from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from firedrill.components.destination_fields import OBSERVED_FIELDS, observed_fields
from firedrill.components.log_delivery.job import job_inputs
from firedrill.components.problems import DeclarationError
from firedrill.vendors.cloudflare.filter import compile_filter
from firedrill.vendors.cloudflare.rules.destinations.build import datadog_conf
from firedrill.vendors.cloudflare.rules.fields import FIELDS
from firedrill.vendors.cloudflare.rules.filters import filter_breaches, worker_filter
from firedrill.vendors.errors import FiredrillError


def refusal(*workers: str, fields: tuple[str, ...] = OBSERVED_FIELDS) -> str:
    with pytest.raises(DeclarationError) as error:
        job_inputs("svc-dev", workers, fields)
    return str(error.value)


def test_a_job_without_a_worker_would_send_the_whole_account_and_is_refused() -> None:
    assert refusal() == "A Logpush job needs at least one Worker to filter on; without one it sends them all."


def test_a_filter_that_cloudflare_would_refuse_is_refused_in_the_words_of_every_other_door() -> None:
    workers = [f"{'w' * 30}{number}" for number in range(40)]
    text = worker_filter(workers)
    (breach,) = filter_breaches(text)
    assert refusal(*workers) == (
        "The Logpush job 'svc-dev' has 1 problem.\n"
        f"filter is {len(text)} bytes long\n"
        "  allowed: at most 1000 bytes\n"
        "  change:  shorten it, or make several jobs"
    )
    with pytest.raises(FiredrillError) as error:
        compile_filter(text, "job")
    assert str(error.value) == f"job: {breach}."


def test_a_field_that_logpush_does_not_have_is_refused_with_the_closest_and_all_others() -> None:
    assert refusal("w", fields=("Logs", "EventTimestamp")) == (
        "The Logpush job 'svc-dev' has 1 problem.\n"
        "output_options.field_names is 'EventTimestamp'\n"
        "  allowed: a field of the dataset workers_trace_events: CPUTimeMs, DispatchNamespace, Entrypoint, Event, "
        "EventTimestampMs, EventType, Exceptions, Logs, Outcome, ScriptName, ScriptTags, ScriptVersion, WallTimeMs\n"
        "  change:  perhaps EventTimestampMs is meant"
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


def test_fields_with_urls_or_texts_of_exceptions_are_sent_where_asked_for() -> None:
    assert not {"Event", "Exceptions"} & {*OBSERVED_FIELDS}
    more = observed_fields(["Exceptions", "Event", "Logs"])
    assert {*more} == {*OBSERVED_FIELDS, "Event", "Exceptions"}
    assert [*more] == [name for name in FIELDS if name in more], "in the order of the dataset"
