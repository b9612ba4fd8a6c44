"""R2 buckets: where they may be, what happens to old objects, and the key that may write into one of them.

Sources: developers.cloudflare.com/r2/reference/data-location, .../r2/buckets/object-lifecycles, .../r2/api/tokens
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from firedrill.vendors.cloudflare.rules.destinations.names import R2_BUCKET
from firedrill.vendors.cloudflare.rules.forms import Form
from firedrill.vendors.rules.breach import Breach, shown

DEFAULT_JURISDICTION, STANDARD = "default", "Standard"


def _one_of(*values: str) -> Form:
    return Form("|".join(values), f"one of {', '.join(values)}")


LOCATION = _one_of("apac", "eeur", "enam", "oc", "weur", "wnam")
"""A hint, which holds for the first bucket of a name."""
JURISDICTION = _one_of(DEFAULT_JURISDICTION, "eu", "fedramp", "us")
"""A guarantee; a bucket keeps its own for good."""
STORAGE_CLASS = _one_of(STANDARD, "InfrequentAccess")
MAX_RULES = 1_000
DAY_S = 24 * 60 * 60
_RESOURCE = "com.cloudflare.edge.r2.bucket."
WRITE_OBJECTS = "2efd5506f9c8494dacb1fa10a3e7d5b6"
"""Id of the permission group Workers R2 Storage Bucket Item Write."""


def endpoint(account_id: str, jurisdiction: str) -> str:
    """The host of S3's API for the buckets of an account in a jurisdiction."""
    part = "" if jurisdiction == DEFAULT_JURISDICTION else f".{jurisdiction}"
    return f"{account_id}{part}.r2.cloudflarestorage.com"


def writing_policy(account_id: str, jurisdiction: str, bucket: str) -> dict[str, Any]:
    """The policy of an API token that may write objects into one bucket, and nothing else."""
    resource = f"{_RESOURCE}{account_id}_{jurisdiction}_{bucket}"
    return {"effect": "allow", "permission_groups": [{"id": WRITE_OBJECTS}], "resources": json.dumps({resource: "*"})}


def may_write(policies: Sequence[Mapping[str, Any]], account_id: str, jurisdiction: str, bucket: str) -> bool:
    """Whether a token with these policies, which the rules above allow, may write objects into a bucket."""
    wanted = writing_policy(account_id, jurisdiction, bucket)
    return any(
        each["effect"] == "allow"
        and wanted["permission_groups"][0] in each["permission_groups"]
        and json.loads(wanted["resources"]).items() <= json.loads(each["resources"]).items()
        for each in policies
    )


def secret_access_key(token: str) -> str:
    """The secret of the access key that an API token is for S3's API; the key's id is the token's."""
    return hashlib.sha256(token.encode()).hexdigest()


def bucket_breaches(bucket: Mapping[str, Any]) -> Iterator[Breach]:
    """What is wrong with a bucket (API JSON)."""
    yield from R2_BUCKET.breaches("name", bucket.get("name"))
    for field, form in (("location", LOCATION), ("jurisdiction", JURISDICTION), ("storage_class", STORAGE_CLASS)):
        if bucket.get(field) is not None:
            yield from form.breaches(field, bucket[field])


def lifecycle_breaches(rules: Sequence[Mapping[str, Any]]) -> Iterator[Breach]:
    """What is wrong with the lifecycle rules of a bucket (API JSON)."""
    if len(rules) > MAX_RULES:
        yield Breach("rules", f"{len(rules)} of them", f"at most {MAX_RULES:,}")
    ids = [rule.get("id") for rule in rules]
    for number, rule in enumerate(rules):
        place = f"rules[{number}]"
        if ids.index(rule.get("id")) != number:
            yield Breach(f"{place}.id", shown(rule.get("id")), "an id of its own")
        transitions = {
            "abort_multipart_uploads_transition": [rule.get("abort_multipart_uploads_transition")],
            "delete_objects_transition": [rule.get("delete_objects_transition")],
            "storage_class_transitions": rule.get("storage_class_transitions") or (),
        }
        for name, found in transitions.items():
            for condition in ((each or {}).get("condition") for each in found):
                age_s = (condition or {}).get("max_age")
                if age_s is not None and age_s < 1:
                    yield Breach(f"{place}.{name}.condition.max_age", shown(age_s), "a number of seconds from 1")
