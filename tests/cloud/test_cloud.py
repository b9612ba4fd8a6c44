"""What holds for every type of resource."""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import Any

import pytest

from firedrill.cloud.cloud import Checked, Cloud, Difference
from firedrill.cloud.values import UNKNOWN, Json, Secret
from firedrill.resources import LOGPUSH_JOB, LOGS_METRIC, LOGS_PIPELINE, LOGS_PIPELINE_ORDER, MONITOR, WORKERS_SCRIPT
from firedrill.vendors.errors import FiredrillError, Unsupported

Inputs = Callable[..., dict[str, Any]]
ALL = [WORKERS_SCRIPT, LOGPUSH_JOB, LOGS_PIPELINE, LOGS_METRIC, MONITOR]


@pytest.mark.parametrize("token", ALL)
def test_a_resource_lives_from_create_to_delete(cloud: Cloud, inputs: Inputs, token: str) -> None:
    checked = cloud.check(token, inputs(token))
    assert not checked.problems
    id_, outputs = cloud.create(token, checked.inputs)
    found = cloud.read(token, id_, outputs, checked.inputs)
    assert found is not None
    assert (found.id, found.outputs) == (id_, outputs)
    assert cloud.diff(token, found.inputs, checked.inputs) == Difference([], [])
    cloud.delete(token, id_, outputs)
    assert cloud.read(token, id_, outputs, checked.inputs) is None


@pytest.mark.parametrize("token", ALL)
def test_deleting_what_is_gone_is_no_mistake(cloud: Cloud, inputs: Inputs, token: str) -> None:
    id_, outputs = cloud.create(token, inputs(token))
    cloud.delete(token, id_, outputs)
    cloud.delete(token, id_, outputs)


@pytest.mark.parametrize("token", ALL)
def test_a_preview_stores_nothing(cloud: Cloud, inputs: Inputs, token: str) -> None:
    assert cloud.create(token, inputs(token), preview=True)[0] == ""
    id_, outputs = cloud.create(token, inputs(token))
    cloud.update(token, id_, outputs, inputs(token, name="other"), preview=True)
    found = cloud.read(token, id_, outputs, inputs(token))
    assert found is not None
    assert found.outputs == outputs


def test_a_preview_does_not_know_what_the_vendor_computes(cloud: Cloud, inputs: Inputs) -> None:
    _, outputs = cloud.create(WORKERS_SCRIPT, inputs(WORKERS_SCRIPT), preview=True)
    assert {key for key, value in outputs.items() if value is UNKNOWN} == {
        "bindings",
        "createdOn",
        "etag",
        "handlers",
        "hasAssets",
        "hasModules",
        "migrationTag",
        "modifiedOn",
        "startupTimeMs",
    }


def test_a_preview_knows_what_no_update_changes(cloud: Cloud, inputs: Inputs) -> None:
    id_, outputs = cloud.create(WORKERS_SCRIPT, inputs(WORKERS_SCRIPT))
    after = cloud.update(WORKERS_SCRIPT, id_, outputs, inputs(WORKERS_SCRIPT, logpush=True), preview=True)
    assert after["createdOn"] == "2026-11-20T12:00:00.000000Z"
    assert after["modifiedOn"] is UNKNOWN


@pytest.mark.parametrize("token", [LOGPUSH_JOB, LOGS_PIPELINE, MONITOR])
def test_updating_what_is_gone_is_refused(cloud: Cloud, inputs: Inputs, token: str) -> None:
    id_, outputs = cloud.create(token, inputs(token))
    cloud.delete(token, id_, outputs)
    with pytest.raises(FiredrillError) as refused:
        cloud.update(token, id_, outputs, inputs(token))
    end = f": nothing has the id {id_!r} any more (404); run a refresh to tell the stack."
    assert str(refused.value).endswith(end)


def test_inputs_that_a_preview_does_not_know_are_not_checked_yet(cloud: Cloud, inputs: Inputs) -> None:
    given = inputs(MONITOR, type="composite", query=UNKNOWN, monitorThresholds=None)
    assert cloud.check(MONITOR, given) == Checked(given, [])


def test_an_input_that_becomes_unknown_is_a_change(cloud: Cloud, inputs: Inputs) -> None:
    old, new = inputs(WORKERS_SCRIPT), inputs(WORKERS_SCRIPT, bindings=UNKNOWN, scriptName=UNKNOWN)
    assert cloud.diff(WORKERS_SCRIPT, old, new) == Difference(["bindings", "scriptName"], ["scriptName"])


def test_a_secret_that_was_rotated_is_a_change_and_one_that_was_not_is_none(cloud: Cloud, inputs: Inputs) -> None:
    old = inputs(LOGPUSH_JOB)
    same = {**old, "destinationConf": Secret(old["destinationConf"])}
    rotated = {**old, "destinationConf": Secret(old["destinationConf"].replace("s3cr3t-key", "s3cr3t-new"))}
    assert cloud.diff(LOGPUSH_JOB, old, same) == Difference([], [])
    assert cloud.diff(LOGPUSH_JOB, old, rotated) == Difference(["destinationConf"], [])


def test_a_missing_input_is_named(problem: Callable[..., str]) -> None:
    assert problem(MONITOR, message=None) == "monitor 'errors': message is missing; set it."


def test_an_input_of_another_form_is_no_crash(problem: Callable[..., str]) -> None:
    assert problem(LOGS_PIPELINE, filters=7) == (
        "pipeline 'shop': its inputs are not of the provider's types: a number stands where something else belongs; "
        "compare them with its page."
    )


@pytest.mark.parametrize(
    ("token", "changes", "text"),
    [
        (MONITOR, {"priority": inf}, "its inputs are not of the provider's types: a value is not of the type"),
        (
            LOGS_PIPELINE_ORDER,
            {"name": "order", "pipelines": "a"},
            "LogsPipelineOrder: pipelines is 'a'; allowed: a list of ids.",
        ),
        (LOGS_PIPELINE_ORDER, {"name": 7, "pipelines": []}, "LogsPipelineOrder: name is 7; allowed: text."),
        (
            WORKERS_SCRIPT,
            {"bindings": [{"type": "plain_text", "name": ["A"], "text": ""}]},
            "WorkersScript 'shop': bindings.name is ['A']; allowed: a name as code writes it",
        ),
    ],
)
def test_an_input_of_another_type_is_refused_before_it_is_sent(
    cloud: Cloud, inputs: Inputs, token: str, changes: Json, text: str
) -> None:
    given = changes if token == LOGS_PIPELINE_ORDER else inputs(token, **changes)
    (found,) = cloud.check(token, given).problems
    assert text in found


def test_groups_that_are_not_known_yet_are_compared(cloud: Cloud, inputs: Inputs) -> None:
    old = inputs(LOGS_METRIC)
    assert cloud.diff(LOGS_METRIC, old, {**old, "groupBies": [UNKNOWN]}) == Difference(["groupBies"], [])


def test_a_type_that_is_not_there_is_refused_with_those_that_are(cloud: Cloud) -> None:
    with pytest.raises(FiredrillError) as refused:
        cloud.create("cloudflare:index/pipeline:Pipeline", {})
    assert str(refused.value) == (
        "The local cloud has no resources of type cloudflare:index/pipeline:Pipeline; it has "
        "cloudflare:index/accountToken:AccountToken, "
        "cloudflare:index/logpushJob:LogpushJob, "
        "cloudflare:index/logpushOwnershipChallenge:LogpushOwnershipChallenge, "
        "cloudflare:index/notificationPolicy:NotificationPolicy, "
        "cloudflare:index/queue:Queue, "
        "cloudflare:index/queueConsumer:QueueConsumer, "
        "cloudflare:index/r2Bucket:R2Bucket, "
        "cloudflare:index/r2BucketLifecycle:R2BucketLifecycle, "
        "cloudflare:index/worker:Worker, "
        "cloudflare:index/workerVersion:WorkerVersion, "
        "cloudflare:index/workersCronTrigger:WorkersCronTrigger, "
        "cloudflare:index/workersCustomDomain:WorkersCustomDomain, "
        "cloudflare:index/workersDeployment:WorkersDeployment, "
        "cloudflare:index/workersKvNamespace:WorkersKvNamespace, "
        "cloudflare:index/workersRoute:WorkersRoute, "
        "cloudflare:index/workersScript:WorkersScript, "
        "cloudflare:index/workersScriptSubdomain:WorkersScriptSubdomain, "
        "datadog:cloudflare/integrationAccount:IntegrationAccount, "
        "datadog:index/dashboardJson:DashboardJson, "
        "datadog:index/downtimeSchedule:DowntimeSchedule, "
        "datadog:index/logsCustomPipeline:LogsCustomPipeline, "
        "datadog:index/logsMetric:LogsMetric, "
        "datadog:index/logsPipelineOrder:LogsPipelineOrder, "
        "datadog:index/monitor:Monitor, "
        "datadog:index/monitorNotificationRule:MonitorNotificationRule, "
        "datadog:index/serviceLevelObjective:ServiceLevelObjective."
    )


def test_a_function_that_is_not_there_is_refused(cloud: Cloud) -> None:
    with pytest.raises(Unsupported) as refused:
        cloud.invoke("datadog:index/getMonitors:getMonitors", {})
    assert str(refused.value) == (
        "local cloud: function datadog:index/getMonitors:getMonitors (supported: "
        "cloudflare:index/getWorkersScripts:getWorkersScripts, "
        "datadog:index/getLogsPipelinesOrder:getLogsPipelinesOrder) is not supported by the emulator; see "
        "docs/support.md for what is."
    )
