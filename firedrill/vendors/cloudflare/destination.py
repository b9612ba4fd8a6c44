"""Where a job delivers to, from its destination_conf; the API key in it is checked for and forgotten.

Source: developers.cloudflare.com/logs/logpush/logpush-job/api-configuration (Destination)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from firedrill.resources import SECRET
from firedrill.vendors.errors import FiredrillError, Unsupported

SCHEMES = ("datadog", "r2", "s3", "gs", "azure", "sumo", "splunk", "https")

API_KEY = "header_DD-API-KEY"

_INTAKE_HOST = "http-intake.logs."
_INTAKE_PATHS = ("/api/v2/logs", "/v1/input", "/api/v2/logs/", "/v1/input/")
_PARAMETERS = {
    "ddsource": "ddsource",
    "service": "service",
    "ddtags": "ddtags",
    "host": "hostname",
    "hostname": "hostname",
}
"""Cloudflare's page writes `host`, Datadog's intake reads `hostname`: both are taken for the latter."""


@dataclass(frozen=True)
class Destination:
    """Datadog's log intake: the `site` it is at, and the parameters it sets on each log (ddsource, ddtags, ...).

    Source: developers.cloudflare.com/logs/logpush/logpush-job/enable-destinations/datadog
    """

    site: str
    parameters: Mapping[str, str]

    max_records = 1_000
    max_bytes = 5_000_000


def scheme(conf: str, place: str) -> str:
    """Which kind of destination it is, one of SCHEMES; raises FiredrillError when it is none."""
    name = conf.partition("://")[0]
    if name not in SCHEMES or "://" not in conf or conf == f"datadog://{SECRET}":
        raise FiredrillError(
            f"{place}: destination_conf is not a destination that render left readable; it has to begin with one of"
            f" {', '.join(f'{each}://' for each in SCHEMES)}, and only the value of a secret parameter may be masked"
        )
    return name


def parse_destination(conf: str, place: str) -> Destination:
    """The destination of a job that delivers to Datadog.

    Raises Unsupported for another kind, FiredrillError for one that Datadog's intake would not accept.
    """
    kind = scheme(conf, place)
    if kind != "datadog":
        raise Unsupported(f"Logpush destination {kind}://", place)
    try:
        url = urlsplit(conf)
    except ValueError as error:
        raise FiredrillError(f"{place}: destination_conf is no URL ({error})") from error
    host = url.hostname or ""
    if not host.startswith(_INTAKE_HOST) or url.path not in _INTAKE_PATHS:
        raise FiredrillError(
            f"{place}: destination_conf goes to {host + url.path!r}, which is no log intake of Datadog;"
            f" use {_INTAKE_HOST}<site>/api/v2/logs"
        )
    given = dict(parse_qsl(url.query, keep_blank_values=True))
    if not given.pop(API_KEY, ""):
        raise FiredrillError(
            f"{place}: destination_conf has no {API_KEY}; Datadog refuses what comes without an API key"
        )
    for name in given:
        if name not in _PARAMETERS:
            raise FiredrillError(
                f"{place}: destination_conf has the parameter {name!r}; Datadog knows {', '.join(_PARAMETERS)}"
            )
    parameters = {_PARAMETERS[name]: value for name, value in given.items() if value}
    return Destination(site=host.removeprefix(_INTAKE_HOST), parameters=parameters)
