"""A destination_conf taken apart, and what of it is secret.

Source: developers.cloudflare.com/logs/logpush/logpush-job/enable-destinations
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple
from urllib.parse import unquote, unquote_plus

INTAKE_HOST = "http-intake.logs."
INTAKE_PATHS = ("/api/v2/logs", "/v1/input")
INTAKE_PARAMETERS = {
    "ddsource": "ddsource",
    "service": "service",
    "ddtags": "ddtags",
    "host": "hostname",
    "hostname": "hostname",
}
"""Cloudflare's page writes `host`, Datadog's intake reads `hostname`: both are taken for the latter."""
API_KEY = "header_DD-API-KEY"
AZURE_HOST = ".blob.core.windows.net"
SPLUNK_PATH = "/services/collector/raw"
IBM_PATH = "/logs/v1/singles"
IBM_KEY = "ibm_api_key"
NEW_RELIC_KEY = "Api-Key"
NEW_RELIC_PATH = "/log/v1"
TABLE_PATH = ("projects", "datasets", "tables")
"""What stands before the names of a BigQuery table."""
SUMO_PATH = "/receiver/v1/http/"
HEADER = "header_"
"""How the name of a parameter begins that is sent as a header."""
KEYS = ("access-key-id", "secret-access-key")

ROLE = "sts-assume-role-arn"
SIGNED = ("sv", "ss", "srt", "sp", "se", "st", "spr", "sip", "ses")
"""What a shared access signature signs. Source: learn.microsoft.com/rest/api/storageservices/create-account-sas"""

_PLAIN = frozenset(
    {
        *INTAKE_PARAMETERS,
        *("account-id", "endpoint", "region", "sse"),
        *("channel", "insecure-skip-verify", "sourcetype"),
        ROLE,
    }
)
"""The parameters that are no credentials. Any other one may be, since a header can have any name."""


class Address(NamedTuple):
    """A destination_conf taken apart; the parameters are as they are written."""

    kind: str
    host: str
    path: str
    parameters: Sequence[tuple[str, str]]

    def get(self, name: str) -> str:
        """The value of a parameter, decoded; "" without it."""
        return next((unquote_plus(value) for key, value in self.parameters if key == name), "")


def address(conf: str) -> Address:
    """The parts of a destination_conf, "" for those that it does not have."""
    before, _, query = conf.partition("?")
    kind, _, place = before.partition("://")
    host, slash, path = place.partition("/")
    pairs = (part.partition("=") for part in query.split("&") if part)
    return Address(kind, host, slash + path, [(unquote(name), value) for name, _, value in pairs])


def delivers_to_datadog(conf: str) -> bool:
    """Whether an address is that of Datadog's intake, under whatever scheme, or not known yet."""
    parts = address(conf)
    return not parts.host or parts.kind.lower() == "datadog" or parts.host.startswith(INTAKE_HOST)


def credentials_in(conf: str) -> Iterator[str]:
    """The credentials as they are written: in front of the host, in Sumo's path, as parameters."""
    parts = address(conf if "://" in conf else "")
    if "@" in parts.host:
        yield parts.host.rpartition("@")[0]
    if parts.kind == "sumo":
        yield parts.path.removeprefix(SUMO_PATH)
    yield from (value for name, value in parts.parameters if name not in _PLAIN and value)
