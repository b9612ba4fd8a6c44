"""A small JSON API on this machine: routes, and a server whose clock is that of the stack."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from firedrill.local_server import QuietHandler, serving


class Request(NamedTuple):
    """What was asked: names of headers in lower case, `body` as JSON, None without one."""

    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any


class Answer(NamedTuple):
    """A status, and a body to be written as JSON."""

    status: int
    body: Any


Handler = Callable[..., Answer]
"""Answers a request, given what stood in the places of its path."""


@dataclass(frozen=True)
class Route:
    """Requests with a method and a path, in which `{}` stands for one part; who asks needs the `permission`."""

    method: str
    path: str
    handler: Handler
    permission: str = ""
    _pattern: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        """Compile the path."""
        object.__setattr__(self, "_pattern", re.compile(re.escape(self.path).replace(r"\{\}", "([^/]+)")))

    def places(self, method: str, path: str) -> list[str] | None:
        """What stands in the places of the path; None when the route is another."""
        match = self._pattern.fullmatch(path) if method == self.method else None
        return None if match is None else [unquote(each) for each in match.groups()]


@contextmanager
def served(routes: Sequence[Route], now_ms: Callable[[], int]) -> Iterator[str]:
    """Serve at any free port until the block ends; gives the address. `now_ms` is what the header `Date` tells."""

    class Requests(QuietHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            with suppress(OSError):  # who has asked is gone
                self._answer()

        do_GET = do_POST = do_DELETE = handle_any  # noqa: N815 - names there

        def date_time_string(self, timestamp: float | None = None) -> str:
            return formatdate(now_ms() / 1000, usegmt=True)

        def _answer(self) -> None:
            url = urlsplit(self.path)
            sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.send_json(*_answered(routes, self.command, url.path, url.query, self.headers.items(), sent))

    with serving(Requests) as address:
        yield address


def _answered(routes: Sequence[Route], method: str, path: str, query: str, headers: Any, sent: bytes) -> Answer:
    for route in routes:
        if (places := route.places(method, path)) is not None:
            try:
                body = json.loads(sent) if sent else None
            except ValueError:
                return Answer(400, {"errors": ["the body is no JSON"]})
            named = {name.lower(): value for name, value in headers}
            return route.handler(Request(dict(parse_qsl(query)), named, body), *places)
    return Answer(404, {"errors": [f"the local cloud does not serve {method} {path}"]})
