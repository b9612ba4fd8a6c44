"""Whether a destination lies in the European Union, as far as its address tells.

Sources: docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html, docs.newrelic.com (EU endpoints),
cloud.ibm.com/docs/cloud-logs (endpoints), developers.cloudflare.com/r2/reference/data-location (jurisdictions)
"""

from __future__ import annotations

import re
from typing import Literal

from firedrill.vendors.cloudflare.rules.destinations.address import INTAKE_HOST, address

Place = Literal["eu", "elsewhere", ""]
"""Where it lies; "" where its address does not tell."""

EU_SITE = "datadoghq.eu"
"""Datadog's site in the European Union. Source: docs.datadoghq.com/getting_started/site"""

_AMAZON = frozenset({"eu-central-1", "eu-north-1", "eu-south-1", "eu-south-2", "eu-west-1", "eu-west-3"})
"""Regions in member states: London and Zurich are in none."""
_IBM = frozenset({"eu-de", "eu-es"})
_R2_HOST = ".r2.cloudflarestorage.com"
_R2_EU_HOST = f".eu{_R2_HOST}"
"""What reaches buckets of the jurisdiction eu, and no others."""


def place_of(conf: str) -> Place:
    """Where a destination_conf delivers to. An R2 bucket by its name lies where nobody has promised."""
    parts = address(conf)
    host, kind = parts.host.lower(), parts.kind.lower()
    if kind == "datadog" or host.startswith(INTAKE_HOST):
        return _in(host.removeprefix(INTAKE_HOST) == EU_SITE)
    if endpoint := parts.get("endpoint").lower():
        return _in(endpoint.endswith(_R2_EU_HOST)) if endpoint.endswith(_R2_HOST) else ""
    if kind in ("s3", "kinesis"):
        return _in(parts.get("region") in _AMAZON)
    if kind == "ibmcl":
        return _in(bool({*host.split(".")} & _IBM))
    if re.fullmatch(r"log-api(\.\w+)?\.newrelic\.com", host):
        return _in(host == "log-api.eu.newrelic.com")
    return _in(False) if kind == "r2" else ""


def _in(is_inside: bool) -> Place:
    return "eu" if is_inside else "elsewhere"
