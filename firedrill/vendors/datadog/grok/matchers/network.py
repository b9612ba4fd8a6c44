"""uuid, mac, ipv4, ipv6, ip, hostname, ipOrHost, port: all give text."""

from __future__ import annotations

from firedrill.vendors.datadog.grok.definitions import constant

_HEX = "[0-9A-Fa-f]"
_UUID = f"{_HEX}{{8}}(?:-{_HEX}{{4}}){{3}}-{_HEX}{{12}}"
# Colons, hyphens, or dots between groups of four.
_MAC = f"{_HEX}{{2}}(?::{_HEX}{{2}}){{5}}|{_HEX}{{2}}(?:-{_HEX}{{2}}){{5}}|{_HEX}{{4}}(?:\\.{_HEX}{{4}}){{2}}"
_BYTE = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|0?[0-9]?[0-9])"
_IPV4 = rf"(?<![0-9]){_BYTE}(?:\.{_BYTE}){{3}}(?![0-9])"
_PIECE = f"{_HEX}{{1,4}}"
_TAIL = f"(?:{_PIECE}:{_PIECE}|{_BYTE}(?:\\.{_BYTE}){{3}})"
# The forms of RFC 3986, with a zone of RFC 6874.
_IPV6_FORMS = [
    f"(?:{_PIECE}:){{6}}{_TAIL}",
    *(
        f"(?:(?:{_PIECE}:){{0,{before}}}{_PIECE})?::(?:{_PIECE}:){{{4 - before}}}{_TAIL}"
        if before >= 0
        else f"::(?:{_PIECE}:){{5}}{_TAIL}"
        for before in range(-1, 5)
    ),
    f"(?:(?:{_PIECE}:){{0,5}}{_PIECE})?::{_PIECE}",
    f"(?:(?:{_PIECE}:){{0,6}}{_PIECE})?::",
]
# Each form begins so; nothing else needs to try them.
_IPV6 = f"(?={_HEX}{{0,4}}:)(?:{'|'.join(_IPV6_FORMS)})(?:%[0-9A-Za-z._-]+)?"
# Underscores are found in real host names.
_LABEL = "[0-9A-Za-z][0-9A-Za-z_-]{0,62}"
_HOSTNAME = rf"\b{_LABEL}(?:\.{_LABEL})*\.?"

MATCHERS = (
    constant("uuid", _UUID),
    constant("mac", _MAC),
    constant("ipv4", _IPV4),
    constant("ipv6", _IPV6),
    constant("ip", f"{_IPV6}|{_IPV4}"),
    constant("hostname", _HOSTNAME),
    constant("ipOrHost", f"{_IPV6}|{_IPV4}|{_HOSTNAME}"),
    constant("port", r"[1-9]\d{0,4}", note="text; numbers above 65535 are not told apart"),
)
