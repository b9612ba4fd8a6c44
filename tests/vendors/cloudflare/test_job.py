from __future__ import annotations

import json
from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from firedrill.vendors.cloudflare.delivery import Entry, Filling, Limits
from firedrill.vendors.cloudflare.job import Job, check_job, compile_jobs, compile_uploading
from firedrill.vendors.cloudflare.rules.jobs import carries_workers
from firedrill.vendors.cloudflare.trace_items import Record
from firedrill.vendors.cloudflare.truncation import LIMIT
from firedrill.vendors.errors import FiredrillError, Several, Unsupported

MakeJob = Callable[..., dict[str, Any]]


R2 = "r2://bucket?account-id=a&access-key-id=i&secret-access-key=[secret]"


def compiled(api: dict[str, Any]) -> Job:
    (job,) = compile_jobs([api])
    return job


def seeded() -> Random:
    return Random(7)  # noqa: S311 - a sample, no secret


def test_a_prepared_record_has_the_jobs_fields_in_its_order(
    make_job: MakeJob, make_record: Callable[..., Record]
) -> None:
    job = compiled(make_job(output_options={"field_names": ["WallTimeMs", "Outcome"]}))
    assert list((job.prepare(make_record()) or {}).items()) == [("WallTimeMs", 12), ("Outcome", "ok")]


def test_a_record_that_the_filter_stops_is_not_prepared(make_job: MakeJob, make_record: Callable[..., Record]) -> None:
    job = compiled(make_job(filter='{"where":{"key":"ScriptName","operator":"eq","value":"other"}}'))
    assert job.prepare(make_record()) is None


def test_a_prepared_record_is_truncated(make_job: MakeJob, make_record: Callable[..., Record]) -> None:
    log = {"Level": "log", "Message": ["x" * (LIMIT + 1)], "TimestampMs": 0}
    prepared = compiled(make_job()).prepare(make_record(Logs=[log]))
    assert prepared is not None
    assert prepared["Logs"][0]["Message"][0].endswith("<<<Logpush: messages truncated>>>")


def test_a_prepared_record_is_redacted_where_the_job_says_so(
    make_job: MakeJob, make_record: Callable[..., Record]
) -> None:
    job = compiled(make_job(output_options={"field_names": ["Logs"], "CVE-2021-44228": True}))
    log = {"Level": "log", "Message": ["${jndi:ldap}", {"a": "${b}"}], "TimestampMs": 0}
    redacted = {"Level": "log", "Message": ["x{jndi:ldap}", {"a": "x{b}"}], "TimestampMs": 0}
    assert job.prepare(make_record(Logs=[log])) == {"Logs": [redacted]}


def test_the_size_of_a_record_is_that_of_its_line_in_bytes(make_job: MakeJob) -> None:
    assert compiled(make_job()).size({"Outcome": "né"}) == len('{"Outcome":"né"}\n'.encode())


def test_a_sample_rate_keeps_its_share_and_the_same_records_for_the_same_seed(make_job: MakeJob) -> None:
    output = compiled(make_job(output_options={"field_names": ["Logs"], "sample_rate": 0.1})).output
    first, second = ([output.samples(random) for _ in range(10_000)] for random in (seeded(), seeded()))
    assert first == second
    assert 900 < sum(first) < 1_100


def test_without_a_sample_rate_every_record_is_kept(make_job: MakeJob) -> None:
    output = compiled(make_job()).output
    random = seeded()
    assert all(output.samples(random) for _ in range(100))


def test_datadogs_limits_hold_whatever_the_job_says(make_job: MakeJob) -> None:
    job = make_job(max_upload_records=500_000, max_upload_bytes=100_000_000, max_upload_interval_seconds=120)
    assert compiled(job).limits == Limits(records=1_000, bytes=5_000_000, interval_ms=120_000)


def test_a_batch_is_closed_after_30_seconds_by_default(make_job: MakeJob) -> None:
    assert compiled(make_job(max_upload_interval_seconds=0)).limits.interval_ms == 30_000


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        (
            {"dataset": "http_requests"},
            "Logpush job 'j': dataset is 'http_requests'; allowed: 'workers_trace_events', which has the events of"
            " Workers (the provider's default is 'http_requests').",
        ),
        (
            {"max_upload_records": 10},
            "Logpush job 'j': max_upload_records is 10; allowed: 0 (the default), or 1000 to 1000000.",
        ),
        (
            {"max_upload_bytes": 4_999_999},
            "Logpush job 'j': max_upload_bytes is 4999999; allowed: 0 (the default), or 5000000 to 1000000000.",
        ),
        (
            {"kind": "edge"},
            "Logpush job 'j': kind is 'edge'; allowed: nothing, since only the dataset http_requests has kinds of jobs;"
            " leave it out.",
        ),
        (
            {"frequency": "medium"},
            "Logpush job 'j': frequency is 'medium'; allowed: one of high, low.",
        ),
        (
            {"name": "n" * 513},
            f"Logpush job {'n' * 513!r}: name is 513 characters long; allowed: at most 512 characters.",
        ),
        (
            {"max_upload_interval_seconds": 301},
            "Logpush job 'j': max_upload_interval_seconds is 301; allowed: 0 (the default), or 30 to 300.",
        ),
    ],
)
def test_a_wrong_job_is_refused(make_job: MakeJob, changed: dict[str, Any], error: str) -> None:
    with pytest.raises(FiredrillError) as raised:
        compiled(make_job(**changed))
    assert str(raised.value) == error


@pytest.mark.parametrize(
    ("changed", "feature"),
    [
        ({"logpull_options": "fields=Logs"}, "logpull_options 'fields=Logs'"),
        (
            {"output_options": {"field_names": ["Logs"], "output_type": "csv"}},
            "output_options that change the shape of a record, delivered to Datadog",
        ),
        (
            {"output_options": {"field_names": ["Logs"], "record_template": "{{.Logs}}"}},
            "output_options that change the shape of a record, delivered to Datadog",
        ),
    ],
)
def test_what_is_not_supported_is_refused_by_name(make_job: MakeJob, changed: dict[str, Any], feature: str) -> None:
    with pytest.raises(Unsupported) as raised:
        compiled(make_job(**changed))
    assert (raised.value.feature, raised.value.place) == (feature, "Logpush job 'j'")


def test_of_a_job_that_delivers_elsewhere_everything_is_checked(make_job: MakeJob) -> None:
    shaped = {"field_names": ["Logs", "Outcome"], "output_type": "csv"}
    assert check_job(make_job(destination_conf=R2, output_options=shaped)) is None
    with pytest.raises(Several) as caught:
        check_job(
            make_job(destination_conf="s3://bucket?region=auto", output_options={"field_names": ["Log"]}, filter="{}")
        )
    assert [part.rule for part in caught.value.parts] == ["output_options", "filter", "ownership_challenge"]


def test_of_several_jobs_those_that_deliver_to_datadog_are_compiled(make_job: MakeJob) -> None:
    jobs = [make_job(), make_job(name="archive", destination_conf=R2)]
    assert [job.name for job in compile_jobs(jobs)] == ["j"]


def test_the_mistakes_of_several_jobs_are_told_at_once(make_job: MakeJob) -> None:
    jobs = [make_job(filter="{}"), make_job(name="archive", destination_conf=R2, filter="{}")]
    with pytest.raises(Several) as caught:
        compile_jobs(jobs)
    assert [str(part).partition(":")[0] for part in caught.value.parts] == ["Logpush job 'j'", "Logpush job 'archive'"]


def test_a_job_to_datadog_is_compiled_when_it_is_checked(make_job: MakeJob) -> None:
    job = check_job(make_job())
    assert job is not None
    assert job.destination == compiled(make_job()).destination


def test_nothing_is_in_the_way_of_an_enabled_job_and_a_pushing_script(
    make_job: MakeJob, make_script: Callable[..., dict[str, Any]]
) -> None:
    assert compiled(make_job()).obstacles(make_script()) == []


def test_a_disabled_job_and_a_script_without_logpush_are_in_the_way(
    make_job: MakeJob, make_script: Callable[..., dict[str, Any]]
) -> None:
    assert compiled(make_job(enabled=False)).obstacles(make_script(logpush=False)) == [
        "the Logpush job 'j' is disabled, so nothing leaves Cloudflare; set enabled=True (the provider's default is"
        " False)",
        "logpush is off on the WorkersScript 'shop', so no job gets its events; set logpush=True (the default is"
        " False)",
    ]


def test_every_mistake_of_a_job_is_told_at_once(make_job: MakeJob) -> None:
    def where(key: str) -> dict[str, str]:
        return {"key": key, "operator": "eq", "value": "x"}

    with pytest.raises(Several) as caught:
        compiled(
            make_job(
                dataset="http_requests",
                kind="edge",
                destination_conf="datadog://elsewhere/",
                output_options={"field_names": ["Log", "Outcom"], "sample_rate": 2},
                filter=json.dumps({"where": {"and": [where("Scriptname"), where("Logs")]}}),
                max_upload_records=1,
            )
        )
    assert [(part.rule, str(part).partition(";")[0]) for part in caught.value.parts] == [
        ("dataset", "Logpush job 'j': dataset is 'http_requests'"),
        ("kind", "Logpush job 'j': kind is 'edge'"),
        ("destination_conf", "Logpush job 'j': destination_conf.address is 'elsewhere/'"),
        ("destination_conf", "Logpush job 'j': destination_conf.header_DD-API-KEY is missing"),
        ("output_options", "Logpush job 'j': output_options.field_names is 'Log'"),
        ("output_options", "Logpush job 'j': output_options.field_names is 'Outcom'"),
        ("output_options", "Logpush job 'j': output_options.sample_rate is 2"),
        ("filter", "Logpush job 'j': filter.where.and[0].key is 'Scriptname'"),
        ("filter", "Logpush job 'j': filter.where.and[1].operator is 'eq'"),
        ("max_upload_records", "Logpush job 'j': max_upload_records is 1"),
    ]


def test_uploads_of_a_job_that_is_full_before_its_time_have_windows_that_overlap_and_names_of_their_own(
    make_job: MakeJob, make_record: Callable[..., Record]
) -> None:
    (job,) = compile_uploading([make_job(destination_conf=R2, max_upload_records=1000)])
    filling: Filling[Record] = Filling(job.limits)
    full = [batch for each in range(2000) for batch in filling.add(Entry(each * 5, 1, make_record()))]
    names = [job.upload(number, batch).name for number, batch in enumerate(full)]
    windows = [name.split("_")[:2] for name in names]
    assert windows == [["19691231T235934Z", "19700101T000004Z"], ["19691231T235939Z", "19700101T000009Z"]]
    assert len({name.split("_")[2] for name in names}) == 2


@pytest.mark.parametrize("dataset", [[None], {"of": "workers"}, 5])
def test_a_dataset_that_is_no_text_is_none_of_those_that_are_not_about_workers(dataset: object) -> None:
    assert carries_workers({"dataset": dataset})
