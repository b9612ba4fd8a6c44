"""Resources that programs declare by hand beside Workers: KV namespaces, downtimes, notification rules."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from firedrill.cloud.cloud import Cloud
from firedrill.cloud.tokens import NOTIFICATION_POLICY, WORKERS_KV_NAMESPACE
from firedrill.resources import DOWNTIME_SCHEDULE, MONITOR, MONITOR_NOTIFICATION_RULE, WORKERS_SCRIPT
from tests.cloud.conftest import refusal

Json = dict[str, Any]
PRICES = {"accountId": "acc", "title": "prices"}
JOBS_FAIL = {
    "accountId": "acc",
    "name": "jobs",
    "alertType": "failing_logpush_job_disabled_alert",
    "enabled": True,
    "mechanisms": {"emails": [{"id": "ops@example.com"}]},
}
MOVE = {"scope": "env:dev", "monitorIdentifier": {"monitorTags": ["team:b", "team:a"]}}


def test_a_title_is_one_kv_namespaces(cloud: Cloud) -> None:
    id_, _ = cloud.create(WORKERS_KV_NAMESPACE, PRICES)
    assert cloud.create(WORKERS_KV_NAMESPACE, {**PRICES, "accountId": "other"})[0] != id_
    said = refusal(lambda: cloud.create(WORKERS_KV_NAMESPACE, PRICES))
    assert said == (
        "KV namespace 'prices': a namespace with this account ID and title already exists [code: 10014];"
        f" import acc/{id_}, or choose another title."
    )
    cloud.update(WORKERS_KV_NAMESPACE, id_, PRICES, PRICES)
    found = cloud.read(WORKERS_KV_NAMESPACE, f"acc/{id_}", {}, {})
    assert found
    assert found.inputs == PRICES


def test_a_binding_to_a_kv_namespace_that_is_not_there_is_refused(cloud: Cloud, inputs: Callable[..., Json]) -> None:
    id_, _ = cloud.create(WORKERS_KV_NAMESPACE, PRICES)
    bindings = [{"type": "kv_namespace", "name": "PRICES", "namespaceId": id_}]
    cloud.create(WORKERS_SCRIPT, inputs(WORKERS_SCRIPT, bindings=bindings, migrations=None))
    bindings = [{**bindings[0], "namespaceId": "gone"}]
    said = refusal(lambda: cloud.create(WORKERS_SCRIPT, inputs(WORKERS_SCRIPT, bindings=bindings, migrations=None)))
    assert said == (
        "WorkersScript 'shop': there is no KV namespace 'gone' for the binding PRICES [code: 10041];"
        " bind the id of one."
    )


def test_a_notification_is_kept_with_whom_it_notifies(cloud: Cloud) -> None:
    id_, outputs = cloud.create(NOTIFICATION_POLICY, JOBS_FAIL)
    assert outputs["created"] == outputs["modified"]
    found = cloud.read(NOTIFICATION_POLICY, f"acc/{id_}", {}, {})
    assert found
    assert found.inputs == JOBS_FAIL


@pytest.mark.parametrize(
    ("mechanisms", "told"),
    [
        ({}, "at least one of emails, pagerduties, webhooks, each with its id"),
        ({"emails": [{"id": "ops"}]}, "an email address"),
        ({"webhooks": [{}]}, "the id of a mechanism, of an email its address"),
    ],
)
def test_a_notification_of_nobody_is_refused(cloud: Cloud, mechanisms: Json, told: str) -> None:
    (problem,) = cloud.check(NOTIFICATION_POLICY, {**JOBS_FAIL, "mechanisms": mechanisms}).problems
    assert told in problem


def test_a_notification_of_anything_else_is_refused_by_name(cloud: Cloud) -> None:
    (problem,) = cloud.check(NOTIFICATION_POLICY, {**JOBS_FAIL, "alertType": "dos_attack_l7"}).problems
    assert problem.startswith("NotificationPolicy 'jobs': alertType 'dos_attack_l7' is not supported")


def test_a_downtime_has_a_uuid_and_the_providers_defaults(cloud: Cloud) -> None:
    id_, outputs = cloud.create(DOWNTIME_SCHEDULE, MOVE)
    assert str(UUID(id_)) == id_
    assert outputs["displayTimezone"] == "UTC"
    assert outputs["notifyEndTypes"] == ["expired"]


def test_the_tags_of_a_downtime_have_no_order(cloud: Cloud) -> None:
    other = {**MOVE, "monitorIdentifier": {"monitorTags": ["team:a", "team:b"]}, "notifyEndTypes": ["expired"]}
    assert not cloud.diff(DOWNTIME_SCHEDULE, MOVE, other).changed
    assert list(cloud.diff(DOWNTIME_SCHEDULE, MOVE, {**MOVE, "scope": "env:prod"}).changed) == ["scope"]


def test_a_downtime_that_datadog_would_not_take_is_refused(cloud: Cloud) -> None:
    schedule = {"start": "2026-01-05T10:00:00Z", "end": "2026-01-05T09:00:00Z"}
    (found,) = cloud.check(DOWNTIME_SCHEDULE, {**MOVE, "oneTimeSchedule": schedule}).problems
    assert "schedule.end" in found
    (found,) = cloud.check(DOWNTIME_SCHEDULE, {**MOVE, "when": "now"}).problems
    assert "when" in found


def test_a_downtime_of_a_monitor_that_is_not_there_is_refused(cloud: Cloud, inputs: Callable[..., Json]) -> None:
    monitor, _ = cloud.create(MONITOR, inputs(MONITOR))
    cloud.create(DOWNTIME_SCHEDULE, {**MOVE, "monitorIdentifier": {"monitorId": int(monitor)}})
    gone = {**MOVE, "monitorIdentifier": {"monitorId": 1}}
    assert refusal(lambda: cloud.create(DOWNTIME_SCHEDULE, gone)) == (
        "downtime of 'env:dev': there is no monitor 1; give the id of one."
    )


ROUTE: Json = {"name": "till", "filter": {"tags": ["team:till", "env:prod"]}, "recipients": ["slack-b", "slack-a"]}


def test_a_notification_rule_lives_from_creation_to_deletion(cloud: Cloud) -> None:
    id_, outputs = cloud.create(MONITOR_NOTIFICATION_RULE, ROUTE)
    assert str(UUID(id_)) == id_
    assert outputs["recipients"] == ["slack-b", "slack-a"]
    other = {**ROUTE, "filter": {"tags": ["env:prod", "team:till"]}, "recipients": ["slack-a", "slack-b"]}
    assert not cloud.diff(MONITOR_NOTIFICATION_RULE, ROUTE, other).changed
    found = cloud.read(MONITOR_NOTIFICATION_RULE, id_, {}, {})
    assert found
    assert found.inputs == ROUTE
    cloud.delete(MONITOR_NOTIFICATION_RULE, id_, outputs)
    assert cloud.read(MONITOR_NOTIFICATION_RULE, id_, {}, {}) is None


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"recipients": ["@slack-a"]}, "allowed: recipients without the @"),
        ({"filter": {"scope": "@team:a"}}, "a scope that searches anything but tags by their values"),
        ({"when": "now"}, "input 'when'"),
        ({"filter": None}, "filter is missing"),
    ],
)
def test_a_notification_rule_that_is_wrong_or_unknown_is_refused(cloud: Cloud, change: Json, told: str) -> None:
    (problem,) = cloud.check(MONITOR_NOTIFICATION_RULE, {**ROUTE, **change}).problems
    assert told in problem
