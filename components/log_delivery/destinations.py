"""Where Logpush can send records: one class per destination, each building its `destination_conf`.

Source: developers.cloudflare.com/logs/logpush/logpush-job/enable-destinations
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote, urlencode

import pulumi

from components.names import INTAKE_HOST


class Destination(Protocol):
    """Anything that Logpush can send to."""

    def destination_conf(self) -> pulumi.Output[str]:
        """The destination with its credentials, as a Pulumi secret."""


@dataclass(frozen=True)
class DatadogDestination:
    """Datadog's log intake.

    Another `source` than "cloudflare" keeps Datadog's own Cloudflare pipeline, which is not published, off the logs.
    """

    site: str
    api_key: pulumi.Input[str]
    source: str
    service: str
    tags: Sequence[str]
    """`key:value` each."""

    def destination_conf(self) -> pulumi.Output[str]:
        """`datadog://http-intake.logs.<site>/api/v2/logs?header_DD-API-KEY=...&ddsource=...`."""
        return pulumi.Output.secret(self.api_key).apply(
            lambda key: datadog_conf(self.site, key, self.source, self.service, self.tags)
        )


@dataclass(frozen=True)
class R2Destination:
    """An R2 bucket, which holds gzipped lines of JSON under `path`, a folder per day."""

    bucket: str
    account_id: str
    access_key_id: pulumi.Input[str]
    secret_access_key: pulumi.Input[str]
    path: str = "workers-trace-events"

    def destination_conf(self) -> pulumi.Output[str]:
        """`r2://<bucket>/<path>/{DATE}?account-id=...&access-key-id=...&secret-access-key=...`."""
        keys = pulumi.Output.all(self.access_key_id, pulumi.Output.secret(self.secret_access_key))
        return keys.apply(lambda pair: r2_conf(self.bucket, self.path, self.account_id, *pair))


def datadog_conf(site: str, api_key: str, source: str, service: str, tags: Sequence[str]) -> str:
    """`destination_conf` of Datadog's intake; the values are URL-encoded."""
    query = {"header_DD-API-KEY": api_key, "ddsource": source, "service": service, "ddtags": ",".join(tags)}
    return f"datadog://{INTAKE_HOST.format(site=site)}/api/v2/logs?{urlencode(query, quote_via=quote)}"


def r2_conf(bucket: str, path: str, account_id: str, access_key_id: str, secret_access_key: str) -> str:
    """`destination_conf` of an R2 bucket; `{DATE}` is Logpush's own placeholder, YYYYMMDD."""
    query = {"account-id": account_id, "access-key-id": access_key_id, "secret-access-key": secret_access_key}
    return f"r2://{bucket}/{path}/{{DATE}}?{urlencode(query, quote_via=quote)}"
