"""R2 buckets that belong to a stack: what the local cloud takes, keeps and refuses of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest

from firedrill.cloud.cloud import Cloud
from firedrill.cloud.contents import identified
from firedrill.cloud.tokens import R2_BUCKET_LIFECYCLE
from firedrill.cloud.values import Secret, revealed
from firedrill.resources import ACCOUNT_TOKEN, LOGPUSH_JOB, R2_BUCKET
from firedrill.vendors.cloudflare.rules.buckets import writing_policy
from tests.cloud.conftest import refusal

Json = dict[str, Any]
ACCOUNT = "0" * 32
BUCKET = {"accountId": ACCOUNT, "name": "logs"}
OLD = {"condition": {"type": "Age", "maxAge": 86_400}}


def rule(id_: str = "old", **changes: Any) -> Json:
    return {"id": id_, "enabled": True, "conditions": {"prefix": ""}, "deleteObjectsTransition": OLD, **changes}


def lifecycle(*rules: Json) -> Json:
    return {"accountId": ACCOUNT, "bucketName": "logs", "rules": list(rules)}


def token(bucket: str = "logs", jurisdiction: str = "default", **changes: Any) -> Json:
    policy = writing_policy(ACCOUNT, jurisdiction, bucket)
    policies = [{"effect": "allow", "permissionGroups": policy["permission_groups"], "resources": policy["resources"]}]
    return {"accountId": ACCOUNT, "name": "writer", "policies": policies, **changes}


def test_a_bucket_has_its_name_for_an_id_and_is_told_apart_by_its_jurisdiction(cloud: Cloud) -> None:
    for jurisdiction in ("default", "eu"):
        id_, outputs = cloud.create(R2_BUCKET, {**BUCKET, "jurisdiction": jurisdiction})
        assert (id_, outputs["storageClass"], outputs["creationDate"]) == (
            "logs",
            "Standard",
            "2026-11-20T12:00:00.000000Z",
        )
    assert [name for name, _ in identified(cloud.store.file)] == [f"{ACCOUNT}/logs/default", f"{ACCOUNT}/logs/eu"]
    found = cloud.read(R2_BUCKET, f"{ACCOUNT}/logs/eu", {}, {})
    assert found
    assert (found.id, found.outputs["jurisdiction"]) == ("logs", "eu")
    assert refusal(lambda: cloud.create(R2_BUCKET, BUCKET)) == (
        "R2 bucket 'logs': The bucket you tried to create already exists, and you own it. [code: 10004]; import"
        f" {ACCOUNT}/logs/default, or choose another name."
    )


def test_a_bucket_changes_its_class_in_place_and_nothing_else_that_matters(cloud: Cloud) -> None:
    diff = cloud.diff(R2_BUCKET, BUCKET, {**BUCKET, "storageClass": "InfrequentAccess", "jurisdiction": "eu"})
    assert diff.changed == ["jurisdiction", "storageClass"]
    assert diff.replaced == ["jurisdiction"]
    assert cloud.diff(R2_BUCKET, BUCKET, {**BUCKET, "jurisdiction": "default"}).changed == []


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("name", "Logs", "name is 'Logs'; allowed: 3 to 63 lowercase letters"),
        ("location", "mars", "location is 'mars'; allowed: one of apac, eeur, enam, oc, weur, wnam"),
        ("jurisdiction", "EU", "jurisdiction is 'EU'; allowed: one of default, eu, fedramp, us"),
        ("storageClass", "Cold", "storage_class is 'Cold'; allowed: one of Standard, InfrequentAccess"),
    ],
)
def test_what_r2_does_not_have_is_refused(cloud: Cloud, field: str, value: str, told: str) -> None:
    (problem,) = cloud.check(R2_BUCKET, {**BUCKET, field: value}).problems
    assert told in problem


def test_a_lifecycle_needs_its_bucket_is_only_forgotten_and_goes_with_it(cloud: Cloud) -> None:
    assert refusal(lambda: cloud.create(R2_BUCKET_LIFECYCLE, lifecycle())) == (
        "lifecycle of the R2 bucket 'logs': The specified bucket does not exist. [code: 10006]; make it first."
    )
    id_, bucket = cloud.create(R2_BUCKET, BUCKET)
    _, rules = cloud.create(R2_BUCKET_LIFECYCLE, lifecycle(rule()))
    cloud.delete(R2_BUCKET_LIFECYCLE, id_, rules)
    assert cloud.read(R2_BUCKET_LIFECYCLE, id_, rules, rules)
    cloud.delete(R2_BUCKET, id_, bucket)
    assert cloud.read(R2_BUCKET_LIFECYCLE, id_, rules, rules) is None
    assert cloud.read(R2_BUCKET, id_, bucket, bucket) is None


def test_rules_of_a_lifecycle_have_ids_of_their_own_and_ages(cloud: Cloud) -> None:
    young = {"condition": {"type": "Age", "maxAge": 0}}
    assert [
        each.partition(": ")[2]
        for each in cloud.check(R2_BUCKET_LIFECYCLE, lifecycle(rule(), rule(deleteObjectsTransition=young))).problems
    ] == [
        "rules[1].id is 'old'; allowed: an id of its own.",
        "rules[1].delete_objects_transition.condition.max_age is 0; allowed: a number of seconds from 1.",
    ]
    (many,) = cloud.check(R2_BUCKET_LIFECYCLE, lifecycle(*(rule(str(n)) for n in range(1_001)))).problems
    assert "rules is 1001 of them; allowed: at most 1,000" in many


def test_a_tokens_value_is_a_secret_and_no_update_changes_it(cloud: Cloud) -> None:
    id_, outputs = cloud.create(ACCOUNT_TOKEN, token())
    assert isinstance(outputs["value"], Secret)
    after = cloud.update(ACCOUNT_TOKEN, id_, outputs, token(name="renamed"))
    assert revealed(after["value"]) == revealed(outputs["value"])
    shown = {**json.loads(cloud.store.file.read_text()), "vault": None}
    assert revealed(outputs["value"]) not in json.dumps(shown)


def test_a_token_without_a_policy_that_says_something_is_refused(cloud: Cloud) -> None:
    wrong = [{"effect": "maybe", "permissionGroups": [], "resources": "bucket"}]
    problems = "".join(cloud.check(ACCOUNT_TOKEN, token(policies=wrong)).problems)
    for told in ("effect is 'maybe'", "permission_groups is missing", "resources is 'bucket'"):
        assert f"policies[0].{told}" in problems


@pytest.mark.parametrize(
    ("jurisdiction", "conf"),
    [
        ("default", "r2://logs/a/{{DATE}}?account-id={account}&access-key-id={id}&secret-access-key={key}"),
        (
            "eu",
            "s3://logs/a/{{DATE}}?region=auto&access-key-id={id}&secret-access-key={key}"
            "&endpoint={account}.eu.r2.cloudflarestorage.com",
        ),
    ],
)
def test_a_job_delivers_with_the_key_of_a_token_for_its_bucket_and_with_no_other(
    cloud: Cloud, inputs: Callable[..., Json], jurisdiction: str, conf: str
) -> None:
    def job(made: tuple[str, Json], key: str = "") -> Json:
        id_, outputs = made
        value = key or hashlib.sha256(revealed(outputs["value"]).encode()).hexdigest()
        text = conf.format(account=ACCOUNT, id=id_, key=value)
        return inputs(LOGPUSH_JOB, accountId=ACCOUNT, destinationConf=text)

    right = cloud.create(ACCOUNT_TOKEN, token(jurisdiction=jurisdiction))
    cloud.create(LOGPUSH_JOB, job(right))
    denied = "AccessDenied; give the access key of a token that may write into the bucket 'logs'."
    elsewhere = "us" if jurisdiction == "default" else "default"
    for made, key in (
        (right, "another"),
        (cloud.create(ACCOUNT_TOKEN, token("others", jurisdiction)), ""),
        (cloud.create(ACCOUNT_TOKEN, token(jurisdiction=elsewhere)), ""),
    ):
        assert denied in refusal(lambda made=made, key=key: cloud.create(LOGPUSH_JOB, job(made, key)))  # type: ignore[misc]
    cloud.create(LOGPUSH_JOB, job(("made elsewhere", {"value": ""})))
