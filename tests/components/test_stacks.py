from __future__ import annotations

import json
import runpy
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pulumi
import pytest

from firedrill.render import mock_engine, stack_config
from firedrill.resources import Resource, dumps
from tests.shipped_monitors import of_stack

ROOT = Path(__file__).resolve().parents[2]
GetStack = Callable[[str], Any]
STACKS = ["dev", "staging", "prod"]


@pytest.mark.parametrize("name", STACKS)
def test_each_stack_declares_the_whole_way_from_worker_to_monitors(stack: GetStack, name: str) -> None:
    declared = stack(name)
    declared.count("WorkersScript", 3 if name == "prod" else 1)  # prod has a heartbeat and a collector
    declared.count("WorkersScriptSubdomain", 1)
    declared.count("LogpushJob", 1)
    declared.count("LogsCustomPipeline", 1)
    declared.count("IntegrationAccount", 0)


@pytest.mark.parametrize("name", STACKS)
def test_a_monitor_is_named_after_its_service_and_the_class_that_it_watches(stack: GetStack, name: str) -> None:
    prefixes = {"worker": "conversation-state-monitors-", "class": "conversation-state-monitors-conversationstatedo-"}
    expected = {f"{prefixes[spec.scope]}{spec.id}" for spec in of_stack(name)}
    found = {monitor.name for monitor in stack(name).of_type("Monitor")}
    assert {each for each in found if "-slos-" not in each} == expected


@pytest.mark.parametrize("name", STACKS)
def test_a_stack_names_itself_in_everything_that_stacks_share_an_account_with(stack: GetStack, name: str) -> None:
    declared = stack(name)
    scope = f"source:workers-trace-events service:conversation-state env:{name}"
    declared.has("LogsCustomPipeline", {"name": f"conversation-state {name}", "filters": [{"query": scope}]})
    declared.has("LogpushJob", {"name": f"conversation-state-{name}"})
    for metric in declared.of_type("LogsMetric"):
        assert metric.inputs["name"].startswith(f"conversation_state.{name}.")
        assert metric.inputs["filter"]["query"].startswith(scope + " ")
    for monitor in declared.of_type("Monitor"):
        assert monitor.inputs["name"].startswith((f"conversation-state {name}: ", f"conversation-state {name} Conv"))


def test_workers_are_named_apart_but_in_production_simply(stack: GetStack) -> None:
    names = {name: [each.inputs["scriptName"] for each in stack(name).of_type("WorkersScript")] for name in STACKS}
    assert {name: sorted(found) for name, found in names.items()} == {
        "dev": ["conversation-state-dev"],
        "staging": ["conversation-state-staging"],
        "prod": ["conversation-state", "firedrill-collector-prod", "firedrill-heartbeat-prod"],
    }


@pytest.mark.parametrize("name", STACKS)
def test_every_monitor_says_what_sparse_metrics_and_missing_data_mean(stack: GetStack, name: str) -> None:
    for monitor in stack(name).of_type("Monitor"):
        inputs = monitor.inputs
        assert inputs["requireFullWindow"] is False
        if inputs["type"] != "slo alert":  # which looks at no window of points itself
            assert "notifyNoData" in inputs if inputs["type"] == "composite" else "onMissingData" in inputs
        assert {f"env:{name}", "team:platform", "service:conversation-state"} < set(inputs["tags"])


@pytest.mark.parametrize("name", STACKS)
def test_a_monitors_threshold_is_the_number_in_its_query(stack: GetStack, name: str) -> None:
    for monitor in stack(name).of_type("Monitor"):
        if monitor.inputs["type"] != "composite":
            assert monitor.inputs["query"].split()[-1] == monitor.inputs["monitorThresholds"]["critical"]


def test_a_composite_refers_to_its_parts_by_id_and_depends_on_them(stack: GetStack) -> None:
    by_name = {monitor.name: monitor for monitor in stack("dev").of_type("Monitor")}
    monitors = "conversation-state-monitors"
    rate = by_name[f"{monitors}-conversationstatedo-do-error-ratio"]
    low, composite = (
        by_name[f"{monitors}-conversationstatedo-do-low-traffic"],
        by_name[f"{monitors}-conversationstatedo-do-error-rate"],
    )
    assert composite.inputs["query"] == f"{rate.id} && !{low.id}"
    assert set(composite.depends_on) == {rate.urn, low.urn}


def test_only_production_wakes_somebody_up(stack: GetStack) -> None:
    told = {name: "@pagerduty" in dumps(stack(name).resources) for name in STACKS}
    assert told == {"dev": False, "staging": False, "prod": True}


def test_production_has_tighter_thresholds(stack: GetStack) -> None:
    critical = {
        name: stack(name).has("Monitor", {"name": f"conversation-state {name}: Worker 5xx rate before its guard"})
        for name in STACKS
    }
    thresholds = {name: monitor.inputs["monitorThresholds"]["critical"] for name, monitor in critical.items()}
    assert thresholds == {"dev": "5", "staging": "5", "prod": "1"}


def test_secrets_are_masked_where_they_are_and_nowhere_else(stack: GetStack) -> None:
    secrets = {r.name: r.secret_inputs for r in stack("dev").resources if r.secret_inputs}
    assert secrets == {
        "conversation-state-logs-job": ("destinationConf",),
        "conversation-state-worker-script": ("bindings[2].text",),
    }
    job = stack("dev").has("LogpushJob", {})
    assert job.inputs["destinationConf"].startswith(
        "datadog://http-intake.logs.datadoghq.com/api/v2/logs?header_DD-API-KEY=[secret]&ddsource=workers-trace-events&"
    )
    assert stack_config.PLACEHOLDER not in dumps(stack("dev").resources)


def test_the_stack_exports_what_a_person_opens_next(kit: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    exported: dict[str, Any] = {}

    def program() -> None:
        runpy.run_path(str(ROOT / "__main__.py"), run_name="__main__")
        root = pulumi.runtime.get_root_resource()
        pulumi.Output.all(**root.outputs).apply(exported.update)  # type: ignore[union-attr]

    config = stack_config.read("dev", ROOT)
    monkeypatch.setenv("PULUMI_CONFIG", json.dumps(config.values))
    mock_engine.record(program, "dev", config)
    objects = "https://dash.cloudflare.com/00000000000000000000000000000000/workers/durable-objects"
    assert exported == {
        "conversation-state": {
            "worker": "https://conversation-state-dev.example.workers.dev",
            "durableObjects": {"ConversationStateDO": objects},
            "monitors": "https://app.datadoghq.com/monitors/manage?q=service%3Aconversation-state+env%3Adev",
            "logs": "https://app.datadoghq.com/logs?query="
            "source%3Aworkers-trace-events+service%3Aconversation-state+env%3Adev",
        },
        "pipelines": "https://app.datadoghq.com/logs/pipelines",
    }


def test_a_stack_may_have_a_worker_that_wrangler_deploys_beside_its_own(stack: GetStack) -> None:
    declared = stack("example")
    scripts = {each.name: each.inputs["scriptName"] for each in declared.of_type("WorkersScript")}
    assert scripts == {"conversation-state-worker-script": "conversation-state-example"}
    services = {each.name: each.inputs for each in declared.of_type("ObservedService")}
    assert {name: inputs["managed"] for name, inputs in services.items()} == {
        "conversation-state": True,
        "chat-room": False,
    }
    assert services["chat-room"]["script"]["contentFile"] == ".firedrill/bundles/chat-room.mjs"
    declared.has("LogpushJob", {"name": "chat-room-example"})
    declared.has("LogsCustomPipeline", {"name": "chat-room example"})


def test_workers_of_one_stack_share_no_name(stack: GetStack) -> None:
    declared = stack("example")
    for token in ("LogpushJob", "LogsCustomPipeline", "LogsMetric", "Monitor"):
        names = [each.inputs["name"] for each in declared.of_type(token)]
        assert len(set(names)) == len(names)
    both = {name: [each.name for each in declared.of_type("Monitor") if each.name.startswith(f"{name}-")]
            for name in ("conversation-state", "chat-room")}  # fmt: skip
    assert "chat-room-monitors-chatroom-do-latency" in both["chat-room"]
    assert not [
        name for name in both["chat-room"] if name.endswith("mapping-failures")
    ]  # off but for classes that give it thresholds


def test_the_logs_of_all_workers_go_to_each_further_destination(rendered: Callable[..., dict[str, Resource]]) -> None:
    archive = {"type": "r2", "bucket": "logs", "accessKeyId": "keyId", "secretAccessKey": "key", "fields": ["Logs"]}
    placeholder = stack_config.PLACEHOLDER
    found = rendered(destinations=json.dumps({"archive": archive}), keyId=placeholder, key=placeholder)
    job = found["destination-archive-job"]
    assert job.inputs["name"] == "firedrill-dev-archive"
    assert job.inputs["outputOptions"]["fieldNames"] == ["Logs"]
    assert job.inputs["filter"] == found["conversation-state-logs-job"].inputs["filter"]
    account = f"account-id={'0' * 32}&access-key-id=[secret]&secret-access-key=[secret]"
    assert job.inputs["destinationConf"] == f"r2://logs/workers-trace-events/{{DATE}}?{account}"
    assert job.secret_inputs == ("destinationConf",)


def test_more_fields_go_to_datadog_where_the_config_asks_for_them(rendered: Callable[..., dict[str, Resource]]) -> None:
    jobs = [rendered(**changes)["conversation-state-logs-job"] for changes in ({}, {"moreFields": '["Event"]'})]
    without, asked = (set(each.inputs["outputOptions"]["fieldNames"]) for each in jobs)
    assert asked - without == {"Event"}
    assert "Exceptions" not in asked


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch, kit: Any) -> Callable[..., dict[str, Resource]]:
    """The stack dev with some keys changed, by the resources' names; `kit` has imported the providers."""

    def run(**changes: str) -> dict[str, Resource]:
        config = stack_config.read("dev", ROOT)
        values = {**config.values, **{f"firedrill:{key}": value for key, value in changes.items()}}
        monkeypatch.setenv("PULUMI_CONFIG", json.dumps(values))
        program = partial(runpy.run_path, str(ROOT / "__main__.py"), run_name="__main__")
        secret_keys = tuple(key for key, text in values.items() if stack_config.PLACEHOLDER in text)
        config = replace(config, values=values, secret_keys=secret_keys)
        found = mock_engine.record(lambda: [program(), None][1], "dev", config)
        return {each.name: each for each in found}

    return run


def test_the_order_of_pipelines_belongs_to_the_stack_that_asks_for_it(rendered: Callable[..., Any]) -> None:
    assert "pipelines-order" not in rendered()
    by_name = rendered(ownsPipelineOrder="true")
    own = by_name["conversation-state-logs-pipeline"].id
    assert by_name["pipelines-order"].inputs == {"name": "firedrill dev", "pipelines": [own]}


def test_platform_metrics_are_declared_where_a_stack_asks_for_them(rendered: Callable[..., Any]) -> None:
    by_name = rendered(platformMetrics="both")
    assert by_name["platform-integration"].inputs["name"] == "firedrill dev"
    collector = by_name["platform-collector"].inputs
    assert collector["scriptName"] == "firedrill-collector-dev"
    assert json.loads(next(each["json"] for each in collector["bindings"] if each["name"] == "WORKERS")) == {
        "conversation-state-dev": {
            "prefix": "conversation_state.dev.",
            "tags": ["env:dev", "service:conversation-state", "team:platform"],
        }
    }


def test_the_program_stays_short() -> None:
    assert len((ROOT / "__main__.py").read_text().splitlines()) < 60
