"""The destinations of Logpush besides Datadog: what each is configured with, and the `destination_conf` of that.

Source: developers.cloudflare.com/logs/logpush/logpush-job/enable-destinations
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from firedrill.vendors.cloudflare.rules.destinations.build import (
    azure_conf,
    bucket_conf,
    place_conf,
    splunk_conf,
    sumo_conf,
)
from firedrill.vendors.cloudflare.rules.destinations.names import (
    AZURE_ACCOUNT,
    AZURE_CONTAINER,
    BUCKET,
    FOLDER,
    HEADER_NAME,
    HOST,
    R2_BUCKET,
    REGION,
    SPLUNK_CHANNEL,
    SPLUNK_HOST,
    SPLUNK_SOURCE_TYPE,
)
from firedrill.vendors.cloudflare.rules.fields import FIELD, FIELDS
from firedrill.vendors.cloudflare.rules.forms import Form

OBSERVED_FIELDS = (
    "CPUTimeMs",
    "Entrypoint",
    "Event",
    "EventTimestampMs",
    "EventType",
    "Exceptions",
    "Logs",
    "Outcome",
    "ScriptName",
    "ScriptVersion",
    "WallTimeMs",
)
"""What a job sends of each record unless its destination says otherwise: what the pipeline reads."""

CREDENTIAL = Form(
    r"[a-z][A-Za-z0-9]*",
    "the name of a config key that holds the secret: at most 32 letters and digits, beginning with a lowercase letter",
    most=32,
)
_URL = Form(
    r"https://[^\s#?/@]+(/[^\s#?]*)?(\?[^\s#]*)?", "an https address without blanks, fragment, user name and password"
)

Secrets = Mapping[str, str]
"""The secrets by the names of their config keys."""


def _field(title: str, form: Form) -> Any:
    return Field(
        title=title,
        description=form.allowed,
        pattern=form.anchored,
        min_length=form.least,
        max_length=form.most,
    )


_CHALLENGE = _field("Token that Cloudflare has written into the destination to see whose it is.", CREDENTIAL)
_KEY_ID = _field("Id of an access key that may write objects.", CREDENTIAL)
_KEY = _field("The access key itself.", CREDENTIAL)
_FOLDER = _field("Folder that gets a folder per day.", FOLDER)
_HOST = _field("Where it answers.", HOST)
_REGION = _field("Region of the bucket.", REGION)


class DestinationSettings(BaseModel, ABC):
    """One entry of `destinations`. Credentials are names of config keys, so that Pulumi keeps their values secret."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel)

    fields: Annotated[
        tuple[Annotated[str, Field(pattern=f"^({'|'.join(FIELDS)})$")], ...],
        Field(
            min_length=1,
            title="List of what is sent of each record; by default what the pipeline reads, too.",
            description=FIELD,
        ),
    ] = OBSERVED_FIELDS

    @abstractmethod
    def conf(self, account_id: str, secrets: Secrets) -> str:
        """The job's `destination_conf`; `account_id` is Cloudflare's."""

    @property
    def challenge(self) -> str:
        """The config key that holds the ownership challenge; "" where Cloudflare asks for none."""
        return getattr(self, "ownership_challenge", "")

    @property
    def secrets(self) -> tuple[str, ...]:
        """The config keys that hold its credentials."""
        fields = type(self).model_fields.items()
        return tuple(getattr(self, name) for name, field in fields if field.description == CREDENTIAL.allowed)


class _Bucket(DestinationSettings, ABC):
    bucket: Annotated[str, _field("The bucket.", BUCKET)]
    path: Annotated[str, _FOLDER] = "workers-trace-events"


class R2(_Bucket):
    """An R2 bucket."""

    bucket: Annotated[str, _field("The bucket.", R2_BUCKET)]
    access_key_id: Annotated[str, _KEY_ID]
    secret_access_key: Annotated[str, _KEY]

    def conf(self, account_id: str, secrets: Secrets) -> str:
        """`r2://<bucket>/<path>/{DATE}?account-id=...&access-key-id=...&secret-access-key=...`."""
        return bucket_conf("r2", self.bucket, self.path, {"account-id": account_id, **_keys(self, secrets)})


class S3(_Bucket):
    """An Amazon S3 bucket, whose policy lets Cloudflare write."""

    region: Annotated[str, _REGION]
    ownership_challenge: Annotated[str, _CHALLENGE]

    def conf(self, account_id: str, secrets: Secrets) -> str:
        """`s3://<bucket>/<path>/{DATE}?region=...`."""
        return bucket_conf("s3", self.bucket, self.path, {"region": self.region})


class S3Compatible(_Bucket):
    """A bucket behind S3's API with access keys, Amazon's own among them."""

    region: Annotated[str, _REGION]
    endpoint: Annotated[str, _HOST]
    access_key_id: Annotated[str, _KEY_ID]
    secret_access_key: Annotated[str, _KEY]

    def conf(self, account_id: str, secrets: Secrets) -> str:
        """`s3://<bucket>/<path>/{DATE}?region=...&access-key-id=...&secret-access-key=...&endpoint=...`."""
        query = {"region": self.region, **_keys(self, secrets), "endpoint": self.endpoint}
        return bucket_conf("s3", self.bucket, self.path, query)


class Gcs(_Bucket):
    """A Google Cloud Storage bucket, in which Cloudflare's service account may administrate objects."""

    ownership_challenge: Annotated[str, _CHALLENGE]

    def conf(self, account_id: str, secrets: Secrets) -> str:
        """`gs://<bucket>/<path>/{DATE}`."""
        return bucket_conf("gs", self.bucket, self.path, {})


class Azure(DestinationSettings):
    """A container of Azure Blob Storage."""

    account: Annotated[str, _field("The storage account.", AZURE_ACCOUNT)]
    container: Annotated[str, _field("The container.", AZURE_CONTAINER)]
    path: Annotated[str, _FOLDER] = "workers-trace-events"
    shared_access_signature: Annotated[
        str, _field("Query of a SAS URL that may create and write: sv=...&sig=....", CREDENTIAL)
    ]
    ownership_challenge: Annotated[str, _CHALLENGE]

    def conf(self, account_id: str, secrets: Secrets) -> str:
        """`azure://<account>.blob.core.windows.net/<container>/<path>/{DATE}?<SAS>`."""
        return azure_conf(self.account, self.container, self.path, secrets[self.shared_access_signature])


class Sumo(DestinationSettings):
    """A hosted HTTP collector of Sumo Logic."""

    endpoint: Annotated[str, _HOST]
    code: Annotated[str, _field("What stands after /receiver/v1/http/ in the collector's address.", CREDENTIAL)]
    ownership_challenge: Annotated[str, _CHALLENGE]

    def conf(self, account_id: str, secrets: Secrets) -> str:
        """`sumo://<endpoint>/receiver/v1/http/<code>`."""
        return sumo_conf(self.endpoint, secrets[self.code])


class Splunk(DestinationSettings):
    """An HTTP event collector of Splunk."""

    endpoint: Annotated[str, _field("Where it answers.", SPLUNK_HOST)]
    channel: Annotated[str, _field("The channel, any UUID.", SPLUNK_CHANNEL)]
    source_type: Annotated[str, _field("Source type of the events.", SPLUNK_SOURCE_TYPE)] = "cloudflare:json"
    token: Annotated[str, _field("Token of the collector.", CREDENTIAL)]

    def conf(self, account_id: str, secrets: Secrets) -> str:
        """`splunk://<endpoint>/services/collector/raw?channel=...&header_Authorization=Splunk%20<token>`."""
        return splunk_conf(self.endpoint, self.channel, self.source_type, secrets[self.token])


class Https(DestinationSettings):
    """Any address that takes gzipped lines of JSON by POST, with one header that lets them in."""

    url: Annotated[str, _field("Where to post.", _URL)]
    header: Annotated[str, _field("Name of the header.", HEADER_NAME)] = "Authorization"
    header_value: Annotated[str, _field("Value of the header, such as Bearer and a token.", CREDENTIAL)]

    def conf(self, account_id: str, secrets: Secrets) -> str:
        """`https://<host>/<path>?<own query>&header_<name>=<value>`."""
        place = self.url.removeprefix("https://")
        return place_conf("https", place, {f"header_{self.header}": secrets[self.header_value]})


KINDS: Mapping[str, type[DestinationSettings]] = {
    "r2": R2,
    "s3": S3,
    "s3-compatible": S3Compatible,
    "gcs": Gcs,
    "azure": Azure,
    "sumo": Sumo,
    "splunk": Splunk,
    "https": Https,
}
"""By what `type` says."""


def _keys(bucket: R2 | S3Compatible, secrets: Secrets) -> dict[str, str]:
    return {
        "access-key-id": secrets[bucket.access_key_id],
        "secret-access-key": secrets[bucket.secret_access_key],
    }
