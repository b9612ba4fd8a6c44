"""The destinations of Logpush besides Datadog, by type; and buckets: what each is configured with, and its conf.

Source: developers.cloudflare.com/logs/logpush/logpush-job/enable-destinations
"""

from __future__ import annotations

from abc import ABC
from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from firedrill.components.destination_fields import (
    CHALLENGE_FIELD,
    CREDENTIAL,
    FOLDER_FIELD,
    HOST_FIELD,
    KEY_FIELD,
    KEY_ID_FIELD,
    REGION_FIELD,
    DestinationSettings,
    Secrets,
    described,
)
from firedrill.components.destination_services import (
    BigQuery,
    Https,
    IbmCloudLogs,
    Kinesis,
    KinesisRole,
    NewRelic,
    SentinelOne,
    Splunk,
    Sumo,
)
from firedrill.vendors.cloudflare.rules.buckets import (
    DEFAULT_JURISDICTION,
    JURISDICTION,
    LOCATION,
    STANDARD,
    STORAGE_CLASS,
    endpoint,
)
from firedrill.vendors.cloudflare.rules.destinations.address import KEYS
from firedrill.vendors.cloudflare.rules.destinations.build import azure_conf, bucket_conf
from firedrill.vendors.cloudflare.rules.destinations.names import AZURE_ACCOUNT, AZURE_CONTAINER, BUCKET, R2_BUCKET

_DAYS = "a whole number of days from 1"


class _Bucket(DestinationSettings, ABC):
    bucket: Annotated[str, described("The bucket.", BUCKET)]
    path: Annotated[str, FOLDER_FIELD] = "workers-trace-events"


class R2(_Bucket):
    """An R2 bucket."""

    bucket: Annotated[str, described("The bucket.", R2_BUCKET)]
    access_key_id: Annotated[str, KEY_ID_FIELD]
    secret_access_key: Annotated[str, KEY_FIELD]

    def conf(self, account_id: str, secrets: Secrets) -> str:
        """`r2://<bucket>/<path>/{DATE}?account-id=...&access-key-id=...&secret-access-key=...`."""
        return bucket_conf("r2", self.bucket, self.path, {"account-id": account_id, **_keys(self, secrets)})


class R2Managed(_Bucket):
    """An R2 bucket that belongs to the stack, with the lifecycle of its objects and a key that may write there."""

    bucket: Annotated[str, described("The bucket, which Pulumi makes.", R2_BUCKET)]
    location: Annotated[str, described("Where it should be, as a hint.", LOCATION)] = ""
    jurisdiction: Annotated[str, described("Where its data has to stay.", JURISDICTION)] = DEFAULT_JURISDICTION
    storage_class: Annotated[str, described("Class of new objects.", STORAGE_CLASS)] = STANDARD
    delete_after_days: Annotated[
        int | None, Field(ge=1, title="Age at which objects are deleted; kept without.", description=_DAYS)
    ] = None
    infrequent_after_days: Annotated[
        int | None, Field(ge=1, title="Age at which objects become InfrequentAccess.", description=_DAYS)
    ] = None

    def conf(self, account_id: str, secrets: Secrets) -> str:
        """As R2, or as S3Compatible where the data has to stay in a jurisdiction, which has an endpoint of its own."""
        keys = {name: secrets[name] for name in KEYS}
        if self.jurisdiction == DEFAULT_JURISDICTION:
            return bucket_conf("r2", self.bucket, self.path, {"account-id": account_id, **keys})
        query = {"region": "auto", **keys, "endpoint": endpoint(account_id, self.jurisdiction)}
        return bucket_conf("s3", self.bucket, self.path, query)

    @property
    def own_secrets(self) -> tuple[str, ...]:
        """The access key."""
        return KEYS


class S3(_Bucket):
    """An Amazon S3 bucket, whose policy lets Cloudflare write."""

    region: Annotated[str, REGION_FIELD]
    ownership_challenge: Annotated[str, CHALLENGE_FIELD]

    def conf(self, account_id: str, secrets: Secrets) -> str:
        """`s3://<bucket>/<path>/{DATE}?region=...`."""
        return bucket_conf("s3", self.bucket, self.path, {"region": self.region})


class S3Compatible(_Bucket):
    """A bucket behind S3's API with access keys, Amazon's own among them."""

    region: Annotated[str, REGION_FIELD]
    endpoint: Annotated[str, HOST_FIELD]
    access_key_id: Annotated[str, KEY_ID_FIELD]
    secret_access_key: Annotated[str, KEY_FIELD]

    def conf(self, account_id: str, secrets: Secrets) -> str:
        """`s3://<bucket>/<path>/{DATE}?region=...&access-key-id=...&secret-access-key=...&endpoint=...`."""
        query = {"region": self.region, **_keys(self, secrets), "endpoint": self.endpoint}
        return bucket_conf("s3", self.bucket, self.path, query)


class Gcs(_Bucket):
    """A Google Cloud Storage bucket, in which Cloudflare's service account may administrate objects."""

    ownership_challenge: Annotated[str, CHALLENGE_FIELD]

    def conf(self, account_id: str, secrets: Secrets) -> str:
        """`gs://<bucket>/<path>/{DATE}`."""
        return bucket_conf("gs", self.bucket, self.path, {})


class Azure(DestinationSettings):
    """A container of Azure Blob Storage."""

    account: Annotated[str, described("The storage account.", AZURE_ACCOUNT)]
    container: Annotated[str, described("The container.", AZURE_CONTAINER)]
    path: Annotated[str, FOLDER_FIELD] = "workers-trace-events"
    shared_access_signature: Annotated[
        str, described("Query of a SAS URL that may create and write: sv=...&sig=....", CREDENTIAL)
    ]
    ownership_challenge: Annotated[str, CHALLENGE_FIELD]

    def conf(self, account_id: str, secrets: Secrets) -> str:
        """`azure://<account>.blob.core.windows.net/<container>/<path>/{DATE}?<SAS>`."""
        return azure_conf(self.account, self.container, self.path, secrets[self.shared_access_signature])


KINDS: Mapping[str, type[DestinationSettings]] = {
    "r2": R2,
    "r2-managed": R2Managed,
    "s3": S3,
    "s3-compatible": S3Compatible,
    "gcs": Gcs,
    "azure": Azure,
    "sumo": Sumo,
    "splunk": Splunk,
    "https": Https,
    "new-relic": NewRelic,
    "sentinelone": SentinelOne,
    "ibm-cloud-logs": IbmCloudLogs,
    "bigquery": BigQuery,
    "kinesis": Kinesis,
    "kinesis-role": KinesisRole,
}
"""By what `type` says."""


def _keys(bucket: R2 | S3Compatible, secrets: Secrets) -> dict[str, str]:
    return {
        "access-key-id": secrets[bucket.access_key_id],
        "secret-access-key": secrets[bucket.secret_access_key],
    }
