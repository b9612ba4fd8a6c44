from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pulumi
import pytest

from firedrill.components import destination_settings as kinds
from firedrill.components.log_delivery.destinations import ConfiguredDestination, DatadogDestination
from firedrill.components.log_metrics.definitions import metrics
from firedrill.components.model import Observability, ObservedClass
from firedrill.components.worker.bundle import Bundle
from tests.providers import components

Declare = Callable[..., Any]
PLANTED = "PLANTED-SECRET-21"


@pytest.fixture
def worker(declare: Declare, kit: SimpleNamespace) -> Declare:
    """Declares a worker with some arguments changed."""

    def run(seen: Callable[[Any], object] = id, **changes: Any) -> Any:
        return declare(lambda: seen(kit.ObservedWorker("w", kit.ObservedWorkerArgs(**worker_args(**changes)))))

    return run


def worker_args(**changes: Any) -> dict[str, Any]:
    return {
        "account_id": "acc-11",
        "worker_name": "worker-12",
        "workers_subdomain": "sub-13",
        "bundle": Bundle(".firedrill/bundles/w.mjs", "sha-14"),
        "classes": {"OBJECTS": "ClassA"},
        "migrations": {"new_tag": "t-15", "new_sqlite_classes": ["ClassA"]},
        "compatibility_date": "2026-11-01",
        **changes,
    }


def test_a_worker_is_uploaded_with_code_binding_migration_and_logpush_at_once(worker: Declare) -> None:
    declared = worker()
    declared.count("WorkersScript", 1)
    script = declared.has(
        "WorkersScript",
        {
            "accountId": "acc-11",
            "scriptName": "worker-12",
            "contentFile": ".firedrill/bundles/w.mjs",
            "contentSha256": "sha-14",
            "mainModule": "w.mjs",
            "compatibilityDate": "2026-11-01",
            "logpush": True,
            "observability": {"enabled": True, "logs": {"enabled": True, "invocationLogs": True}},
            "bindings": [{"type": "durable_object_namespace", "name": "OBJECTS", "className": "ClassA"}],
            "migrations": {"newTag": "t-15", "newSqliteClasses": ["ClassA"], "oldTag": declared.ABSENT},
        },
    )
    assert script.name == "w-script"
    assert script.parent.endswith("::firedrill:components:ObservedWorker::w")


def test_a_worker_is_reachable_on_workers_dev(worker: Declare) -> None:
    found: list[str] = []
    worker(lambda component: component.url.apply(found.append))
    assert found == ["https://worker-12.sub-13.workers.dev"]


def test_a_worker_may_have_several_classes(worker: Declare) -> None:
    found: list[dict[str, str]] = []
    declared = worker(
        lambda component: component.metrics_urls.apply(found.append),
        classes={"OBJECTS": "ClassA", "OTHERS": "ClassB"},
        migrations={"new_tag": "v1", "new_sqlite_classes": ["ClassA", "ClassB"]},
    )
    declared.has(
        "WorkersScript",
        {
            "bindings": [
                {"type": "durable_object_namespace", "name": "OBJECTS", "className": "ClassA"},
                {"type": "durable_object_namespace", "name": "OTHERS", "className": "ClassB"},
            ]
        },
    )
    assert found == [dict.fromkeys(("ClassA", "ClassB"), "https://dash.cloudflare.com/acc-11/workers/durable-objects")]


def test_live_migration_tags_are_those_of_the_workers_that_have_one(declare: Declare, kit: SimpleNamespace) -> None:
    found: dict[str, str] = {}
    scripts = [{"id": "a", "migrationTag": "v9"}, {"id": "b", "migrationTag": ""}, {"id": "c"}]
    declare(lambda: found.update(kit.live_migration_tags("acc-11")), scripts)
    assert found == {"a": "v9"}


def test_a_workers_secret_is_not_rendered(worker: Declare) -> None:
    declared = worker(variables={"A": "1"}, secrets={"Z": PLANTED})
    script = declared.has("WorkersScript", {"scriptName": "worker-12"})
    assert PLANTED not in str(script)
    assert script.secret_inputs == ("bindings",)  # no placeholder shows which part it is


def test_a_namespace_has_no_id_before_the_first_deployment(kit: SimpleNamespace) -> None:
    assert kit.namespace_id(None, "OBJECTS") == ""


def test_each_class_has_the_id_of_its_own_namespace(kit: SimpleNamespace) -> None:
    found = [SimpleNamespace(name="A", namespace_id="1"), SimpleNamespace(name="B", namespace_id="2")]
    assert kit.namespace_id(found, "B") == "2"


@pytest.fixture
def delivery(declare: Declare, kit: SimpleNamespace) -> Declare:
    """Declares the delivery of one worker's logs."""

    def run(destination: Any, **changes: Any) -> Any:
        args = kit.LogDeliveryArgs("title-31", "acc-32", ["worker-33"], destination, **changes)
        return declare(lambda: kit.LogDelivery("d", args))

    return run


S3 = kinds.S3.model_validate({"bucket": "bucket", "region": "eu-west-1", "ownershipChallenge": "proof"})
R2 = kinds.R2.model_validate({"bucket": "bucket", "accessKeyId": "keyId", "secretAccessKey": "key"})
KEYS = {"keyId": "id-34", "key": PLANTED}


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
    declared = delivery(datadog(), fields=("Logs", "Outcome"))
    declared.has("LogpushJob", {"outputOptions": {"fieldNames": ["Logs", "Outcome"]}})


@pytest.mark.parametrize(
    "destination",
    [datadog(), ConfiguredDestination(R2, "acc", KEYS)],
    ids=lambda destination: type(destination).__name__,
)
def test_a_destination_is_a_secret_even_when_its_key_was_given_as_text(delivery: Declare, destination: Any) -> None:
    declared = delivery(destination)
    job = declared.has("LogpushJob", {"enabled": True})
    assert job.secret_inputs == ("destinationConf",)
    assert PLANTED not in str(job)


def test_a_job_proves_whose_the_destination_is_where_cloudflare_asks(delivery: Declare) -> None:
    (job,) = delivery(ConfiguredDestination(S3, "acc", {"proof": PLANTED})).of_type("LogpushJob")
    assert job.secret_inputs == ("destinationConf", "ownershipChallenge")
    (other,) = delivery(ConfiguredDestination(R2, "acc", KEYS)).of_type("LogpushJob")
    assert "ownershipChallenge" not in other.inputs


def test_a_worker_says_where_its_logs_and_traces_go_besides_and_whether_they_are_stored() -> None:
    assert components()["observability_block"](Observability()) == {
        "enabled": True,
        "logs": {"enabled": True, "invocation_logs": True, "persist": True},
    }
    assert components()["observability_block"](Observability(("otlp-logs",), ("otlp-traces",), False)) == {
        "enabled": True,
        "logs": {"enabled": True, "invocation_logs": True, "persist": False, "destinations": ["otlp-logs"]},
        "traces": {"enabled": True, "persist": False, "destinations": ["otlp-traces"]},
    }


def test_a_bucket_of_the_stack_has_a_lifecycle_and_a_key_that_writes_there_alone(
    declare: Declare, kit: SimpleNamespace
) -> None:
    ages = {"infrequentAfterDays": 30, "deleteAfterDays": 90}
    settings = kinds.R2Managed.model_validate({"bucket": "logs", "jurisdiction": "eu", "location": "weur", **ages})

    def program() -> None:
        bucket = kit.ManagedBucket("b", kit.ManagedBucketArgs("title", "acc", settings, protect=True))
        destination = ConfiguredDestination(settings, "acc", bucket.keys)
        kit.LogDelivery("d", kit.LogDeliveryArgs("job", "acc", ["worker"], destination))

    declared = declare(program)
    bucket = declared.has("R2Bucket", {"accountId": "acc", "name": "logs", "jurisdiction": "eu", "location": "weur"})
    assert bucket.protect
    (lifecycle,) = declared.of_type("R2BucketLifecycle")
    assert [
        (rule["id"], *(each for each in rule.values() if isinstance(each, dict | list) and each != {"prefix": ""}))
        for rule in lifecycle.inputs["rules"]
    ] == [
        ("unfinished-uploads", {"condition": {"type": "Age", "maxAge": 86_400}}),
        (
            "infrequent-access",
            [{"storageClass": "InfrequentAccess", "condition": {"type": "Age", "maxAge": 30 * 86_400}}],
        ),
        ("old-objects", {"condition": {"type": "Age", "maxAge": 90 * 86_400}}),
    ]
    (token,) = declared.of_type("AccountToken")
    assert token.inputs["policies"] == [
        {
            "effect": "allow",
            "permissionGroups": [{"id": "2efd5506f9c8494dacb1fa10a3e7d5b6"}],
            "resources": '{"com.cloudflare.edge.r2.bucket.acc_eu_logs": "*"}',
        }
    ]
    assert bucket.urn in token.depends_on
    (job,) = declared.of_type("LogpushJob")
    assert job.secret_inputs == ("destinationConf",)
    assert job.inputs["destinationConf"] == "s3://[secret]"


def test_a_pipeline_is_enabled_and_takes_the_services_logs(
    declare: Declare, kit: SimpleNamespace, observed: Callable[..., ObservedClass]
) -> None:
    declared = declare(lambda: kit.LogPipeline("p", kit.LogPipelineArgs("title", "source:s", [observed()])))
    declared.has("LogsCustomPipeline", {"isEnabled": True, "name": "title", "filters": [{"query": "source:s"}]})


def test_there_is_a_log_based_metric_per_metric_of_the_contract(
    declare: Declare, kit: SimpleNamespace, observed: Callable[..., ObservedClass]
) -> None:
    contract = metrics([observed()], reporter=False)
    declared = declare(lambda: kit.LogMetrics("m", kit.LogMetricsArgs("p.", "source:s", contract)))
    declared.count("LogsMetric", len(contract))
    declared.has(
        "LogsMetric",
        {
            "name": "p.do.operations.latency",
            "compute": {"aggregationType": "distribution", "path": "@operation.ms", "includePercentiles": True},
        },
    )
