"""What a managed Worker has besides code and classes: everything that the provider knows, and nothing else."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given as fuzzed
from hypothesis import strategies as st
from pydantic.alias_generators import to_camel

from firedrill.components import config
from firedrill.components.destination_fields import CREDENTIAL
from firedrill.components.model import Managed
from firedrill.components.script_settings import QueueConsumer, ScriptSettings
from firedrill.components.worker import further
from firedrill.vendors.cloudflare.rules.bindings import FIELDS, KINDS, ONE_OF, SERVICE_WORKER
from firedrill.vendors.cloudflare.rules.queues import SETTINGS
from tests.components.test_components import worker_args
from tests.components.test_config import ENCRYPTED, SHIPPED, chat, given, refusal, services

ZONE = "0123456789abcdef0123456789abcdef"
QUEUE = "fedcba9876543210fedcba9876543210"
EVERYTHING: dict[str, Any] = {
    "bindings": {
        "FILES": {"type": "r2_bucket", "bucketName": "files", "jurisdiction": "eu"},
        "LIMIT": {"type": "ratelimit", "namespaceId": "1001", "simple": {"limit": 5, "period": 10}},
        "SETTINGS": {"type": "json", "json": {"sizes": [1, 2]}},
        "ROOMS_OF_SHOP": {
            "type": "durable_object_namespace",
            "className": "Room",
            "scriptName": "shop",
            "retry": {"maxAttempts": 2, "timeoutMs": 500},
        },
        "TOKEN": {"type": "secret_text", "secret": "shopToken"},
        "SIGNS": {"type": "secret_key", "algorithm": "HMAC", "format": "raw", "usages": ["sign"], "secret": "shopKey"},
    },
    "compatibilityFlags": ["nodejs_compat"],
    "assets": {"directory": "public", "htmlHandling": "none", "runWorkerFirst": ["/api/*", "!/api/docs"]},
    "placement": {"region": "aws:us-east-1"},
    "limits": {"cpuMs": 100, "subrequests": 50},
    "cacheOptions": {"enabled": True},
    "observability": {"headSamplingRate": 0.5, "logs": {"invocationLogs": False}, "issues": {"enabled": True}},
    "tailConsumers": [{"service": "tail"}],
    "crons": ["*/5 * * * *"],
    "routes": [{"pattern": "shop.example.com/api/*", "zoneId": ZONE}],
    "domains": [{"hostname": "chat.example.com", "zoneName": "example.com"}],
    "queueConsumers": {"jobs": {"queueId": QUEUE, "batchSize": 5, "maxRetries": 0, "deadLetterQueue": "jobs-dead"}},
    "workersDev": False,
    "previewUrls": True,
}
SECRETS = {"firedrill:shopToken": "hunter2", "firedrill:shopKey": "aHVudGVyMg=="}


def managed(**fields: Any) -> Managed:
    """The script of the Worker chat with these fields."""
    texts = {**given(workers=chat(**fields)), **(SECRETS if "bindings" in fields else {})}
    is_secret = {*ENCRYPTED, *SECRETS}.__contains__
    script = next(each for each in config.load(texts, is_secret, "test", SHIPPED)[1] if each.key == "chat").script
    assert isinstance(script, Managed)
    return script


def provider(name: str) -> Any:
    """The parameters of one of the provider's classes."""
    from pulumi_cloudflare import _inputs, workers_script

    return getattr(workers_script, name, None) or getattr(_inputs, name)


@pytest.mark.usefixtures("kit")
def test_every_type_of_binding_and_every_field_that_the_provider_knows_is_known() -> None:
    args = provider("WorkersScriptBindingArgs")
    types = re.search(r"binding provides\.\s+Available values: (.*?)\.\n", inspect.getsource(args), re.DOTALL)
    assert types
    assert {name.replace("*", "_") for name in re.findall(r'"([^"]+)"', types[1])} == {*KINDS, *SERVICE_WORKER}
    fields = set(inspect.signature(args.__init__).parameters) - {"__self__", "self", "name", "type"}
    assert fields == {*FIELDS, "part"}  # of scripts in the older syntax


LEFT_TO_FIREDRILL = {
    *("account_id", "script_name", "bindings", "compatibility_date", "logpush", "migrations"),
    *("content", "content_file", "content_sha256", "content_type", "main_module", "files", "package_dependencies"),
}
LEFT_OUT = {
    *("annotations", "force", "usage_model"),  # of one upload, or of a contract
    *("bindings_inherit", "keep_assets", "keep_bindings"),  # would keep what no stack declares
    *("body_part", "exports"),  # the older syntax; what the code says
}


@pytest.mark.usefixtures("kit")
def test_every_field_of_an_upload_is_declared_or_left_out_on_purpose() -> None:
    fields = set(inspect.signature(provider("WorkersScriptArgs").__init__).parameters) - {"__self__", "self"}
    assert fields - LEFT_TO_FIREDRILL - LEFT_OUT == set(ScriptSettings.model_fields) - {
        *("bindings", "crons", "routes", "domains", "queue_consumers", "workers_dev", "preview_urls")
    }


@pytest.mark.usefixtures("kit")
def test_every_setting_of_a_queues_worker_that_the_provider_knows_is_declared_or_left_out_on_purpose() -> None:
    import pulumi_cloudflare as cloudflare

    known = set(inspect.signature(cloudflare.QueueConsumerSettingsArgs.__init__).parameters) - {"__self__", "self"}
    of_others = {"visibility_timeout_ms", "emails", "pagerduties", "webhooks"}
    assert known - of_others == set(SETTINGS) == set(QueueConsumer.model_fields) - {"queue_id", "dead_letter_queue"}


def test_what_the_config_gives_is_what_is_uploaded(declare: Callable[..., Any], kit: SimpleNamespace) -> None:
    script = managed(**EVERYTHING)
    bound = [each if "secret" not in each else further.with_secret(each, "PLANTED") for each in script.bindings]
    args = worker_args(other_bindings=bound, upload=script.upload, routing=script.routing)
    declared = declare(lambda: kit.ObservedWorker("w", kit.ObservedWorkerArgs(**args)))
    upload = declared.has(
        "WorkersScript",
        {
            "assets": {
                "directory": "public",
                "config": {"htmlHandling": "none", "runWorkerFirst": ["/api/*", "!/api/docs"]},
            },
            "cacheOptions": {"enabled": True},
            "compatibilityFlags": ["nodejs_compat"],
            "limits": {"cpuMs": 100, "subrequests": 50},
            "observability": {
                "enabled": True,
                "headSamplingRate": 0.5,
                "issues": {"enabled": True},
                "logs": {"enabled": True, "invocationLogs": False, "persist": True},
            },
            "placement": {"region": "aws:us-east-1"},
            "tailConsumers": [{"service": "tail"}],
        },
    )
    bindings = {each["name"]: each for each in upload.inputs["bindings"]}
    assert bindings["FILES"] == {"name": "FILES", "type": "r2_bucket", "bucketName": "files", "jurisdiction": "eu"}
    assert bindings["SETTINGS"]["json"] == '{"sizes": [1, 2]}'
    assert bindings["ROOMS_OF_SHOP"]["retry"] == {"maxAttempts": 2, "timeoutMs": 500}
    assert set(bindings["SIGNS"]) == {"name", "type", "algorithm", "format", "usages", "keyBase64"}
    declared.has("WorkersCronTrigger", {"scriptName": "worker-12", "schedules": [{"cron": "*/5 * * * *"}]})
    declared.has("WorkersRoute", {"script": "worker-12", "pattern": "shop.example.com/api/*", "zoneId": ZONE})
    domain = {"service": "worker-12", "hostname": "chat.example.com", "zoneName": "example.com", "accountId": "acc-11"}
    declared.has("WorkersCustomDomain", domain)
    consumer = {"queueId": QUEUE, "settings": {"batchSize": 5, "maxRetries": 0}, "deadLetterQueue": "jobs-dead"}
    declared.has("QueueConsumer", {"scriptName": "worker-12", "type": "worker", "accountId": "acc-11", **consumer})
    declared.has("WorkersScriptSubdomain", {"enabled": False, "previewsEnabled": True})


def test_a_consumer_is_named_by_its_queues_id_so_that_a_renamed_queue_keeps_it(
    declare: Callable[..., Any], kit: SimpleNamespace
) -> None:
    def names(queue: str) -> list[str]:
        routing = managed(queueConsumers={queue: {"queueId": QUEUE}}).routing
        declared = declare(lambda: kit.ObservedWorker("w", kit.ObservedWorkerArgs(**worker_args(routing=routing))))
        return [each.name for each in declared.of_type("QueueConsumer")]

    assert names("jobs") == names("orders") == [f"w-queue-{QUEUE}"]


def test_a_worker_that_says_nothing_is_uploaded_as_before(declare: Callable[..., Any], kit: SimpleNamespace) -> None:
    script = managed()
    assert (script.bindings, script.upload, script.secrets) == ((), {}, ())
    declared = declare(lambda: kit.ObservedWorker("w", kit.ObservedWorkerArgs(**worker_args(routing=script.routing))))
    declared.has("WorkersScriptSubdomain", {"enabled": True, "previewsEnabled": False})
    for resource in ("WorkersCronTrigger", "WorkersRoute", "WorkersCustomDomain", "QueueConsumer"):
        declared.count(resource, 0)


def test_secrets_of_bindings_are_those_of_config_keys() -> None:
    assert set(managed(**EVERYTHING).secrets) == {"shopToken", "shopKey"}
    told = refusal(workers=chat(bindings={"TOKEN": {"type": "secret_text", "secret": "shopToken"}}))
    assert "firedrill:shopToken is missing\n  allowed: a secret, encrypted by Pulumi" in told


@pytest.mark.parametrize(
    ("fields", "place", "allowed"),
    [
        ({"bindings": {"A": {"type": "aii"}}}, "bindings.A.type is 'aii' (did you mean 'ai'?)", "one of ai, ai_search"),
        ({"bindings": {"A": {}}}, "bindings.A.type is missing", "a type of binding"),
        ({"bindings": {"A": {"type": "wasm_module"}}}, "bindings.A.type is 'wasm_module'", "one of ai"),
        ({"bindings": {"A": {"type": "plain_text", "text": "a"}}}, "bindings.A.type is 'plain_text'", "variables"),
        ({"bindings": {"A": {"type": "r2_bucket"}}}, "bindings.A.bucketName is missing", "type r2_bucket needs: text"),
        (
            {"bindings": {"A": {"type": "r2_bucket", "bucketName": "a", "bucket": "b"}}},
            "bindings.A.bucket is not a field of type r2_bucket (did you mean 'bucketName'?)",
            "one of bucketName, jurisdiction",
        ),
        ({"bindings": {"A": {"type": "d1", "id": "a", "databaseId": "b"}}}, "bindings.A.databaseId is", "exactly one"),
        (
            {"bindings": {"A": {"type": "ratelimit", "namespaceId": "1", "simple": {"limit": 1, "period": 11}}}},
            "bindings.A.simple is {'limit': 1, 'period': 11}",
            "period, 10 or 60 seconds",
        ),
        (
            {"bindings": {"A": {"type": "durable_object_namespace", "className": "Room"}}},
            "bindings.A.scriptName is missing",
            "the Worker whose class it is; those of this Worker stand in classes",
        ),
        ({"placement": {"mode": "clever"}}, "placement.mode is 'clever'", "one of smart, targeted"),
        ({"placement": {"mode": "smart", "region": "aws:a"}}, "placement is", "mode: smart, or one of region"),
        ({"limits": {"cpu": 1}}, "limits.cpu is not a field of limits", "one of cpuMs, subrequests"),
        ({"limits": {"cpuMs": 300_001}}, "limits.cpuMs is 300001", "milliseconds, 1 to 300000"),
        ({"assets": {}}, "assets.directory is missing", "a folder, relative to this one"),
        ({"assets": {"directory": "a", "runWorkerFirst": ["api"]}}, "assets.runWorkerFirst", "paths that begin with /"),
        ({"crons": ["* * *"]}, "crons[0] is '* * *'", "minute, hour"),
        ({"routes": [{"pattern": "shop.example.com", "zoneId": ZONE}]}, "routes[0].pattern is", "a host with a path"),
        ({"domains": [{"hostname": "shop"}]}, "domains[0].hostname is 'shop'", "a host name"),
        ({"queueConsumers": {"jobs": {}}}, "queueConsumers.jobs.queueId is missing", "id of a queue"),
        (
            {"queueConsumers": {"-": {"queueId": QUEUE}}},
            "queueConsumers.- is not a valid name",
            "a letter or digit first",
        ),
        (
            {"queueConsumers": {"jobs": {"queueId": QUEUE, "batchSize": 101}}},
            "queueConsumers.jobs.batchSize is 101",
            "messages, 1 to 100",
        ),
        (
            {"queueConsumers": {"jobs": {"queueId": QUEUE, "size": 1}}},
            "queueConsumers.jobs.size is not a field of a queue consumer",
            "one of queueId, batchSize",
        ),
        (
            {"queueConsumers": {"a": {"queueId": QUEUE}, "b": {"queueId": QUEUE}}},
            "queueConsumers.b.queueId is",
            "another one than queueConsumers.a.queueId has",
        ),
        ({"tailConsumers": [{"worker": "a"}]}, "tailConsumers[0].worker is not a field of a tail consumer", "one of"),
        ({"compatibilityFlags": ["a b"]}, "compatibilityFlags[0] is 'a b'", "a list of flags"),
        ({"observability": {"logs": {"persist": True}}}, "observability.logs.persist is not a field of logs", "one of"),
        ({"bindings": {"A": {"type": "json"}}}, "bindings.A.json is missing", "allowed: any value\n"),
        ({"bindings": {"A": {"type": "json", "json": float("nan")}}}, "bindings.A.json is nan", "any value but .nan"),
        ({"limits": {"cpuMs": True}}, "limits.cpuMs is true", "milliseconds, 1 to 300000"),
        ({"observability": {"headSamplingRate": True}}, "observability.headSamplingRate is true", "from 0 to 1"),
        (
            {"compatibilityFlags": ["a", "b", "a"]},
            "compatibilityFlags[2] is 'a'",
            "another one than compatibilityFlags[0]",
        ),
        ({"routes": [{"pattern": "a.b/*", "zoneId": ZONE}] * 2}, "routes[1].pattern is", "than routes[0].pattern has"),
        ({"domains": [{"hostname": "a.example.com"}] * 2}, "domains[1].hostname is", "than domains[0].hostname has"),
        ({"usageModel": "standard"}, "usageModel is not a field of a Worker", "one of"),
    ],
)
def test_what_is_not_known_is_refused_by_name(fields: dict[str, Any], place: str, allowed: str) -> None:
    told = refusal(workers=chat(**fields))
    assert f"firedrill:workers.chat.{place}" in told
    assert allowed in told


def test_a_secret_in_plain_text_is_refused_and_never_shown() -> None:
    told = refusal(workers=chat(bindings={"TOKEN": {"type": "secret_text", "text": "hunter2"}}))
    assert "bindings.TOKEN.text is text\n  allowed: nothing, since secret names the config key that holds it" in told
    assert "bindings.TOKEN.secret is missing" in told
    assert "hunter2" not in told


def test_a_secret_in_the_place_of_its_keys_name_is_refused_and_never_shown() -> None:
    told = refusal(workers=chat(bindings={"TOKEN": {"type": "secret_text", "secret": "hunter 2!"}}))
    assert "has 1 problem." in told
    assert "bindings.TOKEN.secret is not a valid name\n  allowed: the name of a config key" in told
    assert "hunter" not in told


def test_a_field_that_a_binding_cannot_have_is_to_be_removed_not_set() -> None:
    told = refusal(workers=chat(bindings={"A": {"type": "ai", "model": "x"}}))
    assert "remove it from Pulumi.test.yaml, or run: pulumi config rm" in told
    assert "pulumi config set" not in told


def test_problems_of_bindings_schedules_and_other_fields_are_told_at_once() -> None:
    bindings = {"A": {"type": "queue"}, "B": {"type": "vectorize"}}
    told = refusal(workers=chat(bindings=bindings, crons=["never"], limits={"cpuMs": 0}))
    assert told.startswith("The config of stack 'test' has 4 problems.")


def test_of_a_worker_that_wrangler_deploys_wranglers_file_says_it() -> None:
    unmanaged = {"managed": False, "wrangler": "wrangler.jsonc", "entry": None}
    told = refusal(workers=chat(**unmanaged, crons=["* * * * *"], placement={"mode": "smart"}))
    assert "workers.chat.crons is" in told
    assert "workers.chat.placement is" in told
    assert "allowed: nothing, since Wrangler deploys this Worker (managed: false) as its own file says" in told


def test_a_heartbeat_needs_an_address_where_workers_dev_is_off() -> None:
    told = refusal(heartbeat={"chat": True}, workers=chat(workersDev=False, drill="drill.yaml"))
    assert "firedrill:heartbeat.chat is missing\n  allowed: the https address where callers reach it, since" in told
    assert "workersDev is false" in told
    given_one = services(heartbeat={"chat": "https://chat.example.com"}, workers=chat(workersDev=False, drill="d.yaml"))
    assert given_one["chat"].heartbeat == "https://chat.example.com"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)
NAMES = st.sampled_from([*(to_camel(each) for each in FIELDS), "secret", "unknown"])


@fuzzed(st.sampled_from([*KINDS, "unknown"]), st.dictionaries(NAMES, JSON, max_size=5))
def test_whatever_the_fields_of_a_binding_are_is_taken_or_told(kind: str, fields: dict[str, Any]) -> None:
    found = list(further.breaches({"type": kind, **fields}, CREDENTIAL))
    assert all(breach.field and breach.allowed for breach in found)
    if not found:
        binding = further.api_binding("A", {"type": kind, **fields})
        assert set(binding) - {"name", "type", "secret"} <= {*KINDS[kind].needs, *KINDS[kind].may}


def test_a_type_has_only_fields_that_there_are() -> None:
    assert all(set(each) <= {*KINDS[kind].needs, *KINDS[kind].may} for kind, each in ONE_OF.items())
