"""GeoIP parser: writes what is known of an IP address below the target.

Datadog's own data set cannot be had; addresses are looked up in the MaxMind file that the user names. For an address
that no file knows, and without a file, the target is an empty object; for what is no address, it says so; for an empty
text nothing is written: all as in the results that Datadog publishes with its pipelines (integrations-extras,
auth0_tests.yaml and appomni_tests.yaml; integrations-core, plivo_tests.yaml).
Source: docs.datadoghq.com/logs/log_configuration/processors/geoip_parser
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from ipaddress import ip_address
from typing import Any

from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.paths import first_source, setter
from firedrill.vendors.datadog.processors.base import (
    DONE,
    PAGES,
    Applied,
    Context,
    Kind,
    Options,
    Run,
    sources_to_target,
)
from firedrill.vendors.datadog.tags import text
from firedrill.vendors.features import Feature


class GeoIpParser(Options):
    """The first of `sources` that is present is looked up; `ip_processing_behavior` is about what is stored of it."""

    sources: Sequence[str] = ("network.client.ip",)
    target: str = "network.client.geoip"
    ip_processing_behavior: str = "do-nothing"


def _compile(options: GeoIpParser, context: Context) -> Run:
    read, put, find = first_source(options.sources), setter(options.target), context.geoip

    def run(log: Log, applied: Applied) -> str:
        address = read(log)
        if address is None or address == "":
            return f"no source is present: {', '.join(options.sources)}"
        if not isinstance(address, str) or not _is_address(address):
            put(log.attributes, {"invalidAddress": _shown(address)})
            return DONE
        found = find(address) if find else {}
        put(log.attributes, found)
        if not found:
            return f"{address} is not in the GeoIP file" if find else "no GeoIP file is given, so nothing is known"
        return DONE

    return run


def looks_up_addresses(spec: Mapping[str, Any]) -> bool:
    """Whether a pipeline, or a part of it, in API JSON has an enabled GeoIP parser."""
    parts = spec.get("processors", ())
    return bool(spec.get("is_enabled")) and (spec.get("type") == "geo-ip-parser" or any(map(looks_up_addresses, parts)))


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _shown(value: Any) -> str:
    """As Java prints it: an array without quotes."""
    return f"[{', '.join(map(_shown, value))}]" if isinstance(value, list) else text(value)


_NOTE = "from a MaxMind file (--geoip); without one the target is an empty object"

KINDS = (
    Kind(
        GeoIpParser,
        _compile,
        sources_to_target,
        Feature("geo-ip-parser", "modelled", PAGES + "geoip_parser", _NOTE),
    ),
)
