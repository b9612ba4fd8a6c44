"""The services that Logpush sends to: what each is configured with, and the `destination_conf` of that.

Source: developers.cloudflare.com/logs/logpush/logpush-job/enable-destinations
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from firedrill.components.destination_fields import (
    CHALLENGE_FIELD,
    CREDENTIAL,
    HOST_FIELD,
    KEY_FIELD,
    KEY_ID_FIELD,
    DestinationSettings,
    Secrets,
    described,
)
from firedrill.vendors.cloudflare.rules.destinations.address import (
    IBM_KEY,
    IBM_PATH,
    NEW_RELIC_KEY,
    NEW_RELIC_PATH,
    ROLE,
    SPLUNK_PATH,
)
from firedrill.vendors.cloudflare.rules.destinations.build import place_conf, splunk_conf, sumo_conf
from firedrill.vendors.cloudflare.rules.destinations.names import (
    DATASET,
    HEADER_NAME,
    IBM_HOST,
    PROJECT,
    REGION,
    ROLE_ARN,
    SPLUNK_CHANNEL,
    SPLUNK_HOST,
    SPLUNK_SOURCE_TYPE,
    STREAM,
    TABLE,
    UNSEEN,
)
from firedrill.vendors.cloudflare.rules.forms import Form
from firedrill.vendors.cloudflare.rules.outputs import ARRAY

_URL = Form(
    rf"https://[^{UNSEEN}#?/@]+(/[^{UNSEEN}#?]*)?(\?[^{UNSEEN}#]*)?",
    "an https address without blanks, fragment, user name and password",
)


class Sumo(DestinationSettings):
    """A hosted HTTP collector of Sumo Logic."""

    endpoint: Annotated[str, HOST_FIELD]
    code: Annotated[str, described("What stands after /receiver/v1/http/ in the collector's address.", CREDENTIAL)]
    ownership_challenge: Annotated[str, CHALLENGE_FIELD]

    def conf(self, account_id: str, secrets: Secrets) -> str:
        """`sumo://<endpoint>/receiver/v1/http/<code>`."""
        return sumo_conf(self.endpoint, secrets[self.code])


class Splunk(DestinationSettings):
    """An HTTP event collector of Splunk."""

    endpoint: Annotated[str, described("Where it answers.", SPLUNK_HOST)]
    channel: Annotated[str, described("The channel, any UUID.", SPLUNK_CHANNEL)]
    source_type: Annotated[str, described("Source type of the events.", SPLUNK_SOURCE_TYPE)] = "cloudflare:json"
    token: Annotated[str, described("Token of the collector.", CREDENTIAL)]

    def conf(self, account_id: str, secrets: Secrets) -> str:
        """`splunk://<endpoint>/services/collector/raw?channel=...&header_Authorization=Splunk%20<token>`."""
        return splunk_conf(self.endpoint, self.channel, self.source_type, secrets[self.token])


class Https(DestinationSettings):
    """Any address that takes gzipped lines of JSON by POST, with one header that lets them in."""

    url: Annotated[str, described("Where to post.", _URL)]
    header: Annotated[str, described("Name of the header.", HEADER_NAME)] = "Authorization"
    header_value: Annotated[str, described("Value of the header, such as Bearer and a token.", CREDENTIAL)]

    def conf(self, account_id: str, secrets: Secrets) -> str:
        """`https://<host>/<path>?<own query>&header_<name>=<value>`."""
        place = self.url.removeprefix("https://")
        return place_conf("https", place, {f"header_{self.header}": secrets[self.header_value]})


class NewRelic(DestinationSettings):
    """New Relic's log API."""

    region: Annotated[Literal["us", "eu"], Field(title="Where the account is.", description="one of us, eu")] = "us"
    license_key: Annotated[str, described("License key of the account.", CREDENTIAL)]

    def conf(self, account_id: str, secrets: Secrets) -> str:
        """`https://log-api[.eu].newrelic.com/log/v1?Api-Key=...&format=cloudflare`."""
        host = f"log-api{'.eu' if self.region == 'eu' else ''}.newrelic.com"
        return place_conf(
            "https", host + NEW_RELIC_PATH, {NEW_RELIC_KEY: secrets[self.license_key], "format": "cloudflare"}
        )

    @property
    def job(self) -> Mapping[str, Any]:
        """New Relic takes no more bytes at once."""
        return {"max_upload_bytes": 5_000_000}


class SentinelOne(DestinationSettings):
    """A collector of SentinelOne."""

    endpoint: Annotated[str, HOST_FIELD]
    source_type: Annotated[str, described("Source type of the events.", SPLUNK_SOURCE_TYPE)] = "cloudflare:json"
    token: Annotated[str, described("Key that may write logs.", CREDENTIAL)]

    def conf(self, account_id: str, secrets: Secrets) -> str:
        """`sentinelone://<endpoint>/services/collector/raw?sourcetype=...&header_Authorization=Bearer%20<token>`."""
        query = {"sourcetype": self.source_type, "header_Authorization": f"Bearer {secrets[self.token]}"}
        return place_conf("sentinelone", self.endpoint + SPLUNK_PATH, query)


class IbmCloudLogs(DestinationSettings):
    """An instance of IBM Cloud Logs."""

    endpoint: Annotated[str, described("Ingress endpoint of the instance.", IBM_HOST)]
    api_key: Annotated[str, described("API key that may send logs.", CREDENTIAL)]

    def conf(self, account_id: str, secrets: Secrets) -> str:
        """`ibmcl://<endpoint>/logs/v1/singles?ibm_api_key=...`."""
        return place_conf("ibmcl", self.endpoint + IBM_PATH, {IBM_KEY: secrets[self.api_key]})

    @property
    def job(self) -> Mapping[str, Any]:
        """IBM takes arrays."""
        return {"output_options": ARRAY}


class BigQuery(DestinationSettings):
    """A table of BigQuery."""

    project: Annotated[str, described("The project's id.", PROJECT)]
    dataset: Annotated[str, described("The dataset.", DATASET)]
    table: Annotated[str, described("The table.", TABLE)]
    credentials: Annotated[
        str, described("Key of a service account that may edit data, its JSON in base64.", CREDENTIAL)
    ]

    def conf(self, account_id: str, secrets: Secrets) -> str:
        """`bq://projects/<project>/datasets/<dataset>/tables/<table>?credentials=base64:...`."""
        place = f"projects/{self.project}/datasets/{self.dataset}/tables/{self.table}"
        return place_conf("bq", place, {"credentials": f"base64:{secrets[self.credentials]}"})


class Kinesis(DestinationSettings):
    """A stream of Amazon Kinesis, with an access key."""

    stream: Annotated[str, described("The stream.", STREAM)]
    region: Annotated[str, described("Region of the stream.", REGION)]
    access_key_id: Annotated[str, KEY_ID_FIELD]
    secret_access_key: Annotated[str, KEY_FIELD]

    def conf(self, account_id: str, secrets: Secrets) -> str:
        """`kinesis://<stream>?region=...&access-key-id=...&secret-access-key=...`."""
        keys = {"access-key-id": secrets[self.access_key_id], "secret-access-key": secrets[self.secret_access_key]}
        return place_conf("kinesis", self.stream, {"region": self.region, **keys})


class KinesisRole(DestinationSettings):
    """A stream of Amazon Kinesis, with a role that Cloudflare assumes."""

    stream: Annotated[str, described("The stream.", STREAM)]
    region: Annotated[str, described("Region of the stream.", REGION)]
    role: Annotated[str, described("The role, which may put records.", ROLE_ARN)]
    external_id: Annotated[str, described("External id that the role's trust policy asks for.", CREDENTIAL)]

    def conf(self, account_id: str, secrets: Secrets) -> str:
        """`kinesis://<stream>?region=...&sts-assume-role-arn=...&sts-external-id=...`."""
        role = {ROLE: self.role, "sts-external-id": secrets[self.external_id]}
        return place_conf("kinesis", self.stream, {"region": self.region, **role})
