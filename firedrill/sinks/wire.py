"""HTTP to servers of this machine, without proxies and without redirects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

from firedrill.sinks.sink import TIMEOUT_S, Refused

_SHOWN = 200
"""Characters of an answer that a refusal quotes."""


def call(
    server: str,
    method: str,
    path: str,
    body: bytes = b"",
    headers: Mapping[str, str | bytes] = {},
    timeout_s: float = TIMEOUT_S,
) -> bytes:
    """The body of a success. Raises Refused for any other status, and for no answer."""
    url = urlsplit(server)
    connection = HTTPConnection(url.hostname or "", url.port, timeout=timeout_s)
    try:
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        status, told = response.status, response.read()
    except (OSError, HTTPException, ValueError) as error:
        raise Refused(type(error).__name__) from error
    finally:
        connection.close()
    if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        said = " ".join(told.decode(errors="replace").split())[:_SHOWN]
        raise Refused(f"HTTP {status} {said}".rstrip())
    return told


@contextmanager
def unless_there() -> Iterator[None]:
    """Take it for done that something is made which is there already: jobs may share a destination."""
    try:
        yield
    except Refused as refused:
        if not str(refused).startswith("HTTP 409"):
            raise
