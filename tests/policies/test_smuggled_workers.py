"""What is wrong with Workers and credentials in other places than the obvious ones: it is found all the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from firedrill.policies.rule import Declared, Item, violations
from firedrill.policies.rules import RULES
from firedrill.resources import R2_BUCKET

Spoilt = Callable[..., Declared]
DATADOG = "datadog://http-intake.logs.datadoghq.com/api/v2/logs?header_DD-API-KEY=[secret]&"


def found(rule_id: str, declared: Declared) -> list[tuple[str, str]]:
    return [(each.item.name, each.finding) for each in violations(RULES, declared, {}) if each.rule.id == rule_id]


@pytest.mark.parametrize("environment", ["prod-eu", "production", "prd", "live", "eu.prod", "PROD"])
def test_production_has_many_names(spoilt: Spoilt, environment: str) -> None:
    declared = spoilt("shop", {"environment": environment})
    open_ = Declared([replace(each, protect=False) for each in declared.items])
    assert [name for name, _ in found("production-protected", open_)] == ["script", "bucket"]


@pytest.mark.parametrize("environment", ["dev", "pre-prod", "non-prod", "staging", "product"])
def test_what_comes_before_production_needs_no_protection(spoilt: Spoilt, environment: str) -> None:
    declared = spoilt("shop", {"environment": environment})
    open_ = Declared([replace(each, protect=False) for each in declared.items])
    assert found("production-protected", open_) == []


def test_a_bucket_outside_of_a_service_is_of_its_stack(stack: Declared) -> None:
    bucket = Item(R2_BUCKET, "archive", "urn:archive", {"name": "archive"})
    assert found("production-protected", Declared([*stack.items, bucket])) == [
        ("archive", "it is not protected in prod: one `pulumi destroy` deletes what it holds")
    ]


def test_a_worker_without_objects_outside_of_a_service_holds_nothing(stack: Declared) -> None:
    script = next(each for each in stack.items if each.name == "script")
    collector = replace(
        script, name="collector", urn="urn:c", parent="", protect=False, inputs={"scriptName": "collector"}
    )
    assert found("production-protected", Declared([*stack.items, collector])) == []


def test_objects_without_a_binding_need_logpush_as_well(spoilt: Spoilt) -> None:
    assert found("worker-logpush-on", spoilt("script", {"logpush": False, "bindings": []}))


def test_a_worker_without_a_name_has_none(spoilt: Spoilt) -> None:
    assert found("worker-name-within-limits", spoilt("script", {"scriptName": None}))


@pytest.mark.parametrize("given", ["20261101", "2026-W45-7", "", 20261101])
def test_a_date_in_another_form_is_no_compatibility_date(spoilt: Spoilt, given: object) -> None:
    assert found("worker-compatibility-date-recent", spoilt("script", {"compatibilityDate": given}))


@pytest.mark.parametrize(
    "binding",
    [
        {"type": "plain_text", "name": "SIGNING_KEY", "text": "x"},
        {"type": "plain_text", "name": "DATABASE", "text": "postgres://shop:hunter2@db.example/shop"},
        {"type": "plain_text", "name": "PAYMENTS", "text": "sk_live_4eC39HqLyjWDarjtT1zdp7dc"},
        {"type": "json", "name": "CONFIG", "json": '{"stripe": {"apiKey": "x"}}'},
    ],
)
def test_a_credential_in_a_plain_binding_is_known_by_its_value_too(spoilt: Spoilt, binding: dict[str, str]) -> None:
    ((_, finding),) = found("worker-credentials-in-secret-bindings", spoilt("script", {"bindings": [binding]}))
    assert f"the binding {binding['name']} is " in finding


def test_variables_of_a_worker_that_wrangler_deploys_are_plain_too(spoilt: Spoilt) -> None:
    script = {"compatibilityDate": "2020-01-01", "bindings": [{"type": "plain_text", "name": "API_KEY", "text": "x"}]}
    declared = spoilt("shop", {"script": script})
    assert [name for name, _ in found("worker-credentials-in-secret-bindings", declared)] == ["shop"]
    assert [name for name, _ in found("worker-compatibility-date-recent", declared)] == ["shop"]


@pytest.mark.parametrize(
    ("name", "inputs", "path"),
    [
        ("job", {"destinationConf": f"{DATADOG}ddsource=s"}, "destinationConf"),  # its mark was taken off
        ("job", {"destinationConf": "https://x.example?header_X-Auth-Token=abc"}, "destinationConf"),
        ("job", {"destinationConf": "https://shop:hunter2@x.example/logs"}, "destinationConf"),
        ("job", {"destinationConf": "sumo://x.example/receiver/v1/http/abc"}, "destinationConf"),
        ("job", {"destinationConf": "r2://b/[secret]", "ownershipChallenge": "abc"}, "ownershipChallenge"),
        ("script", {"bindings": [{"type": "secret_text", "name": "SALT", "text": "abc"}]}, "bindings[0].text"),
    ],
)
def test_a_credential_that_is_no_secret_is_found(spoilt: Spoilt, name: str, inputs: dict[str, Any], path: str) -> None:
    assert (
        name,
        f"{path} holds a credential that is not a Pulumi secret: it is readable in the state and in logs",
    ) in (found("no-plain-credential", spoilt(name, inputs, secrets=())))


@pytest.mark.parametrize(
    "type_", ["pulumi:providers:datadog", "datadog:cloudflare/integrationAccount:IntegrationAccount"]
)
def test_every_type_of_resource_is_searched_for_credentials(stack: Declared, type_: str) -> None:
    plain = Item(type_, "other", "urn:other", {"apiKey": "abc", "resources": ["worker"]})
    sealed = replace(plain, inputs={"apiKey": "[secret]"}, secrets=("apiKey",))
    assert [name for name, _ in found("no-plain-credential", Declared([*stack.items, plain]))] == ["other"]
    assert found("no-plain-credential", Declared([*stack.items, sealed])) == []


def test_nothing_at_all_in_a_resource_is_no_traceback(stack: Declared) -> None:
    for hollow in (
        {},
        {key: [None] for key in ("bindings", "processors", "tags", "filters", "groupBies")},
        {"processors": [{"grokParser": None}]},
        {"migrations": [{"deletedClasses": ["Cart"]}]},
    ):
        items = [replace(each, inputs=hollow) for each in stack.items]
        assert list(violations(RULES, Declared(items), {}))
