"""The destinations of Logpush besides Datadog: what each is configured with, and the `destination_conf` of that.

Source: developers.cloudflare.com/logs/logpush/logpush-job/enable-destinations
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from components.log_delivery.fields import OBSERVED_FIELDS
from firedrill.vendors.cloudflare.rules.fields import FIELD, FIELDS

CREDENTIAL = "the name of a config key that holds the secret: at most 32 letters and digits, a small letter first"
_PATH = "names of folders with / between them, of letters, digits, dots, dashes, = and _"

Secrets = Mapping[str, str]
"""The secrets by the names of their config keys."""


def _field(title: str, description: str, pattern: str) -> Any:
    return Field(title=title, description=description, pattern=pattern)


def _secret(title: str) -> Any:
    return _field(title, CREDENTIAL, r"^[a-z][A-Za-z0-9]{0,31}$")


_CHALLENGE = "Token that Cloudflare has written into the destination to see whose it is."
_BUCKET = _field("The bucket.", "small letters, digits, dots, dashes and _", r"^[a-z0-9][a-z0-9._-]+$")
_HOST = _field("Where it answers.", "a host name, with :port if it is not 443", r"^[A-Za-z0-9.-]+(:\d+)?$")
_FOLDER = _field("Folder that gets a folder per day.", _PATH, r"^[\w.=-]+(/[\w.=-]+)*$")
_REGION = _field("Region of the bucket.", "a region such as eu-west-1, or auto", r"^[a-z0-9-]+$")


class DestinationSettings(BaseModel, ABC):
    """One entry of `destinations`. Credentials are names of config keys, so that Pulumi keeps their values secret."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel)

    fields: Annotated[
        tuple[Annotated[str, Field(pattern=f"^({'|'.join(FIELDS)})$")], ...],
        Field(title="List of what is sent of each record; by default what the pipeline reads, too.", description=FIELD),
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
        return tuple(getattr(self, name) for name, field in fields if field.description == CREDENTIAL)


class _Bucket(DestinationSettings, ABC):
    bucket: Annotated[str, _BUCKET]
    path: Annotated[str, _FOLDER] = "workers-trace-events"

    @property
    def folder(self) -> str:
        return _dated(self.bucket, self.path)


class R2(_Bucket):
    """An R2 bucket."""

    access_key_id: Annotated[str, _secret("Id of an access key that may write objects.")]
    secret_access_key: Annotated[str, _secret("The access key itself.")]

    def conf(self, account_id: str, secrets: Secrets) -> str:
        """`r2://<bucket>/<path>/{DATE}?account-id=...&access-key-id=...&secret-access-key=...`."""
        return f"r2://{self.folder}?{_query({'account-id': account_id} | _keys(self, secrets))}"


class S3(_Bucket):
    """An Amazon S3 bucket, whose policy lets Cloudflare write."""

    region: Annotated[str, _REGION]
    ownership_challenge: Annotated[str, _secret(_CHALLENGE)]

    def conf(self, account_id: str, secrets: Secrets) -> str:
        """`s3://<bucket>/<path>/{DATE}?region=...`."""
        return f"s3://{self.folder}?{_query({'region': self.region})}"


class S3Compatible(_Bucket):
    """A bucket behind S3's API with access keys, Amazon's own among them."""

    region: Annotated[str, _REGION]
    endpoint: Annotated[str, _HOST]
    access_key_id: Annotated[str, _secret("Id of an access key that may write objects.")]
    secret_access_key: Annotated[str, _secret("The access key itself.")]

    def conf(self, account_id: str, secrets: Secrets) -> str:
        """`s3://<bucket>/<path>/{DATE}?region=...&access-key-id=...&secret-access-key=...&endpoint=...`."""
        query = {"region": self.region} | _keys(self, secrets) | {"endpoint": self.endpoint}
        return f"s3://{self.folder}?{_query(query)}"


class Gcs(_Bucket):
    """A Google Cloud Storage bucket, in which Cloudflare's service account may administrate objects."""

    ownership_challenge: Annotated[str, _secret(_CHALLENGE)]

    def conf(self, account_id: str, secrets: Secrets) -> str:
        """`gs://<bucket>/<path>/{DATE}`."""
        return f"gs://{self.folder}"


class Azure(DestinationSettings):
    """A container of Azure Blob Storage."""

    account: Annotated[str, _field("The storage account.", "3 to 24 small letters and digits", r"^[a-z0-9]{3,24}$")]
    container: Annotated[str, _field("The container.", "small letters, digits and dashes", r"^[a-z0-9][a-z0-9-]+$")]
    path: Annotated[str, _FOLDER] = "workers-trace-events"
    shared_access_signature: Annotated[str, _secret("Query of a SAS URL that may create and write: sv=...&sig=....")]
    ownership_challenge: Annotated[str, _secret(_CHALLENGE)]

    def conf(self, account_id: str, secrets: Secrets) -> str:
        """`azure://<account>.blob.core.windows.net/<container>/<path>/{DATE}?<SAS>`."""
        folder = _dated(f"{self.account}.blob.core.windows.net/{self.container}", self.path)
        return f"azure://{folder}?{secrets[self.shared_access_signature].removeprefix('?')}"


class Sumo(DestinationSettings):
    """A hosted HTTP collector of Sumo Logic."""

    endpoint: Annotated[str, _HOST]
    code: Annotated[str, _secret("What stands after /receiver/v1/http/ in the collector's address.")]
    ownership_challenge: Annotated[str, _secret(_CHALLENGE)]

    def conf(self, account_id: str, secrets: Secrets) -> str:
        """`sumo://<endpoint>/receiver/v1/http/<code>`."""
        return f"sumo://{self.endpoint}/receiver/v1/http/{quote(secrets[self.code])}"


class Splunk(DestinationSettings):
    """An HTTP event collector of Splunk."""

    endpoint: Annotated[
        str, _field("Where it answers.", "a host name, with :8088 if it is not 443", r"^[A-Za-z0-9.-]+(:(443|8088))?$")
    ]
    channel: Annotated[str, _field("The channel, any UUID.", "a UUID", r"^[0-9a-fA-F-]{36}$")]
    source_type: Annotated[
        str, _field("Source type of the events.", "letters, digits, :, dashes and _", r"^[\w:-]+$")
    ] = "cloudflare:json"
    token: Annotated[str, _secret("Token of the collector.")]

    def conf(self, account_id: str, secrets: Secrets) -> str:
        """`splunk://<endpoint>/services/collector/raw?channel=...&header_Authorization=Splunk%20<token>`."""
        query = {
            "channel": self.channel,
            "insecure-skip-verify": "false",
            "sourcetype": self.source_type,
            "header_Authorization": f"Splunk {secrets[self.token]}",
        }
        return f"splunk://{self.endpoint}/services/collector/raw?{_query(query)}"


class Https(DestinationSettings):
    """Any address that takes gzipped lines of JSON by POST, with one header that lets them in."""

    url: Annotated[
        str,
        _field("Where to post.", "an https address without fragment", r"^https://[^\s#?/]+(/[^\s#?]*)?(\?[^\s#]*)?$"),
    ]
    header: Annotated[str, _field("Name of the header.", "letters, digits and dashes", r"^[A-Za-z0-9-]+$")] = (
        "Authorization"
    )
    header_value: Annotated[str, _secret("Value of the header, such as Bearer and a token.")]

    def conf(self, account_id: str, secrets: Secrets) -> str:
        """`https://<host>/<path>?<own query>&header_<name>=<value>`."""
        sign = "&" if "?" in self.url else "?"
        return f"{self.url}{sign}{_query({f'header_{self.header}': secrets[self.header_value]})}"


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


def _dated(bucket: str, path: str) -> str:
    """A folder per day: `{DATE}` is Logpush's own placeholder, YYYYMMDD."""
    return f"{bucket}/{path}/{{DATE}}"


def _query(parameters: Mapping[str, str]) -> str:
    return urlencode(parameters, quote_via=quote)
