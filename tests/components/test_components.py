from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import pulumi
import pytest

from components.log_delivery.destinations import DatadogDestination, R2Destination
from components.log_delivery.fields import TraceEventField
from components.metrics import METRICS
from components.worker.bundle import Bundle
from components.worker.migrations import Migration

Declare = Callable[..., Any]
PLANTED = "PLANTED-SECRET-21"


@pytest.fixture
def worker(declare: Declare, kit: SimpleNamespace) -> Declare:
    """Declares a worker with some arguments changed, for an account that has `scripts`."""

    def run(scripts: Sequence[Mapping[str, Any]] = (), seen: Callable[[Any], object] = id, **changes: Any) -> Any:
        return declare(lambda: seen(kit.ObservedWorker("w", kit.ObservedWorkerArgs(**worker_args(**changes)))), scripts)

    return run


def worker_args(**changes: Any) -> dict[str, Any]:
    return {
        "account_id": "acc-11",
        "worker_name": "worker-12",
        "workers_subdomain": "sub-13",
        "bundle": Bundle("worker/dist/worker.mjs", "sha-14"),
        "class_name": "ClassA",
        "binding_name": "OBJECTS",
        "compatibility_date": "2026-11-01",
        **changes,
    }


def live(tag: str) -> list[Mapping[str, Any]]:
    """An account that has the Worker with this migration tag, and another one."""
    return [{"id": "other", "migrationTag": "v9"}, {"id": "worker-12", "migrationTag": tag}]


def test_a_worker_is_uploaded_with_code_binding_migration_and_logpush_at_once(worker: Declare) -> None:
    declared = worker()
    declared.count("WorkersScript", 1)
    script = declared.has(
        "WorkersScript",
        {
            "accountId": "acc-11",
            "scriptName": "worker-12",
            "contentFile": "worker/dist/worker.mjs",
            "contentSha256": "sha-14",
            "mainModule": "worker.mjs",
            "compatibilityDate": "2026-11-01",
            "logpush": True,
            "observability": {"enabled": True, "logs": {"enabled": True, "invocationLogs": True}},
            "bindings": [{"type": "durable_object_namespace", "name": "OBJECTS", "className": "ClassA"}],
            "migrations": {"newTag": "v1", "newSqliteClasses": ["ClassA"], "oldTag": declared.ABSENT},
        },
    )
    assert script.name == "w-script"
    assert script.parent.endswith("::firedrill:components:ObservedWorker::w")


def test_a_worker_is_reachable_on_workers_dev(worker: Declare) -> None:
    found: list[str] = []
    worker(seen=lambda declared: declared.url.apply(found.append))
    assert found == ["https://worker-12.sub-13.workers.dev"]


def test_a_second_deployment_sends_the_migration_as_done(worker: Declare) -> None:
    declared = worker(live("v1"))
    declared.has("WorkersScript", {"migrations": {"oldTag": "v1", "newTag": "v1", "newSqliteClasses": declared.ABSENT}})


def test_an_added_migration_starts_from_the_live_tag(worker: Declare) -> None:
    history = (Migration("v1", ("ClassA",)), Migration("v2", ("ClassB",)))
    declared = worker(live("v1"), migrations=history)
    declared.has("WorkersScript", {"migrations": {"oldTag": "v1", "newTag": "v2", "newSqliteClasses": ["ClassB"]}})


def test_an_unknown_live_tag_stops_the_program_with_a_message_of_its_own(worker: Declare) -> None:
    with pytest.raises(pulumi.RunError, match="Cloudflare holds the Durable Object migration tag 'v5'"):
        worker(live("v5"))


def test_a_workers_secret_is_not_rendered(worker: Declare) -> None:
    declared = worker(variables={"A": "1"}, secrets={"Z": PLANTED})
    script = declared.has("WorkersScript", {"scriptName": "worker-12"})
    assert PLANTED not in str(script)
    assert script.secret_inputs == ("bindings",)  # no placeholder shows which part it is


def test_a_namespace_has_no_id_before_the_first_deployment(kit: SimpleNamespace) -> None:
    assert kit.namespace_id(None) == ""


@pytest.fixture
def delivery(declare: Declare, kit: SimpleNamespace) -> Declare:
    """Declares the delivery of one worker's logs."""

    def run(destination: Any, **changes: Any) -> Any:
        args = kit.LogDeliveryArgs("title-31", "acc-32", ["worker-33"], destination, **changes)
        return declare(lambda: kit.LogDelivery("d", args))

    return run


def datadog(key: pulumi.Input[str] = PLANTED) -> DatadogDestination:
    return DatadogDestination("datadoghq.com", key, "src", "svc", ["env:x"])


def test_a_job_is_enabled_and_has_the_dataset_since_the_provider_defaults_differ(delivery: Declare) -> None:
    declared = delivery(datadog())
    declared.has(
        "LogpushJob",
        {
            "enabled": True,
            "dataset": "workers_trace_events",
            "name": "title-31",
            "accountId": "acc-32",
            "filter": '{"where":{"key":"ScriptName","operator":"eq","value":"worker-33"}}',
        },
    )


def test_a_job_sends_the_fields_it_is_asked_for(delivery: Declare) -> None:
    declared = delivery(datadog(), fields=(TraceEventField.LOGS, TraceEventField.OUTCOME))
    declared.has("LogpushJob", {"outputOptions": {"fieldNames": ["Logs", "Outcome"]}})


@pytest.mark.parametrize(
    "destination",
    [datadog(), R2Destination("bucket", "acc", "id", PLANTED)],
    ids=lambda destination: type(destination).__name__,
)
def test_a_destination_is_a_secret_even_when_its_key_was_given_as_text(delivery: Declare, destination: Any) -> None:
    declared = delivery(destination)
    job = declared.has("LogpushJob", {"enabled": True})
    assert job.secret_inputs == ("destinationConf",)
    assert PLANTED not in str(job)


def test_a_pipeline_is_enabled_and_takes_the_services_logs(declare: Declare, kit: SimpleNamespace) -> None:
    declared = declare(lambda: kit.LogPipeline("p", kit.LogPipelineArgs("title", "source:s", "ClassA")))
    declared.has("LogsCustomPipeline", {"isEnabled": True, "name": "title", "filters": [{"query": "source:s"}]})


def test_there_is_a_log_based_metric_per_metric_of_the_contract(declare: Declare, kit: SimpleNamespace) -> None:
    declared = declare(lambda: kit.LogMetrics("m", kit.LogMetricsArgs("p.", "source:s")))
    declared.count("LogsMetric", len(METRICS))
    declared.has(
        "LogsMetric",
        {
            "name": "p.do.latency",
            "compute": {"aggregationType": "distribution", "path": "@WallTimeMs", "includePercentiles": True},
            "groupBies": [{"path": "@telemetry.op", "tagName": "operation"}],
        },
    )
