"""Looking up addresses in a MaxMind file, here one that the tests write."""

from __future__ import annotations

import struct
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from firedrill.vendors.datadog.geoip import open_geoip
from firedrill.vendors.errors import FiredrillError

PARIS = {
    "city": {"names": {"en": "Paris", "fr": "Paris"}},
    "continent": {"code": "EU", "names": {"en": "Europe"}},
    "country": {"iso_code": "FR", "names": {"en": "France"}},
    "location": {"latitude": 48.85, "longitude": 2.35, "time_zone": "Europe/Paris"},
    "subdivisions": [{"iso_code": "IDF", "names": {"en": "Ile-de-France"}}],
}
NETWORK = {"autonomous_system_number": 64500, "autonomous_system_organization": "Example"}


def encoded(value: Any) -> bytes:
    """One value in MaxMind's format: a control byte of type and size, then the data."""
    match value:
        case str():
            return _sized(2, len(value.encode())) + value.encode()
        case float():
            return _sized(3, 8) + struct.pack(">d", value)
        case int():
            return _sized(6, 4) + struct.pack(">I", value)
        case bytes():  # 16 or 64 bits
            return (_sized(5, 2) if len(value) == 2 else bytes([8, 9 - 7])) + value
        case dict():
            return _sized(7, len(value)) + b"".join(encoded(key) + encoded(inner) for key, inner in value.items())
        case list():
            return bytes([len(value), 11 - 7]) + b"".join(map(encoded, value))
    raise TypeError(value)


def _sized(kind: int, size: int) -> bytes:
    return bytes([kind << 5 | size]) if size < 29 else bytes([kind << 5 | 29, size - 29])


def written(path: Path, block: str, record: dict[str, Any]) -> Path:
    """A file that knows one IPv4 block."""
    network = ip_network(block)
    bits = f"{int(network.network_address):032b}"[: network.prefixlen]
    nodes, missing = len(bits), len(bits)
    tree = b""
    for depth, bit in enumerate(bits):
        follows = depth + 1 if depth + 1 < nodes else nodes + 16
        pair = (follows, missing) if bit == "0" else (missing, follows)
        tree += b"".join(number.to_bytes(3, "big") for number in pair)
    metadata = {
        "binary_format_major_version": b"\0\2",
        "binary_format_minor_version": bytes(2),
        "build_epoch": bytes(7) + b"\1",
        "database_type": "Test",
        "description": {"en": "test"},
        "ip_version": b"\0\4",
        "languages": ["en"],
        "node_count": nodes,
        "record_size": b"\0\x18",
    }
    path.write_bytes(tree + bytes(16) + encoded(record) + b"\xab\xcd\xefMaxMind.com" + encoded(metadata))
    return path


def test_an_address_has_the_names_that_datadog_gives(tmp_path: Path) -> None:
    find = open_geoip(written(tmp_path / "city.mmdb", "203.0.113.0/24", PARIS))
    assert find("203.0.113.7") == {
        "city": {"name": "Paris"},
        "continent": {"name": "Europe", "code": "EU"},
        "country": {"name": "France", "iso_code": "FR"},
        "location": {"latitude": 48.85, "longitude": 2.35},
        "subdivision": {"name": "Ile-de-France", "iso_code": "IDF"},
        "timezone": "Europe/Paris",
        "ipAddress": "203.0.113.7",
    }


def test_a_file_of_networks_gives_the_autonomous_system(tmp_path: Path) -> None:
    find = open_geoip(written(tmp_path / "asn.mmdb", "203.0.113.0/24", NETWORK))
    assert find("203.0.113.7") == {"as": {"name": "Example", "number": "AS64500"}, "ipAddress": "203.0.113.7"}


@pytest.mark.parametrize("address", ["198.51.100.1", "2001:db8::1"])
def test_nothing_is_known_of_an_address_outside_of_the_file(tmp_path: Path, address: str) -> None:
    assert open_geoip(written(tmp_path / "city.mmdb", "203.0.113.0/24", PARIS))(address) == {}


@pytest.mark.parametrize("content", [None, b"", b"no database"])
def test_a_file_that_is_none_is_refused_by_its_path(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "x.mmdb"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(FiredrillError, match=r"x\.mmdb: it cannot be read as a MaxMind file"):
        open_geoip(path)
