from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from firedrill.components.code import Code
from firedrill.components.model import ByWrangler, DeclaredWorker, Managed, ObservedClass
from firedrill.components.monitor_settings import MonitorSettings
from firedrill.components.settings import Settings
from firedrill.components.worker.bundle import Bundle
from firedrill.render.stack_config import PLACEHOLDER

Declare = Callable[..., Any]
STACK = {
    "environment": "env-14",
    "team": "t",
    "budget": 0,
    "accountId": "0" * 32,
    "workersSubdomain": "sub-12",
    "compatibilityDate": "2026-11-01",
    "protect": True,
    "moreFields": [],
    "region": "any",
    "platformMetrics": "none",
    "destinations": {},
    "heartbeat": {},
    "jobAlerts": {},
    "slos": {},
    "dashboard": False,
    "datadogSite": "datadoghq.eu",
    "logSource": "s",
    "ownsPipelineOrder": False,
    "docsUrl": "https://x.example/docs",
    "notifyPage": "@page",
    "notifyChat": "@chat",
    "routes": {},
    "deployWindow": {},
    "evaluationDelay": 120,
    "renotifyInterval": 60,
    "renotifyOccurrences": 3,
    "pageWithin": 11,
    "chatWithin": 12,
    "recoversWithin": 13,
}
MANAGED = Managed("entry.mjs", "2026-11-01", {"A": "1"}, {}, ("Gone",))
BUNDLE = Bundle(".firedrill/bundles/svc.mjs", "sha-14")


@pytest.fixture
def declared(declare: Declare, kit: SimpleNamespace, service: Callable[..., DeclaredWorker]) -> Declare:
    """Declares a managed service with some of its fields changed."""

    def run(
        code: Code | None = None,
        links: Callable[[Any], object] = id,
        reporter: str = "none",
        budget: int = 0,
        **changes: Any,
    ) -> Any:
        settings = Settings.model_validate({**STACK, "reporter": reporter, "budget": budget})
        of = service(**{"script": MANAGED, **changes})
        first = Code(BUNDLE, migrations={"new_tag": "t-15", "new_sqlite_classes": [each.name for each in of.classes]})
        args = kit.ObservedServiceArgs(settings, of, code or first, f"{PLACEHOLDER}-salt", f"{PLACEHOLDER}-key")
        return declare(lambda: kit.ObservedService(of.key, args).links.apply(links))

    return run


def test_a_service_says_what_is_observed(declared: Declare, observed: Callable[..., ObservedClass]) -> None:
    classes = (observed(errors=("miss", "error")), observed("ClassB", operations=("sum",), counted_by="object"))
    (component,) = declared(classes=classes).of_type("ObservedService")
    assert (component.name, component.parent) == ("svc", "")
    assert component.inputs == {
        "service": "svc",
        "environment": "env-14",
        "site": "datadoghq.eu",
        "scriptName": "svc-env-14",
        "handles": ["@chat", "@page"],
        "deletedClasses": ["Gone"],
        "managed": True,
        "drill": "drill.yaml",
        "canary": "f12ed211",
        "classes": {
            "ClassA": {"operations": ["put", "get"], "errors": ["miss", "error"], "countedBy": "caller"},
            "ClassB": {"operations": ["sum"], "errors": ["error"], "countedBy": "object"},
        },
        "promises": {
            "warnings": "@chat",
            "runbooks": "https://x.example/docs/runbooks/",
            "renotifyInterval": 60,
            "renotifyOccurrences": 3,
            "recoversWithin": 13,
            "dangers": [],
        },
    }


def test_a_service_says_what_its_stack_may_cost(declared: Declare) -> None:
    (component,) = declared(budget=250).of_type("ObservedService")
    assert component.inputs["budget"] == 250


def test_all_that_belongs_to_a_service_is_named_after_it_and_below_it(declared: Declare) -> None:
    resources = declared().resources
    parts = {(each.type.rpartition(":")[2], each.name) for each in resources if each.parent.endswith("::svc")}
    assert parts == {
        ("ObservedWorker", "svc-worker"),
        ("LogDelivery", "svc-logs"),
        ("LogPipeline", "svc-logs"),
        ("LogMetrics", "svc-metrics"),
        ("Monitors", "svc-monitors"),
    }
    below = {each.name for each in resources if "::svc-" in each.parent}
    assert {"svc-worker-script", "svc-worker-subdomain", "svc-logs-job", "svc-logs-pipeline"} < below
    assert all(name.startswith("svc-") for name in below)


def test_a_managed_worker_is_uploaded_as_the_config_says(declared: Declare) -> None:
    script = declared().has(
        "WorkersScript",
        {
            "scriptName": "svc-env-14",
            "compatibilityDate": "2026-11-01",
            "contentFile": ".firedrill/bundles/svc.mjs",
            "migrations": {"newTag": "t-15", "newSqliteClasses": ["ClassA"]},
        },
    )
    assert script.protect
    assert [binding["name"] for binding in script.inputs["bindings"]] == ["A", "OBJECTS", "TELEMETRY_SALT"]
    assert script.secret_inputs == ("bindings[2].text",)


def test_a_heartbeat_has_its_metric_apart_from_other_canaries_and_its_monitor(declared: Declare) -> None:
    settings = {"heartbeat": MonitorSettings(window="last_10m", critical=1)}
    found = declared(heartbeat="https://chat.example", monitors=settings)
    assert found.of_type("ObservedService")[0].inputs["heartbeat"] == "https://chat.example"
    beats = "@telemetry.request:f12ed211????f*"
    metrics = {each.inputs["name"]: each.inputs["filter"]["query"] for each in found.of_type("LogsMetric")}
    assert f" {beats} " in f"{metrics['svc.env_14.heartbeat.requests']} "
    assert f" -{beats} " in metrics["svc.env_14.canary.requests"]
    assert found.of_type("Monitor")[0].name == "svc-monitors-heartbeat"
    without = declared(monitors=settings)
    assert without.of_type("Monitor") == []
    assert not any("heartbeat" in each.inputs["name"] for each in without.of_type("LogsMetric"))


def test_a_reporter_has_its_bindings_and_its_metric(declared: Declare) -> None:
    found = declared(reporter="both")
    (script,) = found.of_type("WorkersScript")
    names = [binding["name"] for binding in script.inputs["bindings"]]
    assert {"DD_API_KEY", "DD_SITE", "FIREDRILL_METRIC_PREFIX", "FIREDRILL_ANALYTICS"} < set(names)
    assert f"bindings[{names.index('DD_API_KEY')}].text" in script.secret_inputs
    found.has("LogsMetric", {"name": "svc.env_14.reporter.events"})


def test_of_a_worker_that_wrangler_deploys_all_but_the_script_is_declared(declared: Declare) -> None:
    script = {"scriptName": "svc-env-14", "logpush": True}
    found = declared(code=Code(BUNDLE, script=script), script=ByWrangler("wrangler.toml"))
    (component,) = found.of_type("ObservedService")
    assert (component.inputs["managed"], component.inputs["script"]) == (False, script)
    assert component.inputs["deletedClasses"] == []
    for token, count in (
        ("WorkersScript", 0),
        ("WorkersScriptSubdomain", 0),
        ("LogpushJob", 1),
        ("LogsCustomPipeline", 1),
    ):
        found.count(token, count)


def test_a_service_leads_to_what_a_person_opens_next(declared: Declare) -> None:
    links: list[Any] = []
    declared(links=links.append)
    declared(links=links.append, code=Code(BUNDLE, script={"scriptName": "w"}), script=ByWrangler("wrangler.toml"))
    datadog = {
        "monitors": "https://app.datadoghq.eu/monitors/manage?q=service%3Asvc+env%3Aenv-14",
        "logs": "https://app.datadoghq.eu/logs?query=source%3As+service%3Asvc+env%3Aenv-14",
    }
    assert links == [
        {
            **datadog,
            "worker": "https://svc-env-14.sub-12.workers.dev",
            "durableObjects": {"ClassA": f"https://dash.cloudflare.com/{'0' * 32}/workers/durable-objects"},
        },
        datadog,
    ]


@pytest.mark.parametrize(
    ("name", "former"),
    [
        ("worker", "ObservedWorker::worker"),
        ("worker-script", "ObservedWorker$cloudflare:index/workersScript:WorkersScript::worker-script"),
        ("logs-job", "LogDelivery$cloudflare:index/logpushJob:LogpushJob::logs-job"),
        ("logs-pipeline", "LogPipeline$datadog:index/logsCustomPipeline:LogsCustomPipeline::logs-pipeline"),
        ("metrics-do-latency", "LogMetrics$datadog:index/logsMetric:LogsMetric::metrics-do-latency"),
    ],
)
def test_what_was_live_before_services_is_kept_for_the_one_that_there_was(
    declared: Declare, observed: Callable[..., ObservedClass], name: str, former: str
) -> None:
    found = declared(key="conversation-state", classes=(observed("ConversationStateDO"),))
    aliases = {alias for each in found.resources if each.name == f"conversation-state-{name}" for alias in each.aliases}
    assert f"urn:pulumi:test::firedrill::firedrill:components:{former}" in aliases


def test_what_was_live_under_the_former_key_of_a_worker_is_kept(declared: Declare) -> None:
    now, before = declared(renamed_from="old").resources, declared(key="old").resources
    expected = {each.urn for each in before if each.parent}
    kept = {alias for each in now for alias in each.aliases}
    assert len(expected) > 30
    assert expected <= kept


def test_another_service_has_no_former_names(declared: Declare) -> None:
    assert all("ObservedService$" in alias for each in declared().resources for alias in each.aliases)
