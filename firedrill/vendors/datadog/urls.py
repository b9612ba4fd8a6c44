"""The parts of a URL, as the URL parser and grok's url and querystring filters give them.

Source: docs.datadoghq.com/logs/log_configuration/processors/url_parser; from the results that Datadog publishes with
its pipelines (integrations-core, integrations-extras): parameters stay percent-encoded, a port is given only where the
URL has one, against the page's example, a path also where the URL has none, what follows `#` is the `hash`, and the
host is in lower case.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit


def parse_url(url: str) -> dict[str, Any] | None:
    """`path`, and `scheme`, `host`, `port`, `queryString`, `hash` as far as the URL has them; None when it is none."""
    text = url.strip()
    found: dict[str, Any] = {}
    if text[:1] == "/" and text[1:2] != "/" and text.isprintable():  # as web servers log it, and soon split
        rest, _, fragment = text.partition("#")
        path, _, query = rest.partition("?")
    else:
        try:
            parts = urlsplit(text)
            host, port = parts.hostname, parts.port  # the host in lower case
        except ValueError:
            return None
        path, query, fragment = parts.path, parts.query, parts.fragment
        members = {"scheme": text[: len(parts.scheme)], "host": host, "port": port}
        found = {name: value for name, value in members.items() if value}
    if parameters := query_parameters(query):
        found["queryString"] = parameters
    if fragment:
        found["hash"] = fragment
    if found or path:
        found["path"] = path
    return found or None


def query_parameters(query: str, *, keep_empty: bool = True) -> dict[str, Any] | None:
    """The parameters of a query string, still encoded; None when there is none.

    One without a value is "", or left out unless `keep_empty`; one that is repeated with another value becomes an array
    (both undocumented).
    """
    if not query:
        return None
    values: dict[str, Any] = {}
    several: dict[str, dict[str, None]] = {}
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        if name and (value or keep_empty) and values.setdefault(name, value) != value:
            several.setdefault(name, {values[name]: None})[value] = None
    if several:
        values.update((name, list(found)) for name, found in several.items())
    return values or None
