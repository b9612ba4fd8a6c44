"""A destination_conf of each kind, built; the values of parameters are encoded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import quote, urlencode

from firedrill.vendors.cloudflare.rules.destinations.address import (
    API_KEY,
    AZURE_HOST,
    INTAKE_HOST,
    INTAKE_PATHS,
    SPLUNK_PATH,
    SUMO_PATH,
)


def bucket_conf(kind: str, bucket: str, path: str, parameters: Mapping[str, str]) -> str:
    """The conf of a bucket in which each day gets a folder: `{DATE}` is Logpush's own placeholder, YYYYMMDD."""
    return place_conf(kind, f"{bucket}/{path}/{{DATE}}", parameters)


def place_conf(kind: str, place: str, parameters: Mapping[str, str]) -> str:
    """The conf of a place with parameters, whose values it encodes."""
    query = urlencode(parameters, quote_via=quote)
    sign = "&" if "?" in place else "?"
    return f"{kind}://{place}{sign if query else ''}{query}"


def datadog_conf(site: str, api_key: str, source: str, service: str, tags: Sequence[str]) -> str:
    """The conf of Datadog's log intake; tags are `key:value`."""
    query = {API_KEY: api_key, "ddsource": source, "service": service, "ddtags": ",".join(tags)}
    return place_conf("datadog", f"{INTAKE_HOST}{site}{INTAKE_PATHS[0]}", query)


def azure_conf(account: str, container: str, path: str, signature: str) -> str:
    """The conf of a container, with the query of a SAS URL."""
    return f"azure://{account}{AZURE_HOST}/{container}/{path}/{{DATE}}?{signature.removeprefix('?')}"


def sumo_conf(host: str, code: str) -> str:
    """The conf of a hosted HTTP collector."""
    return f"sumo://{host}{SUMO_PATH}{quote(code)}"


def splunk_conf(host: str, channel: str, source_type: str, token: str) -> str:
    """The conf of an HTTP event collector."""
    query = {
        "channel": channel,
        "insecure-skip-verify": "false",
        "sourcetype": source_type,
        "header_Authorization": f"Splunk {token}",
    }
    return place_conf("splunk", host + SPLUNK_PATH, query)
