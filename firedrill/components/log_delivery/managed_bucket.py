"""An R2 bucket of the stack's own, as a component: the bucket, its lifecycle, and a key that may write there alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_cloudflare as cloudflare

from firedrill.components.destination_settings import R2Managed
from firedrill.vendors.cloudflare.rules.buckets import DAY_S, secret_access_key, writing_policy
from firedrill.vendors.cloudflare.rules.destinations.address import KEYS


@dataclass(frozen=True)
class ManagedBucketArgs:
    """What bucket, in which account."""

    title: str
    """The name of the key at Cloudflare."""
    account_id: str
    settings: R2Managed
    protect: bool = False


class ManagedBucket(pulumi.ComponentResource):
    """A bucket whose objects only a Logpush job writes."""

    keys: Mapping[str, pulumi.Output[str]]
    """The access key, by the names of the parameters that an address has it as."""

    def __init__(self, name: str, args: ManagedBucketArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("firedrill:components:ManagedBucket", name, None, opts)
        settings = args.settings
        bucket = cloudflare.R2Bucket(
            f"{name}-bucket",
            account_id=args.account_id,
            name=settings.bucket,
            jurisdiction=settings.jurisdiction,
            location=settings.location or None,
            storage_class=settings.storage_class,
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        cloudflare.R2BucketLifecycle(
            f"{name}-lifecycle",
            account_id=args.account_id,
            bucket_name=bucket.name,
            jurisdiction=settings.jurisdiction,
            rules=lifecycle_rules(settings),
            opts=pulumi.ResourceOptions(parent=self),
        )
        policies: list[Any] = [writing_policy(args.account_id, settings.jurisdiction, settings.bucket)]
        token = cloudflare.AccountToken(
            f"{name}-token",
            account_id=args.account_id,
            name=args.title,
            policies=policies,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[bucket]),
        )
        self.keys = dict(zip(KEYS, (token.id, token.value.apply(secret_access_key)), strict=True))
        self.register_outputs({"bucket": bucket.name})


def lifecycle_rules(settings: R2Managed) -> list[Any]:
    """The rules of a bucket: what an upload left unfinished goes after a day, as Logpush uploads in parts."""

    def after(days: int) -> dict[str, Any]:
        return {"type": "Age", "max_age": days * DAY_S}

    def rule(id_: str, **transitions: Any) -> dict[str, Any]:
        return {"id": id_, "enabled": True, "conditions": {"prefix": ""}, **transitions}

    found: list[Any] = [rule("unfinished-uploads", abort_multipart_uploads_transition={"condition": after(1)})]
    if settings.infrequent_after_days:
        transition = {"storage_class": "InfrequentAccess", "condition": after(settings.infrequent_after_days)}
        found.append(rule("infrequent-access", storage_class_transitions=[transition]))
    if settings.delete_after_days:
        transition = {"condition": after(settings.delete_after_days)}
        found.append(rule("old-objects", delete_objects_transition=transition))
    return found
