from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from firedrill.cloud.cloud import Cloud
from firedrill.cloud.contents import deployed, deployed_scripts, with_destinations
from firedrill.cloud.credentials import credentials, without_credentials
from firedrill.resources import LOGPUSH_JOB, LOGS_PIPELINE, LOGS_PIPELINE_ORDER, WORKERS_SCRIPT, dumps, loads, of_type
from firedrill.vendors.cloudflare import from_pulumi
from firedrill.vendors.cloudflare.job import compile_jobs

Inputs = Callable[..., dict[str, Any]]


@pytest.fixture
def create(cloud: Cloud, inputs: Inputs) -> Callable[..., str]:
    def add(token: str, **changes: Any) -> str:
        return cloud.create(token, cloud.check(token, inputs(token, **changes)).inputs)[0]

    return add


def test_nothing_is_deployed_in_a_new_cloud(state_file: Path) -> None:
    assert deployed(state_file) == []
    assert deployed_scripts(state_file) == []


def test_what_is_deployed_reads_like_rendered_resources(create: Callable[..., str], state_file: Path) -> None:
    id_ = create(LOGPUSH_JOB)
    (job,) = deployed(state_file)
    assert (job.type, job.id, job.name) == (LOGPUSH_JOB, id_, "shop")
    assert loads(dumps([job]), "deployed") == [job]


def test_a_deployed_job_compiles_although_its_key_is_hidden(create: Callable[..., str], state_file: Path) -> None:
    create(LOGPUSH_JOB)
    (job,) = deployed(state_file)
    assert job.secret_inputs == ("destinationConf",)
    assert "s3cr3t" not in repr(job)
    (compiled,) = compile_jobs([from_pulumi.logpush_job(job.inputs)])
    assert compiled.destination.parameters == {"ddsource": "shop", "service": "shop"}


def test_secrets_are_named_by_their_property_paths(create: Callable[..., str], state_file: Path) -> None:
    create(WORKERS_SCRIPT)
    (script,) = deployed(state_file)
    assert script.secret_inputs == ("bindings[0].text",)
    assert script.inputs["bindings"][0]["text"] == "[secret]"


def test_a_deployed_worker_has_what_it_takes_to_run_it(
    create: Callable[..., str], inputs: Inputs, state_file: Path
) -> None:
    create(WORKERS_SCRIPT)
    (script,) = deployed_scripts(state_file)
    assert script.module.read_text() == inputs(WORKERS_SCRIPT)["content"]
    assert script.inputs["contentFile"] == str(script.module)
    assert "content" not in script.inputs
    assert script.secrets == {"SALT": "s3cr3t-salt"}
    assert script.data == {"Counter": state_file.parent / "data" / "shop" / script.namespaces["Counter"]}
    assert repr(script) == "DeployedScript('shop')"


def test_pipelines_are_in_the_order_in_which_they_run(
    create: Callable[..., str], cloud: Cloud, state_file: Path
) -> None:
    ids = [create(LOGS_PIPELINE, name=name) for name in "abc"]
    cloud.create(LOGS_PIPELINE_ORDER, {"name": "order", "pipelines": [ids[2], ids[0], ids[1]]})
    assert [each.name for each in of_type(deployed(state_file), LOGS_PIPELINE)] == ["c", "a", "b"]


@pytest.mark.parametrize(
    ("conf", "shown"),
    [
        (
            "datadog://host/in?header_DD-API-KEY=abcd&ddtags=a%3Ab",
            "datadog://host/in?header_DD-API-KEY=[secret]&ddtags=a%3Ab",
        ),
        ("datadog://host/in?new_key=abcd", "datadog://host/in?new_key=[secret]"),
        ("datadog://host/in?header_DD-API-KEY=&service=", "datadog://host/in?header_DD-API-KEY=&service="),
        ("datadog://host/in", "datadog://host/in"),
        ("azure://bucket/path?sig=abcd", "azure://[secret]"),
    ],
)
def test_a_destination_is_shown_without_its_credentials(conf: str, shown: str) -> None:
    assert without_credentials(conf) == shown


def test_credentials_are_known_as_written_and_as_meant() -> None:
    conf = "https://host/in?header_Authorization=Bearer%20abcd&region=eu-west-1&x=abc"
    assert set(credentials(conf)) == {"Bearer%20abcd", "Bearer abcd", "abcd"}
    key = "bq://projects/p/datasets/d/tables/t?credentials=base64%3Aab%2Bcd"
    assert set(credentials(key)) == {"base64%3Aab%2Bcd", "base64:ab+cd", "ab%2Bcd", "ab+cd"}
    assert not list(credentials("no destination"))


def test_what_delivers_on_this_machine_gets_the_addresses_and_nobody_else(cloud: Cloud) -> None:
    conf = "https://logs.example/in?header_X=PLANTED"
    job = {"name": "j", "accountId": "acc", "destinationConf": conf, "enabled": True, "dataset": "workers_trace_events"}
    stand_in = Cloud(cloud.store, stand_in=True)
    inputs = stand_in.check(LOGPUSH_JOB, {**job, "outputOptions": {"fieldNames": ["Outcome"]}}).inputs
    stand_in.create(LOGPUSH_JOB, inputs)
    held = deployed(cloud.store.file)
    assert [each.inputs["destinationConf"] for each in held] == ["https://[secret]"]
    assert [each.inputs["destinationConf"] for each in with_destinations(held, cloud.store.file)] == [conf]
