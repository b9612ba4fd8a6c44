"""Where a job delivers to, from its destination_conf; the API key in it is checked for and forgotten.

Source: developers.cloudflare.com/logs/logpush/logpush-job/enable-destinations/datadog
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from firedrill.vendors.cloudflare.rules.destinations.address import INTAKE_HOST, INTAKE_PARAMETERS, address


@dataclass(frozen=True)
class Destination:
    """Datadog's log intake: the `site` it is at, and the parameters it sets on each log (ddsource, ddtags, ...)."""

    site: str
    parameters: Mapping[str, str]


def datadog_destination(conf: str) -> Destination:
    """The destination of a job that delivers to Datadog, whose destination_conf breaks no rule."""
    parts = address(conf)
    parameters = {meant: parts.get(name) for name, meant in INTAKE_PARAMETERS.items() if parts.get(name)}
    return Destination(parts.host.removeprefix(INTAKE_HOST), parameters)
