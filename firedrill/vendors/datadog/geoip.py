"""What a MaxMind file says of an IP address, under the names that Datadog's GeoIP parser gives.

Source: docs.datadoghq.com/logs/log_configuration/processors/geoip_parser
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from firedrill.vendors.errors import FiredrillError

GeoIp = Callable[[str], dict[str, Any]]
"""What is known of an address; {} for nothing."""


def open_geoip(path: Path) -> GeoIp:
    """The look-up in a GeoIP or GeoLite file of cities, countries or networks; FiredrillError when it is none."""
    import maxminddb

    try:
        reader = maxminddb.open_database(path)
    except (OSError, maxminddb.InvalidDatabaseError) as error:
        raise FiredrillError(f"{path}: it cannot be read as a MaxMind file; give a .mmdb file.") from error

    @lru_cache(maxsize=4096)
    def find(address: str) -> dict[str, Any]:
        try:
            record = reader.get(address)
        except ValueError:
            return {}
        return _named(record, address) if isinstance(record, dict) else {}

    return find


def _named(record: dict[str, Any], address: str) -> dict[str, Any]:
    subdivisions, location = record.get("subdivisions") or [{}], record.get("location", {})
    found = {
        "city": _place(record.get("city", {})),
        "continent": _place(record.get("continent", {}), "code"),
        "country": _place(record.get("country", {}), "iso_code"),
        "subdivision": _place(subdivisions[0], "iso_code"),
        "location": {name: location[name] for name in ("latitude", "longitude") if name in location},
        "timezone": location.get("time_zone"),
        "as": _network(record),
    }
    found = {name: value for name, value in found.items() if value}
    return {**found, "ipAddress": address} if found else {}


def _place(part: dict[str, Any], code: str = "") -> dict[str, Any]:
    members = {"name": part.get("names", {}).get("en"), code: part.get(code)}
    return {name: value for name, value in members.items() if value}


def _network(record: dict[str, Any]) -> dict[str, Any]:
    number = record.get("autonomous_system_number")
    members = {"name": record.get("autonomous_system_organization"), "number": number and f"AS{number}"}
    return {name: value for name, value in members.items() if value}
