"""R2 buckets and the lifecycle of their objects, which the local cloud does not hold.

Sources: developers.cloudflare.com/api/resources/r2, pulumi.com/registry/packages/cloudflare/api-docs/r2bucket and
r2bucketlifecycle, developers.cloudflare.com/r2/api/error-codes
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from firedrill.cloud.resource_type import ResourceType, Surroundings, import_id
from firedrill.cloud.state import Entry, State
from firedrill.cloud.tokens import R2_BUCKET_LIFECYCLE
from firedrill.cloud.values import Json, revealed
from firedrill.resources import R2_BUCKET
from firedrill.vendors.cloudflare.from_pulumi import api
from firedrill.vendors.cloudflare.rules.buckets import DEFAULT_JURISDICTION, bucket_breaches, lifecycle_breaches
from firedrill.vendors.errors import FiredrillError, refuse

_FORM = "<account_id>/<bucket_name>/<jurisdiction>"


def bucket_key(account_id: str, name: str, jurisdiction: str | None) -> str:
    """What tells a bucket from all others; it is also its id for an import."""
    return f"{account_id}/{name}/{jurisdiction or DEFAULT_JURISDICTION}"


class R2Bucket(ResourceType):
    """`cloudflare.R2Bucket`: its name is its own in the account and the jurisdiction."""

    token = R2_BUCKET
    noun = "R2 bucket"
    known = frozenset({"accountId", "jurisdiction", "location", "name", "storageClass"})
    required = ("accountId", "name")
    defaults: ClassVar[Mapping[str, Any]] = {"jurisdiction": DEFAULT_JURISDICTION, "storageClass": "Standard"}
    immutable = ("accountId", "name", "jurisdiction")
    computed = ("creationDate",)
    lasting = ("creationDate",)

    def check(self, inputs: Json, around: Surroundings) -> None:
        """The name, and where it is."""
        refuse(self.place(inputs), bucket_breaches(api(inputs)))

    def key(self, id_: str, properties: Mapping[str, Any]) -> str:
        """Account, name and jurisdiction."""
        if not properties:
            return import_id(id_, _FORM)
        return bucket_key(properties["accountId"], properties["name"], properties.get("jurisdiction"))

    def identity(self, id_: str, outputs: Mapping[str, Any]) -> str:
        """The same: buckets of several jurisdictions may share a name, which is Pulumi's id."""
        return self.key(id_, outputs)

    def admit(self, inputs: Json, state: State, around: Surroundings) -> tuple[str, str]:
        """The name has to be free."""
        key = self.key("", inputs)
        if key in state.of(self.token):
            raise FiredrillError(
                f"{self.place(inputs)}: The bucket you tried to create already exists, and you own it. [code: 10004];"
                f" import {key}, or choose another name."
            )
        return key, inputs["name"]

    def apply(self, key: str, entry: Entry, before: Entry | None, state: State, around: Surroundings) -> None:
        """It is there from now on."""
        entry.computed = before.computed if before else {"creationDate": around.now}

    def retire(self, key: str, entry: Entry, state: State) -> None:
        """Its lifecycle goes with it. It is empty: objects are in what stands for it while a stack runs."""
        state.of(R2_BUCKET_LIFECYCLE).pop(key, None)


class R2BucketLifecycle(ResourceType):
    """`cloudflare.R2BucketLifecycle`: all rules of a bucket; the provider only forgets it."""

    token = R2_BUCKET_LIFECYCLE
    noun = "lifecycle of the R2 bucket"
    named_by = "bucketName"
    known = frozenset({"accountId", "bucketName", "jurisdiction", "rules"})
    required = ("accountId", "bucketName")
    defaults: ClassVar[Mapping[str, Any]] = {"jurisdiction": DEFAULT_JURISDICTION}
    immutable = ("accountId", "bucketName", "jurisdiction")
    is_put = True
    outlives_deletion = True

    def check(self, inputs: Json, around: Surroundings) -> None:
        """The rules."""
        refuse(self.place(inputs), lifecycle_breaches(api(inputs).get("rules") or ()))

    def key(self, id_: str, properties: Mapping[str, Any]) -> str:
        """That of its bucket."""
        if not properties:
            return import_id(id_, _FORM)
        return bucket_key(properties["accountId"], properties["bucketName"], properties.get("jurisdiction"))

    def identity(self, id_: str, outputs: Mapping[str, Any]) -> str:
        """That of its bucket."""
        return self.key(id_, outputs)

    def admit(self, inputs: Json, state: State, around: Surroundings) -> tuple[str, str]:
        """The provider's id is the bucket's name."""
        return self.key("", inputs), inputs["bucketName"]

    def apply(self, key: str, entry: Entry, before: Entry | None, state: State, around: Surroundings) -> None:
        """The bucket has to be there."""
        if key not in state.of(R2_BUCKET):
            place = self.place(revealed(entry.inputs))
            raise FiredrillError(f"{place}: The specified bucket does not exist. [code: 10006]; make it first.")
