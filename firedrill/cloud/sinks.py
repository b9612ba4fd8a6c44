"""Local addresses that stand for the hosts of HTTPS destinations."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from firedrill.vendors.errors import FiredrillError

_SINK = re.compile(r"(?P<host>[^=]+)=(?P<address>http://(127\.0\.0\.1|localhost|\[::1\]):\d{1,5})/?")


def parse_sinks(sinks: Sequence[str]) -> Mapping[str, str]:
    """The local address that stands for each host. Raises FiredrillError for one that is not of this machine."""
    parsed = {}
    for sink in sinks:
        match = _SINK.fullmatch(sink)
        if match is None:
            shown = re.sub(r"//[^/@]*@", "//***@", sink)  # a user name and password are nobody's business
            raise FiredrillError(f"The sink is {shown!r}; it must be <host>=http://127.0.0.1:<port>.")
        parsed[match["host"]] = match["address"]
    return parsed
