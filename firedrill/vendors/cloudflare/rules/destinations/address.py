"""A destination_conf taken apart, and what of it is secret.

Source: developers.cloudflare.com/logs/logpush/logpush-job/enable-destinations
"""

from __future__ import annotations

import re
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

MASKED = "[secret]"
"""What stands for a secret where nobody may read it: such a value is not judged."""
_SCHEME = re.compile(r"(Splunk|Bearer|Basic|Token|Api-Key)( |\+|%20)|(base64|url)(:|%3A)", re.IGNORECASE)
_SHORTEST = 4

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
        return next(iter(self.every(name)), "")

    def every(self, name: str) -> list[str]:
        """All values of a parameter, decoded."""
        return [unquote_plus(value) for key, value in self.parameters if key == name]


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
    yield from _credentials(address(conf if "://" in conf else ""))


def without_credentials_of(parts: Address, text: str) -> str:
    """A text with `[secret]` in the place of each credential of an address, as it is written and as it is meant."""
    told = {form for value in _credentials(parts) for form in forms(value)}
    for each in sorted(told, key=len, reverse=True):
        text = text.replace(each, MASKED)
    return text


def forms(credential: str) -> Iterator[str]:
    """A credential as it is written, as it is meant, and without the word before it; none that is hardly a secret.

    One of fewer than 4 characters would hide ordinary words of a text.
    """
    if len(credential) < _SHORTEST:
        return
    for text in (credential, unquote(credential), unquote_plus(credential)):
        yield text
        if (word := _SCHEME.match(text)) and len(text) >= word.end() + _SHORTEST:
            yield text[word.end() :]


def _credentials(parts: Address) -> Iterator[str]:
    if "@" in parts.host:
        yield parts.host.rpartition("@")[0]
    if parts.kind == "sumo":
        yield parts.path.removeprefix(SUMO_PATH)
    yield from (value for name, value in parts.parameters if name not in _PLAIN and value)
