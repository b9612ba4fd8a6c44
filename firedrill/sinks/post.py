"""Destinations that take uploads by POST.

Sources: developers.cloudflare.com/logs/logpush/logpush-job/enable-destinations (http, splunk, sumo-logic, new-relic,
sentinelone, ibm-cloud-logs)
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Mapping
from typing import NamedTuple
from urllib.parse import quote, unquote_plus, urlencode

from firedrill.sinks.receiver import Receiver
from firedrill.sinks.sink import TIMEOUT_S, Refused
from firedrill.sinks.wire import call
from firedrill.vendors.cloudflare.rules.destinations.address import HEADER, Address, without_credentials_of
from firedrill.vendors.cloudflare.uploads import TEST, Upload

_SENT = {"Content-Encoding": "gzip", "Content-Type": "text/plain", "User-Agent": "Go-http-client/2.0"}

_AS_WRITTEN = "!$%&'()*+,/:;=@"
"""What a path may have. A sign of percent is left alone: the path is encoded already where somebody has done so."""


class Target(NamedTuple):
    """A path with its query, and the headers that come from an address."""

    path: str
    headers: Mapping[str, str]


def target(address: Address) -> Target:
    """Where and with which headers an address is posted to: its `header_` parameters are headers, the others stay."""
    headers, rest = {}, []
    for name, value in address.parameters:
        if name.startswith(HEADER):
            headers[name.removeprefix(HEADER)] = unquote_plus(value)
        else:
            rest.append((name, unquote_plus(value)))
    path = quote(address.path or "/", safe=_AS_WRITTEN)
    return Target(f"{path}{'?' if rest else ''}{urlencode(rest)}", headers)


def post(server: str, where: Target, body: bytes, timeout_s: float = TIMEOUT_S) -> None:
    """Post a gzip body to a server of this machine. Raises Refused for whatever is not a success."""
    headers = {name: value.encode() for name, value in where.headers.items()}
    call(server, "POST", where.path, body, {**_SENT, **headers}, timeout_s)


class Posted:
    """What is posted to `server`: a receiver of ours, or a program of somebody else, which is not read back."""

    def __init__(
        self, address: Address, server: str, receiver: Receiver | None = None, timeout_s: float = TIMEOUT_S
    ) -> None:
        self._server, self._receiver, self._timeout_s = server, receiver, timeout_s
        self._address, self._target = address, target(address)

    @property
    def place(self) -> str:
        """The file of the receiver, or the address."""
        return f"file {self._receiver.file}" if self._receiver else self._server

    def test(self) -> None:
        """The documented test object."""
        self._post(gzip.compress(TEST, mtime=0))

    def put(self, upload: Upload) -> None:
        """One POST."""
        self._post(upload.body)

    def keep(self, key: str, text: bytes) -> None:
        """One POST of the text, as a line."""
        self._post(gzip.compress(text + b"\n", mtime=0))

    def arrived(self) -> Iterator[bytes]:
        """What the receiver has kept."""
        yield from self._receiver.kept() if self._receiver else ()

    def _post(self, body: bytes) -> None:
        """What the server says may repeat what it was sent: no credential is told again."""
        try:
            post(self._server, self._target, body, self._timeout_s)
        except Refused as refused:
            raise Refused(without_credentials_of(self._address, str(refused))) from None
